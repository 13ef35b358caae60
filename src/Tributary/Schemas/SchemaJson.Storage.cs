using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Graph;

namespace Tributary.Schemas;

internal static partial class SchemaJson
{
    /// <summary>
    /// The schema as the store keeps it: every member that is set, whatever version a client speaks. Enums are kept by name, so that their numbers stay the
    /// metadata's business. Rows of older releases must stay readable: members may be added, never renamed.
    /// </summary>
    public static byte[] Serialize(Schema schema) => JsonSerializer.SerializeToUtf8Bytes(schema, SchemaStorageContext.Default.Schema);

    /// <exception cref="JsonException">The bytes are no stored schema.</exception>
    public static Schema Deserialize(ReadOnlySpan<byte> stored) =>
        JsonSerializer.Deserialize(stored, SchemaStorageContext.Default.Schema) ?? throw new JsonException("A stored schema is null.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(WireNameConverter<PropertyType>), typeof(WireNameConverter<Label>), typeof(WireNameConverter<ImportanceScore>)])]
[JsonSerializable(typeof(Schema))]
internal sealed partial class SchemaStorageContext : JsonSerializerContext;

/// <summary>An enum by its wire name.</summary>
internal sealed class WireNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && WireNames<T>.TryParse(reader.GetString()!, out T value)
            ? value
            : throw new JsonException($"A stored {typeof(T).Name} is not one of its names.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(WireNames<T>.Get(value));
}

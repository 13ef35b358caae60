using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.Directories.Seed;

/// <summary>What is wrong with the shape of a seed file that could not be read: members that there are not, values of another kind. Values are not quoted, they may be secrets.</summary>
internal static class SeedShape
{
    public static IEnumerable<string> Problems(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException exception)
        {
            return [$"it is no JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."];
        }

        using (document)
        {
            return [.. Problems(document.RootElement, "$", SeedJson.Default.SeedFile, isNullable: false)];
        }
    }

    private static IEnumerable<string> Problems(JsonElement value, string at, JsonTypeInfo type, bool isNullable)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return isNullable ? [] : [$"{at} is null; it must be {KindOf(type)}{(at == "$" ? "" : ", or be left out")}."];
        }

        return (type.Kind, value.ValueKind) switch
        {
            (JsonTypeInfoKind.Object, JsonValueKind.Object) => value.EnumerateObject().SelectMany(member => Problems(member, at, type)),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => value.EnumerateArray().Index()
                .SelectMany(entry => Problems(entry.Item, $"{at}[{entry.Index}]", SeedJson.Default.GetTypeInfo(type.ElementType!)!, isNullable: false)),
            (JsonTypeInfoKind.None, _) when IsOf(value, type) => [],
            _ => [$"{at} is {Text(value.ValueKind)}; it must be {KindOf(type)}."],
        };
    }

    private static IEnumerable<string> Problems(JsonProperty member, string at, JsonTypeInfo type) =>
        type.Properties.FirstOrDefault(known => known.Name == member.Name) is { } known
            ? Problems(member.Value, $"{at}.{member.Name}", SeedJson.Default.GetTypeInfo(known.PropertyType)!, known.IsSetNullable)
            : [$"{at} has no member '{member.Name}'{NearestName.Advice(member.Name, [.. type.Properties.Select(known => known.Name)])}"];

    private static bool IsOf(JsonElement value, JsonTypeInfo type) =>
        IsOf(type, typeof(bool)) ? value.ValueKind is JsonValueKind.True or JsonValueKind.False
        : value.ValueKind == JsonValueKind.String && (!IsOf(type, typeof(DateTimeOffset)) || value.TryGetDateTimeOffset(out _));

    private static bool IsOf(JsonTypeInfo type, Type wanted) => (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == wanted;

    private static string KindOf(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => "an object",
        JsonTypeInfoKind.Enumerable => "an array",
        _ => IsOf(type, typeof(bool)) ? "true or false" : IsOf(type, typeof(DateTimeOffset)) ? "a date and time such as 2027-01-31T00:00:00Z" : "a text in quotes",
    };

    private static string Text(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        _ => "true or false",
    };
}

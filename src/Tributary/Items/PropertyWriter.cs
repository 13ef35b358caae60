using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// Judges the values of an item's properties by their types in the schema (external-connectors 6.7) and copies them as they are stored. Principals, the one type
/// with members of its own, are in <c>PropertyWriter.Principals.cs</c>.
/// </summary>
internal readonly ref partial struct PropertyWriter(Utf8JsonWriter writer, GraphVersion version, Problems problems)
{
    private const int MaxOnStack = 256;

    private readonly Utf8JsonWriter _writer = writer;
    private readonly GraphVersion _version = version;
    private readonly Problems _problems = problems;

    public void Begin() => _writer.WriteStartObject();

    public void End() => _writer.WriteEndObject();

    /// <summary>The annotation of a property, beside its value.</summary>
    public void WriteAnnotation(Property property, JsonElement value, in SentProperty sent)
    {
        if (!sent.HasValue)
        {
            _problems.Rule(
                $"{PropertyTexts.Path}.{property.Name}{PropertyTexts.TypeAnnotation}",
                ItemRules.DeserializationError,
                $"This annotates the property '{property.Name}', which is not there.");
            return;
        }

        if (sent.IsNull || sent.IsAnnotationRefused)
        {
            return;
        }

        int length = property.Name.Length + PropertyTexts.TypeAnnotation.Length;
        Span<char> name = length <= MaxOnStack ? stackalloc char[MaxOnStack] : new char[length];
        property.Name.CopyTo(name);
        PropertyTexts.TypeAnnotation.CopyTo(name[property.Name.Length..]);
        _writer.WritePropertyName(name[..length]);
        WriteText(value);
    }

    public void WriteValue(Property property, JsonElement value, in SentProperty sent)
    {
        if (!sent.HasAnnotation)
        {
            if (PropertyAnnotation.IsRequiredFor(property.Type))
            {
                Refuse(
                    property,
                    -1,
                    $"The {PropertyTexts.TypeOf(property)} '{property.Name}' needs its annotation beside it: "
                    + $"\"{property.Name}{PropertyTexts.TypeAnnotation}\": \"{PropertyAnnotation.SpellingOf(property.Type)}\".");
            }
        }
        else if (!sent.IsAnnotationRefused && sent.Annotated != property.Type)
        {
            _problems.Rule(
                $"{PropertyTexts.Path}.{property.Name}{PropertyTexts.TypeAnnotation}",
                ItemRules.PropertyTypeMismatch,
                $"The property '{property.Name}' is of type {PropertyTexts.TypeOf(property)} in the schema, spelled '{PropertyAnnotation.SpellingOf(property.Type)}'; "
                + $"its annotation says '{PropertyAnnotation.SpellingOf(sent.Annotated)}'.");
        }

        _writer.WritePropertyName(property.Name);
        if (!property.Type.IsCollection())
        {
            WriteElement(property, value, -1);
        }
        else if (property.Type == PropertyType.PrincipalCollection)
        {
            WritePrincipals(property, value);
        }
        else if (value.ValueKind != JsonValueKind.Array)
        {
            Mismatch(property, value, -1, $"an array in which each element is {PropertyTexts.Needed(property.Type.Element())}");
        }
        else
        {
            WriteArray(property, value);
        }
    }

    private void WriteArray(Property property, JsonElement array)
    {
        _writer.WriteStartArray();
        int index = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            WriteElement(property, element, index++);
            if (_problems.IsFull)
            {
                return;
            }
        }

        _writer.WriteEndArray();
    }

    /// <summary>One element of a collection, or with index -1 the value itself.</summary>
    private void WriteElement(Property property, JsonElement value, int index)
    {
        PropertyType type = property.Type.Element();
        bool fits = type switch
        {
            PropertyType.String => value.ValueKind == JsonValueKind.String && WriteText(value),
            PropertyType.Int64 => IsInt64(value) && WriteRaw(value),
            PropertyType.Double => IsDouble(value) && WriteRaw(value),
            PropertyType.DateTime => IsDateTime(value) && WriteText(value),
            PropertyType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False && WriteRaw(value),
            PropertyType.Principal => WritePrincipal(value, property, index),
            _ => false,
        };

        // Of a principal its own reader has told everything.
        if (!fits && type != PropertyType.Principal)
        {
            Mismatch(property, value, index, PropertyTexts.Needed(type));
        }
    }

    /// <summary>
    /// A whole number as OData writes one: digits only. <c>1.0</c> and <c>1e3</c> are refused although they are whole: their form says that the client has a
    /// floating point number, which loses digits past 2^53 without a word.
    /// </summary>
    private static bool IsInt64(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _);

    /// <summary>Any JSON number that a double can hold; what overflows would come back as infinity. Strings such as "NaN" are refused (U32).</summary>
    private static bool IsDouble(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number);

    private static bool IsDateTime(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(value)[1..^1];

        // System.Text.Json escapes the plus of an offset, so .NET clients do come this way.
        return text.Contains((byte)'\\')
            ? GraphObject.TryGetText(value, out string? unescaped) && GraphDateTime.TryParse(unescaped, out _)
            : GraphDateTime.TryParse(text, out _);
    }

    private bool WriteRaw(JsonElement value)
    {
        _writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        return true;
    }

    /// <summary>
    /// Writes a string, or returns false when it is no Unicode text. Most are copied as they stand; those with <c>\u</c> escapes, as some clients write every
    /// letter beyond ASCII, are written in their own letters, except those beyond U+FFFF, which the encoder always escapes.
    /// </summary>
    private bool WriteText(JsonElement value)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.IndexOf("\\u"u8) < 0)
        {
            return Utf8.IsValid(raw) && WriteRaw(value);
        }

        if (!GraphObject.TryGetText(value, out string? text))
        {
            return false;
        }

        _writer.WriteStringValue(text);
        return true;
    }

    private void Mismatch(Property property, JsonElement value, int index, string needed) =>
        Refuse(
            property,
            index,
            index < 0
                ? $"The property '{property.Name}' is of type {PropertyTexts.TypeOf(property)} in the schema and needs {needed}; {PropertyTexts.Described(value)} came."
                : $"An element of the {PropertyTexts.TypeOf(property)} '{property.Name}' needs to be {needed}; {PropertyTexts.Described(value)} came.");

    private void Refuse(Property property, int index, string message) =>
        _problems.Rule(PropertyTexts.PathOf(property, index), ItemRules.PropertyTypeMismatch, message);
}

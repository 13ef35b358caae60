using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>How problems with an item's properties name places, types and values.</summary>
internal static class PropertyTexts
{
    public const string Path = "$.properties";
    public const string TypeAnnotation = "@odata.type";

    /// <summary>Of the element at <paramref name="index"/>, or with index -1 of the property itself.</summary>
    public static string PathOf(Property property, int index) =>
        index < 0 ? $"{Path}.{property.Name}" : string.Create(CultureInfo.InvariantCulture, $"{Path}.{property.Name}[{index}]");

    public static string TypeOf(Property property) => WireNames<PropertyType>.Get(property.Type);

    public static string Needed(PropertyType element) => element switch
    {
        PropertyType.String => "a string of Unicode text",
        PropertyType.Int64 => $"a whole number from {long.MinValue} to {long.MaxValue}, without point or exponent",
        PropertyType.Double => "a finite number",
        PropertyType.DateTime => "a string with a date and time of ISO 8601 such as 2026-01-10T08:00:00Z",
        PropertyType.Boolean => "true or false",
        PropertyType.Principal => "an object of type principal",
        _ => "a type that this server knows",
    };

    public static string Described(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the string '{Shown(value)}'",
        JsonValueKind.Number => $"the number {Shown(value)}",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Shown(value),
    };

    /// <summary>The raw text of a value, without quotes and not longer than helps. Raw, so that it can always be shown.</summary>
    public static string Shown(JsonElement value)
    {
        const int MaxLength = 60;
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        if (value.ValueKind == JsonValueKind.String)
        {
            raw = raw[1..^1];
        }

        return raw.Length <= MaxLength ? Encoding.UTF8.GetString(raw) : Encoding.UTF8.GetString(raw[..MaxLength]) + "…";
    }
}

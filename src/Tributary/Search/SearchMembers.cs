using System.Globalization;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Search;

/// <summary>
/// Members of a search body, read with the leniency that published clients need (search 3.6): names in any letter case, numbers and Booleans as text, null and an
/// empty list as good as nothing.
/// </summary>
internal static class SearchMembers
{
    public static JsonElement? Member(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty(name, out JsonElement exact))
        {
            return exact;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }

    /// <summary>Null when it is absent or no text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } value && GraphObject.TryGetText(value, out string? text) ? text : null;

    /// <summary>Null when it is no list; what is no text in it is an empty one.</summary>
    public static List<string>? Texts(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String && GraphObject.TryGetText(value, out string? text) ? text! : "")]
            : null;

    /// <summary>The elements of a list; none when it is no list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static int Count(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.GetArrayLength() : 0;

    /// <summary>False when absent or null; null when it is no Boolean.</summary>
    public static bool? Boolean(this JsonElement element, string name) => element.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } => bool.TryParse(element.Text(name), out bool value) ? value : null,
        _ => null,
    };

    /// <summary>The default when absent or null; null when it is no number.</summary>
    public static int? Int32(this JsonElement element, string name, int absent) => element.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => absent,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out int number) => number,
        { ValueKind: JsonValueKind.String } => int.TryParse(
            element.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null,
        _ => null,
    };

    public static bool IsTrue(this JsonElement element, string name) => element.Boolean(name) is true;
}

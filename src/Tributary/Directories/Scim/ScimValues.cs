using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>
/// Brings values of a body to how they are kept: known names in the letter case of the RFC, booleans that came as text as booleans, a single value of a
/// multi-valued attribute as an array of one. Everything else stays as sent.
/// </summary>
internal static class ScimValues
{
    /// <summary>Values of one attribute; far more than people have addresses, few enough to compare each with each.</summary>
    public const int MaxValues = 500;

    /// <summary>Null and an empty array are how a client says that an attribute has no value (RFC 7643, 2.5).</summary>
    public static bool IsUnassigned(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    /// <summary>A string, unless it has half of a surrogate pair, which is no Unicode text.</summary>
    public static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <param name="attribute">Null for one that only the client knows.</param>
    /// <param name="value">Assigned.</param>
    /// <param name="where">Its path, for the error.</param>
    /// <param name="node">What is to be kept; null when all of it is unassigned.</param>
    public static ScimError? Convert(ScimAttribute? attribute, JsonElement value, string where, out JsonNode? node) => attribute switch
    {
        null or { IsOpaque: true } => ConvertUnknown(value, where, out node),
        { IsMultiValued: true } => ConvertMany(attribute, value, where, out node),
        _ => ConvertOne(attribute, value, where, out node),
    };

    /// <summary>One value, be the attribute multi-valued or not.</summary>
    public static ScimError? ConvertOne(ScimAttribute? attribute, JsonElement value, string where, out JsonNode? node)
    {
        node = null;
        switch (attribute)
        {
            case null or { IsOpaque: true }:
                return ConvertUnknown(value, where, out node);
            case { Type: ScimType.Boolean }:
                if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                {
                    node = JsonValue.Create(value.GetBoolean());
                    return null;
                }

                // Entra sends "True" and "False".
                if (TryText(value, out string? word) && bool.TryParse(word, out bool parsed))
                {
                    node = JsonValue.Create(parsed);
                    return null;
                }

                return ScimErrors.Value(where, "it must be true or false.");
            case { Type: ScimType.Complex }:
                if (value.ValueKind == JsonValueKind.Object)
                {
                    return ConvertMembers(attribute.SubAttributes, value, where, out node);
                }

                // A bare value of one that has parts is its "value".
                if (attribute.SubOrNull("value") is { } part && value.ValueKind is JsonValueKind.String)
                {
                    ScimError? error = ConvertOne(part, value, where, out JsonNode? bare);
                    node = bare is null ? null : new JsonObject(ScimText.IgnoringCase) { [part.Name] = bare };
                    return error;
                }

                return ScimErrors.Value(where, "it must be an object.");
            default:
                if (!TryText(value, out string? text))
                {
                    return ScimErrors.Value(where, "it must be a string of Unicode text.");
                }

                node = JsonValue.Create(text);
                return null;
        }
    }

    /// <summary>The members of an object; unassigned ones are left out.</summary>
    public static ScimError? ConvertMembers(IReadOnlyList<ScimAttribute> attributes, JsonElement value, string where, out JsonNode? node)
    {
        var members = new JsonObject(ScimText.IgnoringCase);
        node = null;
        foreach (JsonProperty property in value.EnumerateObject())
        {
            ScimAttribute? attribute = ScimAttribute.FindOrNull(attributes, property.Name);
            string name = attribute?.Name ?? property.Name;
            string below = $"{where}.{name}";
            if (members.ContainsKey(name))
            {
                return ScimErrors.Syntax($"{below} stands twice; names ignore letter case.");
            }

            if (IsUnassigned(property.Value))
            {
                continue;
            }

            if (Convert(attribute, property.Value, below, out JsonNode? member) is { } error)
            {
                return error;
            }

            if (member is not null)
            {
                members[name] = member;
            }
        }

        node = members.Count == 0 ? null : members;
        return null;
    }

    private static ScimError? ConvertMany(ScimAttribute attribute, JsonElement value, string where, out JsonNode? node)
    {
        node = null;
        var values = new JsonArray(ScimText.IgnoringCase);
        if (value.ValueKind != JsonValueKind.Array)
        {
            if (ConvertOne(attribute, value, where, out JsonNode? single) is { } error)
            {
                return error;
            }

            values.Add(single);
        }
        else
        {
            int index = 0;
            foreach (JsonElement element in value.EnumerateArray())
            {
                if (ConvertOne(attribute, element, $"{where}[{index++}]", out JsonNode? one) is { } error)
                {
                    return error;
                }

                if (one is not null)
                {
                    values.Add(one);
                }
            }
        }

        node = values.Count == 0 ? null : values;
        return Check(values, where);
    }

    /// <summary>What holds for all values of an attribute together.</summary>
    public static ScimError? Check(JsonArray values, string where) =>
        values.Count > MaxValues ? ScimErrors.Value(where, $"there are more than {MaxValues} values.")
        : values.Count(IsPrimary) > 1 ? ScimErrors.Value(where, "more than one value is primary.")
        : null;

    public static bool IsPrimary(JsonNode? value) => (value as JsonObject)?["primary"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True;

    private static ScimError? ConvertUnknown(JsonElement value, string where, out JsonNode? node)
    {
        node = null;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return ConvertMembers([], value, where, out node);
            case JsonValueKind.Array:
                var values = new JsonArray(ScimText.IgnoringCase);
                foreach (JsonElement element in value.EnumerateArray())
                {
                    if (ConvertUnknown(element, where, out JsonNode? one) is { } error)
                    {
                        return error;
                    }

                    if (one is not null)
                    {
                        values.Add(one);
                    }
                }

                node = values.Count == 0 ? null : values;
                return Check(values, where);
            case JsonValueKind.String:
                if (!TryText(value, out string? text))
                {
                    return ScimErrors.Value(where, "it is no Unicode text.");
                }

                node = JsonValue.Create(text);
                return null;
            case JsonValueKind.Null:
                return null;
            default:
                // As a JsonElement, so that a number keeps its digits.
                node = JsonValue.Create(value.Clone());
                return null;
        }
    }
}

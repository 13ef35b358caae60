using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Tributary.Auth;

/// <summary>
/// Where in a token's payload something is: a claim's name, names with dots for what is nested (<c>realm_access.roles</c>), or a JSON pointer (RFC 6901), which
/// names with dots or slashes in them need. A claim whose whole name is what is written comes first, as names that are URLs have dots.
/// </summary>
internal sealed class ClaimPath
{
    private readonly string _text;
    private readonly string[] _names;

    private ClaimPath(string text, string[] names)
    {
        _text = text;
        _names = names;
    }

    public static ClaimPath Parse(string text) => TryParse(text, out ClaimPath? path) ? path : throw new FormatException($"'{text}' names no claim.");

    public static bool TryParse(string text, [NotNullWhen(true)] out ClaimPath? path)
    {
        bool isPointer = text.StartsWith('/');
        string[] names = isPointer ? [.. text[1..].Split('/').Select(Unescape)] : text.Split('.');
        path = text.Any(char.IsWhiteSpace) || names.Contains("") || (isPointer && HasBadEscape(text)) ? null : new(text, names);
        return path is not null;
    }

    /// <summary>The values as text: those of a list one by one, numbers and Booleans as JSON writes them, objects as their JSON. An empty text is none.</summary>
    public IEnumerable<string> In(JsonElement payload)
    {
        if (FindOrNull(payload) is not { } found)
        {
            return [];
        }

        return found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().SelectMany(Texts) : Texts(found);
    }

    /// <summary>What stands there, whatever it is; null when nothing does.</summary>
    public JsonElement? FindOrNull(JsonElement payload)
    {
        if (!payload.TryGetProperty(_text, out JsonElement found))
        {
            found = payload;
            foreach (string name in _names)
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                {
                    return null;
                }
            }
        }

        return found;
    }

    private static string[] Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? [text] : [],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Object => [value.GetRawText()],
        _ => [],
    };

    /// <summary>A tilde that is neither <c>~0</c> nor <c>~1</c> (RFC 6901, section 3).</summary>
    private static bool HasBadEscape(string pointer) => pointer.Split('~').Skip(1).Any(after => after is not ['0' or '1', ..]);

    private static string Unescape(string name) => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

namespace Tributary.Directories.Scim;

/// <summary>Takes names of attributes apart: <c>urn:…:User:name.givenName</c> is a schema, an attribute and a sub-attribute.</summary>
internal static class ScimAttributePaths
{
    private const string Urn = "urn:";

    public static bool IsSchema(string name) => name.StartsWith(Urn, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null for what is no name of an attribute.</summary>
    public static ScimAttributePath? OfOrNull(string text)
    {
        (string? schema, string rest) = IsSchema(text) ? Split(text) : (null, text);
        if (schema is ScimSchemas.UserId or ScimSchemas.GroupId)
        {
            // Written out, the core schema is the same as none.
            return rest.Length == 0 ? null : OfOrNull(rest);
        }

        if (schema is not null && rest.Length == 0)
        {
            return new ScimAttributePath(schema, "", null);
        }

        int dot = rest.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? rest : rest[..dot];
        string? sub = dot < 0 ? null : rest[(dot + 1)..];
        return IsName(name) && (sub is null || IsName(sub)) ? new ScimAttributePath(schema, name, sub) : null;
    }

    /// <summary>ATTRNAME of RFC 7643, 2.1, and <c>$ref</c>.</summary>
    public static bool IsName(string text)
    {
        ReadOnlySpan<char> name = text.AsSpan(text.StartsWith('$') ? 1 : 0);
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]))
        {
            return false;
        }

        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Schema and attribute. Of a schema that is not known the last part is the attribute, unless it is what a schema's own name ends with, such as
    /// <c>:2.0:User</c>.
    /// </summary>
    private static (string Schema, string Name) Split(string text)
    {
        foreach (ScimSchema known in ScimSchemas.All)
        {
            if (text.StartsWith(known.Id, StringComparison.OrdinalIgnoreCase) && (text.Length == known.Id.Length || text[known.Id.Length] == ':'))
            {
                return (known.Id, text.Length == known.Id.Length ? "" : text[(known.Id.Length + 1)..]);
            }
        }

        int colon = text.LastIndexOf(':');
        string last = text[(colon + 1)..];
        bool isWhole = last.Equals("User", StringComparison.OrdinalIgnoreCase) || last.Equals("Group", StringComparison.OrdinalIgnoreCase);
        return colon < Urn.Length || isWhole ? (text, "") : (text[..colon], last);
    }
}

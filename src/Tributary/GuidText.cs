namespace Tributary;

/// <summary>A GUID as Graph and Entra spell ids: 36 characters with dashes, in either letter case, and nothing else.</summary>
internal static class GuidText
{
    private const int Length = 36;

    public static bool IsValid(string? text) => TryRead(text, out _);

    /// <summary>The GUID in lower case, the one spelling that ids are kept in; null for anything else.</summary>
    public static string? LowerOrNull(string? text) => TryRead(text, out Guid id) ? id.ToString("D") : null;

    /// <summary>
    /// It must read back as the same text: the parser itself forgives blanks around it, signs and <c>0x</c>, and an entry that names nobody would let through
    /// whom it is to keep out.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, out Guid id)
    {
        id = default;
        Span<char> again = stackalloc char[Length];
        return text.Length == Length
            && Guid.TryParseExact(text, "D", out id)
            && id.TryFormat(again, out _, "D")
            && text.Equals(again, StringComparison.OrdinalIgnoreCase);
    }
}

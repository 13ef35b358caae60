namespace Tributary.Indexing;

/// <summary>Text that can be normalised.</summary>
internal static class UnicodeText
{
    /// <summary>
    /// The text with U+FFFD for half a surrogate pair and for U+FFFE: <see cref="string.Normalize()"/> throws on these, and clients may send the latter, which is
    /// a character that is none.
    /// </summary>
    public static string Valid(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) || text[i] == '\uFFFE')
            {
                return Replaced(text);
            }
        }

        return text;
    }

    private static string Replaced(string text) => string.Create(text.Length, text, (valid, source) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            bool isPair = char.IsHighSurrogate(source[i]) && i + 1 < source.Length && char.IsLowSurrogate(source[i + 1]);
            if (isPair)
            {
                valid[i] = source[i];
                i++;
                valid[i] = source[i];
            }
            else
            {
                valid[i] = char.IsSurrogate(source[i]) || source[i] == '\uFFFE' ? '\uFFFD' : source[i];
            }
        }
    });
}

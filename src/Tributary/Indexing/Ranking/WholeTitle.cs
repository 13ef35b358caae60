namespace Tributary.Indexing.Ranking;

/// <summary>A title as one term, so that one which is all that was asked for is told from one that merely has these words. Case, accents and punctuation do not count.</summary>
internal static class WholeTitle
{
    /// <summary>Nobody asks for a longer one.</summary>
    public const int MaxWords = 32;

    /// <summary>In no language: the words themselves are compared.</summary>
    public static List<string> Words(string text) => TextLanguage.Standard.Words(text);

    /// <summary>Null for one without words, or with too many.</summary>
    public static string? OfOrNull(IReadOnlyList<string> words) => words.Count is > 0 and <= MaxWords ? string.Join(' ', words) : null;
}

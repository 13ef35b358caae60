namespace Tributary.Search.Kql;

/// <summary>What a hit is found by, and so what a client highlights: free text only, nothing negated, nothing that only ranks.</summary>
internal static class KqlTerms
{
    /// <summary>The <c>searchTerms</c> of a response (search 7.11): distinct words in lower case, in order of appearance.</summary>
    public static IReadOnlyList<string> Of(KqlNode tree) =>
        [.. PositiveWords(tree).SelectMany(words => WordBreaks.Split(LowerCase(words.Text))).Distinct(StringComparer.Ordinal)];

    /// <summary>Where no language is known the Turkish capital has no small letter.</summary>
    private static string LowerCase(string text) => text.Replace('İ', 'i').ToLowerInvariant();

    /// <summary>The free-text terms and phrases that count for a hit, in order of appearance.</summary>
    public static IEnumerable<Words> PositiveWords(KqlNode tree) => tree switch
    {
        Words words => [words],
        And and => and.Operands.SelectMany(PositiveWords),
        Or or => or.Operands.SelectMany(PositiveWords),
        Near near => near.Operands.SelectMany(PositiveWords),
        Synonyms synonyms => synonyms.Terms,
        Xrank xrank => PositiveWords(xrank.Match),
        _ => [],
    };
}

using System.Text.RegularExpressions;
using Lucene.Net.Search;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>A part of a score that tells in words of ours what it is; what Lucene says of its own parts is put in others (<see cref="ScoreDescription"/>).</summary>
internal sealed class ScorePart(bool isMatch, float value, string description) : ComplexExplanation(isMatch, value, description);

/// <summary>
/// What a score is made of, in plain words. Lucene tells its classes, the names of fields and the marks of stems; none of it leaves. What of it is not known here is a
/// part of the score and no more.
/// </summary>
internal static partial class ScoreDescription
{
    private static readonly (string Beginning, string Words)[] OfLucene =
    [
        ("no match on required clause", "what must be found is not"),
        ("match on prohibited clause", "what must not be found is"),
        ("Failure to meet condition(s)", "a part of the query does not hold"),
        ("Failure to match minimum", "none of the alternatives is found"),
        ("No matching clause", "none of the alternatives is found"),
        ("no matching", "not in the item"),
        ("sum of:", "the sum of"),
        ("product of:", "the product of"),
        ("coord(", "share of the alternatives that are found"),
        ("weight(", "words of a property"),
        ("score(", "rarity × occurrences"),
        ("idf(), sum of:", "rarity: that of all words together"),
        ("idf(", "rarity"),
        ("tfNorm", "occurrences, dampened"),
        ("termFreq", "occurrences"),
        ("phraseFreq", "occurrences"),
        ("freq", "occurrences"),
        ("parameter k1", "how soon occurrences are dampened"),
        ("parameter b", "how much the length counts"),
        ("avgFieldLength", "average length"),
        ("fieldLength", "length"),
        ("boost", "weight"),
        ("queryNorm", "weight of the query"),
        ("MatchAllDocsQuery", "every item is found, none before another"),
    ];

    public static ScoreExplanation Of(Explanation explanation) =>
        new(explanation.Value, explanation is ScorePart ? explanation.Description : Translated(explanation.Description), [.. (explanation.GetDetails() ?? []).Select(Of)]);

    /// <summary>A word or several in a row, as the index has them; a stem is told as such.</summary>
    public static string OfWords(IReadOnlyList<string> words) =>
        words.Any(StemmedWordsFilter.IsStem) ? string.Join(' ', words.Select(OfWord)) : $"'{string.Join(' ', words)}'";

    /// <summary>A word as the index has it.</summary>
    public static string OfWord(string word) => StemmedWordsFilter.IsStem(word) ? $"forms of '{StemmedWordsFilter.StemOf(word)}'" : $"'{word}'";

    private static string Translated(string description)
    {
        foreach ((string beginning, string words) in OfLucene)
        {
            if (description.StartsWith(beginning, StringComparison.Ordinal))
            {
                return PropertyWord().Match(description) is { Success: true } found ? $"{words}: {OfWord(found.Groups["word"].Value)} in {found.Groups["property"].Value}"
                    : OwnWords().Match(description) is { Success: true } own ? $"{words}: {own.Groups["own"].Value}"
                    : words;
            }
        }

        return description.EndsWith(", product of:", StringComparison.Ordinal) ? "found, and worth the same in every item"
            : description.Contains("doesn't match id", StringComparison.Ordinal) ? "not in the item"
            : "part of the score";
    }

    /// <summary>What <see cref="Ranking.RankedWords"/> call themselves, where Lucene names what it looked for.</summary>
    [GeneratedRegex(@"^no match on required clause \((?<own>(forms of )?'[^\u0000-\u001F]*')\)$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnWords();

    /// <summary>One word of a property, as Lucene writes it where it names what it looked for.</summary>
    [GeneratedRegex(@"^[^(]*\([wv]:(?<property>[a-z0-9]+):(?<word>[\u0003]?[^\s()\[\]""\u0000-\u001F]+)(\^[0-9.]+)?(?: in [0-9]+)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex PropertyWord();
}

using System.Text.RegularExpressions;

namespace Tributary.Relevance;

/// <summary>
/// Queries for known items, made mechanically (after Azzopardi, de Rijke and Balog, 2007): somebody has seen a document and looks for it with words that stayed in memory.
/// The one that the words were taken from is relevant, no other. README.md describes each kind.
/// </summary>
internal static partial class KnownItems
{
    private const int Seed = 20261128;
    private const int Distinctive = 10;
    private const int ShortestWord = 3;

    private static readonly string[] Kinds = ["known-title", "known-text", "known-mixed", "known-summary"];

    /// <param name="documents">What can be looked for.</param>
    /// <param name="perKind">Documents for each kind, drawn anew for each; fewer when fewer have enough words.</param>
    public static IReadOnlyList<RelevanceQuery> Make(IReadOnlyList<KnownDocument> documents, int perKind)
    {
        HashSet<string>[] words = [.. documents.Select(document => Split(document.Title).Concat(Split(document.Content)).ToHashSet(StringComparer.Ordinal))];
        var frequency = words.SelectMany(one => one).CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var chance = new Random(Seed);
        var queries = new List<RelevanceQuery>();
        foreach (string kind in Kinds)
        {
            int[] order = [.. Enumerable.Range(0, documents.Count)];
            chance.Shuffle(order);
            queries.AddRange(order
                .Select(i => (documents[i].Name, Words: WordsOrNull(kind, documents[i], words[i], frequency, documents.Count, chance)))
                .Where(made => made.Words is not null)
                .Take(perKind)
                .Select(made => new RelevanceQuery(kind, string.Join(' ', made.Words!), null, new Dictionary<string, int> { [made.Name] = RelevanceQuery.MaxGrade })));
        }

        return queries;
    }

    private static List<string>? WordsOrNull(string kind, KnownDocument document, HashSet<string> words, Dictionary<string, int> frequency, int documents, Random chance)
    {
        string[] title = [.. Split(document.Title).Distinct()];
        switch (kind)
        {
            case "known-title":
                int wanted = chance.Next(2, 4);
                return title.Length > wanted ? InOrder(Drawn(title, wanted)) : null;
            case "known-text":
                string[] striking = Striking(document, frequency, documents);
                return striking.Length == Distinctive ? Drawn(striking, 3) : null;
            case "known-mixed":
                string[] others = [.. Striking(document, frequency, documents).Except(title)];
                return title.Length > 0 && others.Length > 2 ? [.. Drawn(title, 1), .. Drawn(others, 2)] : null;
            default:
                string[] shared = [.. Split(document.Summary).Distinct().Where(words.Contains)];
                return shared.Length > 2 ? InOrder([.. shared.OrderBy(word => frequency[word]).ThenBy(word => word, StringComparer.Ordinal).Take(4)], shared) : null;
        }

        List<string> Drawn(string[] from, int count)
        {
            string[] shuffled = [.. from];
            chance.Shuffle(shuffled);
            return [.. shuffled.Take(count)];
        }

        List<string> InOrder(List<string> some, string[]? order = null) => [.. (order ?? title).Where(some.Contains)];
    }

    /// <summary>The words of the content that are frequent in it and rare elsewhere (tf · idf), those of one document only left out: nobody has learnt them yet.</summary>
    private static string[] Striking(KnownDocument document, Dictionary<string, int> frequency, int documents) =>
        [.. Split(document.Content)
            .CountBy(word => word, StringComparer.Ordinal)
            .Where(word => frequency[word.Key] > 1)
            .OrderByDescending(word => word.Value * Math.Log((double)documents / frequency[word.Key]))
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(Distinctive)
            .Select(word => word.Key)];

    private static IEnumerable<string> Split(string text) =>
        WholeWords().Matches(text).Select(match => match.Value.ToLowerInvariant()).Where(word => word.Length >= ShortestWord);

    /// <summary>Words that every analyser sees as one; not parts of <c>don't</c>, <c>HTTP_VERB</c> and <c>config.json</c>.</summary>
    [GeneratedRegex(@"(?<![\p{L}\p{N}'’_]|[\p{L}\p{N}][.:])\p{L}[\p{L}\p{N}]*(?![\p{L}\p{N}'’_]|[.:][\p{L}\p{N}])")]
    private static partial Regex WholeWords();
}

/// <param name="Name">The document's name in its collection.</param>
/// <param name="Title">Indexed.</param>
/// <param name="Content">Indexed.</param>
/// <param name="Summary">Another's words for it, which are not indexed.</param>
internal sealed record KnownDocument(string Name, string Title, string Content, string Summary);

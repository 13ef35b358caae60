using Tributary.Relevance;

namespace Tributary.Tests.Relevance;

public sealed class KnownItemsTests
{
    private static readonly KnownDocument[] Documents =
    [
        .. Enumerable.Range(0, 30).Select(i => new KnownDocument(
            $"d{i}",
            $"alpha{i} beta{i} gamma{i} delta{i}",
            string.Join(' ', Enumerable.Range(0, 12).Select(word => $"rare{(i + word) % 30}")) + " common common don't config.json it",
            $"This summary says rare{i} and common and delta{i}, unheard{i}.")),
    ];

    [Fact]
    public void Each_query_is_of_words_that_its_document_has_and_wants_that_document()
    {
        IReadOnlyList<RelevanceQuery> queries = KnownItems.Make(Documents, 10);

        Assert.Equal(["known-title", "known-text", "known-mixed", "known-summary"], queries.Select(query => query.Kind).Distinct());
        Assert.Equal(40, queries.Count);
        foreach (RelevanceQuery query in queries)
        {
            KeyValuePair<string, int> wanted = Assert.Single(query.Grades);
            KnownDocument document = Documents.Single(one => one.Name == wanted.Key);
            string[] words = $"{document.Title} {document.Content}".Split(' ');
            Assert.All(query.Words.Split(' '), word => Assert.Contains(word, words));
            Assert.DoesNotContain("config", query.Words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_documents_give_the_same_queries() =>
        Assert.Equal(KnownItems.Make(Documents, 10).Select(query => query.Text), KnownItems.Make(Documents, 10).Select(query => query.Text));

    [Fact]
    public void Words_of_a_summary_come_in_its_order_rarest_taken() =>
        Assert.All(
            KnownItems.Make(Documents, 10).Where(query => query.Kind == "known-summary"),
            query => Assert.Matches("^rare[0-9]+ common delta[0-9]+$", query.Words));
}

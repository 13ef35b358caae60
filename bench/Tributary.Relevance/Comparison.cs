namespace Tributary.Relevance;

/// <summary>The product's ranking of some queries beside plain BM25's, of the same documents in the same run.</summary>
internal sealed class Comparison
{
    /// <summary>How far down a first relevant document is looked for.</summary>
    private const int Depth = 50;

    private readonly List<Row> _rows;

    private Comparison(List<Row> rows) => _rows = rows;

    public IReadOnlyList<Row> Rows => _rows;

    public IEnumerable<string> Kinds => _rows.Select(row => row.Query.Kind).Distinct();

    public static async Task<Comparison> RunAsync(Collection collection, IReadOnlyList<RelevanceQuery> queries, IRanking product, CancellationToken cancellationToken)
    {
        using var allWords = new PlainBm25(collection, isAnyWord: false, product);
        using var anyWord = new PlainBm25(collection, isAnyWord: true, product);
        var rows = new List<Row>(queries.Count);
        foreach (RelevanceQuery query in queries)
        {
            rows.Add(new Row(
                query,
                await MeasureAsync(product, query, cancellationToken),
                await MeasureAsync(allWords, query, cancellationToken),
                await MeasureAsync(anyWord, query, cancellationToken)));
        }

        return new Comparison(rows);
    }

    /// <param name="kind">Null for all.</param>
    public Summary Summarise(string? kind = null)
    {
        Row[] rows = [.. _rows.Where(row => kind is null || row.Query.Kind == kind)];
        return new Summary(
            rows.Length,
            Measures.Mean([.. rows.Select(row => row.Product)]),
            Measures.Mean([.. rows.Select(row => row.AllWords)]),
            Measures.Mean([.. rows.Select(row => row.AnyWord)]),
            RandomisationTest.PValue(rows.Select(row => row.Product.Ndcg - row.AllWords.Ndcg)),
            RandomisationTest.PValue(rows.Select(row => row.Product.Ndcg - row.AnyWord.Ndcg)));
    }

    private static async Task<Measures> MeasureAsync(IRanking ranking, RelevanceQuery query, CancellationToken cancellationToken) =>
        Measures.Of(await ranking.RankAsync(query, Depth, cancellationToken), query.Grades);

    /// <summary>One query.</summary>
    internal sealed record Row(RelevanceQuery Query, Measures Product, Measures AllWords, Measures AnyWord);

    /// <summary>Means, and how probable the difference in nDCG is without cause.</summary>
    internal sealed record Summary(int Queries, Measures Product, Measures AllWords, Measures AnyWord, double AllWordsPValue, double AnyWordPValue);
}

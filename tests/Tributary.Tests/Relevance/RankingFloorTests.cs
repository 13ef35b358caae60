using Tributary.Relevance;

namespace Tributary.Tests.Relevance;

/// <summary>
/// The order of hits is worth at least what it was worth when these figures were written. Raise them when a change makes it better; a change that has to lower one says
/// why. <c>dotnet run -c Release --project bench/Tributary.Benchmarks -- relevance --worst 30</c> shows which queries it is.
/// </summary>
public sealed class RankingFloorTests
{
    private const double Floor = 0.775;
    private const double FloorBesidePlain = 1.01;

    [Fact]
    public async Task Judged_queries_are_answered_as_well_as_ever_and_better_than_by_plain_BM25()
    {
        Collection samples = SampleCorpus.Read(SampleCorpus.DefaultFolder);
        IReadOnlyList<RelevanceQuery> queries = JudgedQueries.Read(
            await File.ReadAllLinesAsync(JudgedQueries.DefaultFile), samples.Documents.Select(document => document.Name).ToHashSet());
        Assert.True(queries.Count >= 200, $"Only {queries.Count} queries.");
        await using ProductRanking product = await ProductRanking.StartAsync(samples, settings: [], default);

        Comparison.Summary all = (await Comparison.RunAsync(samples, queries, product, default)).Summarise();

        Assert.True(all.Product.Ndcg >= Floor, $"nDCG@10 is {all.Product.Ndcg:0.000}.");
        Assert.True(all.Product.Ndcg >= FloorBesidePlain * all.AllWords.Ndcg, $"nDCG@10 is {all.Product.Ndcg:0.000}, that of plain BM25 {all.AllWords.Ndcg:0.000}.");
    }
}

using CsCheck;
using Lucene.Net.Search;
using Tributary.Indexing;
using Tributary.Search.Kql;
using Tributary.Tests.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>Chains of <c>NEAR</c> and <c>ONEAR</c> (search 7.7): pair after pair, from left to right.</summary>
public sealed class ChainSpanQueryTests : IDisposable
{
    private static readonly QueryTime Now = new(new DateTimeOffset(2026, 3, 10, 15, 0, 0, TimeSpan.Zero), DayOfWeek.Monday);
    private static readonly QueryEvaluator Evaluator = new(QuerySchema.Schema, Now);
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-chain-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("alpha ONEAR(2) three ONEAR(3) six", true)]
    [InlineData("alpha ONEAR(3) three ONEAR(3) six", true)]
    [InlineData("alpha ONEAR(2) three ONEAR(2) six", true)]
    [InlineData("alpha ONEAR(4) three ONEAR(2) six", true)]
    [InlineData("alpha ONEAR(1) three ONEAR(3) six", false)]
    [InlineData("alpha ONEAR(3) three ONEAR(1) six", false)]
    [InlineData("(alpha ONEAR(2) three) ONEAR(2) six", true)]
    [InlineData("(alpha ONEAR(2) three) ONEAR(1) six", false)]
    [InlineData("alpha NEAR(2) three NEAR(2) six", true)]
    [InlineData("six NEAR(2) three NEAR(2) alpha", true)]
    [InlineData("six NEAR(2) three NEAR(1) alpha", false)]
    [InlineData("three NEAR(2) alpha NEAR(2) six", true)]
    [InlineData("three ONEAR(8) six ONEAR(8) alpha", false)]
    [InlineData("alpha ONEAR(8) six ONEAR(8) three", false)]
    [InlineData("six NEAR(8) alpha ONEAR(8) three", false)]
    [InlineData("alpha NEAR(1) two ONEAR(0) \"three four\" NEAR(0) one ONEAR(0) five", true)]
    [InlineData("alpha NEAR(2) 🎉 NEAR(2) three ONEAR(2) six", true)]
    [InlineData("🎉 NEAR(0) alpha NEAR(2) three NEAR(2) six", true)]
    public void An_operand_is_near_to_all_that_is_before_it(string query, bool isFound) => Assert.Equal(isFound, Found(query, "alpha one two three four five six"));

    /// <summary>Where the first place that fits one pair does not fit the next, another is taken.</summary>
    [Theory]
    [InlineData("alpha ONEAR(5) beta ONEAR(0) gamma", "alpha beta x beta gamma", true)]
    [InlineData("alpha ONEAR(1) beta ONEAR(0) gamma", "alpha beta x beta gamma", false)]
    [InlineData("alpha ONEAR(5) beta ONEAR(0) gamma", "alpha x beta x beta gamma", true)]
    [InlineData("alpha NEAR(5) beta NEAR(0) gamma NEAR(0) x", "x gamma alpha beta y beta", true)]
    public void Every_place_of_an_operand_is_looked_at(string query, string text, bool isFound) => Assert.Equal(isFound, Found(query, text));

    [Fact]
    public void Every_document_that_has_all_operands_is_looked_at()
    {
        using IndexGeneration generation = Index("alpha beta x gamma", "alpha gamma", "beta alpha", "alpha beta gamma", "alpha beta y y y gamma", "gamma", "alpha beta gamma");

        Assert.Equal(3, Count(generation, Parse("alpha ONEAR(0) beta ONEAR(1) gamma")));
        Assert.Equal(2, Count(generation, new And(0, 0, [Parse("alpha ONEAR(0) beta ONEAR(1) gamma"), new Not(0, 0, Parse("x"))])));
    }

    [Fact]
    public void A_greater_distance_never_finds_less_and_the_index_finds_what_the_specification_says()
    {
        Gen<string> text = Gen.OneOf("alpha", "beta", "gamma", "x").Array[3, 14].Select(words => string.Join(' ', words));
        int found = 0;
        Gen.Select(text.Array[12], Gen.Select(QueryTrees.Chains, Gen.Int[0, 3]).Array[60]).Sample(
            (texts, chains) =>
            {
                using IndexGeneration generation = Index(texts);
                foreach (((Words first, ((bool IsOrdered, int Distance) Link, Words Term)[] rest), int at) in chains)
                {
                    KqlNode tree = QueryTrees.Chain(first, rest);
                    string[] expected = [.. texts.Where(text => Matches(text, tree))];
                    Assert.Equal((KqlWriter.Write(tree, false), expected.Length), (KqlWriter.Write(tree, false), Count(generation, tree)));

                    KqlNode more = QueryTrees.Chain(first, [.. rest.Select((next, i) =>
                        i == at % rest.Length ? ((next.Link.IsOrdered, next.Link.Distance + 1), next.Term) : next)]);
                    Assert.Superset(expected.ToHashSet(), texts.Where(text => Matches(text, more)).ToHashSet());
                    found += expected.Length;
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(found > 2_000, $"Only {found} were found.");
    }

    private static bool Matches(string text, KqlNode tree) => Evaluator.Matches(new QueryItem(new Dictionary<string, object[]>(), text), tree);

    private bool Found(string query, string text)
    {
        using IndexGeneration generation = Index(text);
        KqlNode tree = Parse(query);
        bool isFound = Count(generation, tree) == 1;
        Assert.Equal(Matches(text, tree), isFound);
        return isFound;
    }

    private static KqlNode Parse(string query) => KqlParser.Parse(query, _ => null).Tree!;

    private IndexGeneration Index(params string[] texts)
    {
        IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, $"{++_generations}"), new IndexOptions());
        var builder = new DocumentBuilder(QuerySchema.Schema);
        foreach ((int number, string text) in texts.Index())
        {
            generation.Put($"{number}", builder.Build(new QueryItem(new Dictionary<string, object[]>(), text) { Number = number }.ToFeedItem()));
        }

        generation.Refresh();
        return generation;
    }

    private static int Count(IndexGeneration generation, KqlNode tree)
    {
        Query query = new LuceneQueryBuilder(QuerySchema.Schema, Now, new SearchWork(int.MaxValue, CancellationToken.None)).BuildRankedOrNull(tree)!;
        IndexSearcher searcher = generation.Acquire();
        try
        {
            return searcher.Search(query, 1000).TotalHits;
        }
        finally
        {
            generation.Release(searcher);
        }
    }
}

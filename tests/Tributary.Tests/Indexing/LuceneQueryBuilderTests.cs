using System.Globalization;
using CsCheck;
using Lucene.Net.Search;
using Tributary.Indexing;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Tests.Search.Kql;

namespace Tributary.Tests.Indexing;

public sealed class LuceneQueryBuilderTests : IDisposable
{
    private static readonly QueryTime Time = new(new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero), DayOfWeek.Monday);
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-query-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("standard")]
    [InlineData("en")]
    public void Lucene_finds_what_the_specification_says_of_each_item(string name)
    {
        TextLanguage language = TextLanguage.FindOrNull(name)!;
        var evaluator = new QueryEvaluator(QuerySchema.Schema, Time, language);
        (int asked, int some) = (0, 0);
        Gen.Select(QueryItem.Gen.Array[12, 20], Gen.Select(QueryTrees.Any, Gen.Bool).Array[300]).Sample(
            (items, trees) =>
            {
                items = [.. items.Select((item, number) => item with { Number = number })];
                using IndexGeneration generation = Index(items.Select(item => item.ToFeedItem()), language);
                foreach ((KqlNode tree, bool isTerse) in trees)
                {
                    string text = KqlWriter.Write(tree, isTerse);
                    QueryReading reading = Read(text);
                    asked++;
                    Assert.Equal((text, evaluator.IsMalformed(tree)), (text, reading.Error is not null));
                    if (reading.Error is null && (IsTooBroad(tree) ? null : Build(reading.Trees[0], language)) is { } query)
                    {
                        string expected = string.Join(' ', items.Where(item => evaluator.Matches(item, tree)).Select(item => item.Number));
                        string found = string.Join(' ', Search(generation, query).Select(int.Parse).Order());
                        Assert.True(expected == found, $"{text}\nexpected {expected}\nfound    {found}\nas {query}");
                        some += found.Length > 0 ? 1 : 0;
                    }
                }
            },
            iter: 80,
            threads: 1);
        Assert.True(asked >= 20_000);
        Assert.True(some >= 5_000, $"Only {some} of the queries found something.");
    }

    [Fact]
    public void A_tree_that_does_not_fit_the_schema_is_not_built()
    {
        Assert.Null(Build(new Restriction(0, 7, "title", "title", KqlOperator.Less, new TextValue("a", false, false))));
        Assert.NotNull(Build(new Restriction(0, 7, "title", "title", KqlOperator.Equal, new TextValue("a", false, false))));
    }

    /// <summary>
    /// Beyond bounds of the query's cost, which are tested elsewhere: each phrase that ends in a star is looked up in its own field and, in free text, in the title too.
    /// </summary>
    private static bool IsTooBroad(KqlNode tree)
    {
        KqlNode[] leaves = [.. Leaves(tree)];
        return leaves.Length > 64 || leaves.Count(leaf => leaf is Words { IsPrefix: true } or Restriction { Value: TextValue { IsPrefix: true } }) > 4;
    }

    private static IEnumerable<KqlNode> Leaves(KqlNode node) => node switch
    {
        And and => and.Operands.SelectMany(Leaves),
        Or or => or.Operands.SelectMany(Leaves),
        Not not => Leaves(not.Operand),
        Near near => near.Operands.SelectMany(Leaves),
        Synonyms synonyms => synonyms.Terms,
        Xrank xrank => Leaves(xrank.Match),
        Restriction { Value: GroupValue group } => Leaves(group.Expression),
        _ => [node],
    };

    private static QueryReading Read(string text) => QueryReading.Of(
        text,
        [new QueriedConnection(QuerySchema.Schema, QuerySchema.Values), new QueriedConnection(QuerySchema.Elsewhere, QuerySchema.Values)],
        new KqlLimits(MaxLength: int.MaxValue),
        CancellationToken.None);

    private static Query? Build(KqlNode tree, TextLanguage? language = null) =>
        new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(int.MaxValue, CancellationToken.None), language: language).BuildRankedOrNull(tree);

    private IndexGeneration Index(IEnumerable<FeedItem> items, TextLanguage language)
    {
        IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, (++_generations).ToString(CultureInfo.InvariantCulture)), new IndexOptions(), language: language);
        var builder = new DocumentBuilder(QuerySchema.Schema);
        foreach (FeedItem item in items)
        {
            generation.Put(item.Id, builder.Build(item));
        }

        generation.Refresh();
        return generation;
    }

    private static string[] Search(IndexGeneration generation, Query query)
    {
        IndexSearcher searcher = generation.Acquire();
        try
        {
            TopDocs top = searcher.Search(query, 10_000);
            return [.. top.ScoreDocs.Select(hit =>
            {
                var id = new Lucene.Net.Util.BytesRef();
                Lucene.Net.Index.MultiDocValues.GetBinaryValues(searcher.IndexReader, IndexFields.Id).Get(hit.Doc, id);
                return id.Utf8ToString();
            })];
        }
        finally
        {
            generation.Release(searcher);
        }
    }
}

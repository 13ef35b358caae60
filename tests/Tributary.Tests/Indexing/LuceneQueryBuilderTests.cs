using System.Globalization;
using CsCheck;
using Lucene.Net.Search;
using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

public sealed class LuceneQueryBuilderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);
    private static readonly QueryEvaluator Evaluator = new(QuerySchema.Schema, Now);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-query-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lucene_finds_what_the_specification_says_of_each_item()
    {
        int asked = 0;
        Gen.Select(QueryItem.Gen.Array[12, 24], QueryTrees.Any.Array[150]).Sample(
            (items, trees) =>
            {
                using IndexGeneration generation = Index(items.Select((item, index) => item.ToFeedItem(index)));
                foreach (KqlNode tree in trees)
                {
                    Query? query = Build(tree);
                    asked++;
                    Assert.Equal(Evaluator.IsMalformed(tree), query is null);
                    if (query is not null)
                    {
                        string expected = string.Join(' ', items.Index().Where(item => Evaluator.Matches(item.Item, tree)).Select(item => item.Index));
                        string found = string.Join(' ', Search(generation, query).Select(int.Parse).Order());
                        Assert.True(expected == found, $"{QueryText.Of(tree)}\nexpected {expected}\nfound    {found}\nas {query}");
                    }
                }
            },
            iter: 40,
            threads: 1);
        Assert.True(asked >= 5000);
    }

    private static Query? Build(KqlNode tree) => new LuceneQueryBuilder(QuerySchema.Schema, Now, new SearchWork(int.MaxValue, CancellationToken.None)).BuildOrNull(tree);

    private IndexGeneration Index(IEnumerable<FeedItem> items)
    {
        IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, (++_generations).ToString(CultureInfo.InvariantCulture)), new IndexOptions());
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

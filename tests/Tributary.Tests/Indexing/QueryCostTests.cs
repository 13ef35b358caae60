using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using Tributary.Search.Kql;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

/// <summary>What a query costs, counted in what it looks up and never in time. One segment of 100 items, each with the words <c>a{n}</c> and <c>b{n}</c>.</summary>
public sealed class QueryCostTests : IDisposable
{
    private const int Items = 100;

    private static readonly QueryTime Time = new(DateTimeOffset.UnixEpoch, DayOfWeek.Monday);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-cost-").FullName;
    private readonly IndexGeneration _generation;

    public QueryCostTests()
    {
        _generation = IndexGeneration.Create(Path.Combine(_folder, "index"), new IndexOptions());
        var builder = new DocumentBuilder(QuerySchema.Schema);
        for (int number = 0; number < Items; number++)
        {
            _generation.Put($"i{number}", builder.Build(Item($"i{number}", $"a{number} b{number} x")));
        }

        _generation.Refresh();
    }

    public void Dispose()
    {
        _generation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static FeedItem Item(string id, string text) => new(id)
    {
        Acl = 1,
        Change = 1,
        Properties = "{}"u8.ToArray(),
        Content = new ExternalItemContent(ExternalItemContentType.Text, text),
    };

    private static KqlNode Parse(string query) => KqlParser.ParseLenient(
        query, name => QuerySchema.Schema.FindOrNull(name)?.Name, KqlLimits.Default with { MaxLength = KqlLimits.GreatestLength })!;

    private (int Found, int Terms) Cost(string query, int maxTerms = int.MaxValue)
    {
        var work = new SearchWork(maxTerms, CancellationToken.None);
        Query built = new LuceneQueryBuilder(QuerySchema.Schema, Time, work).BuildOrNull(Parse(query))!;
        IndexSearcher searcher = _generation.Acquire();
        try
        {
            return (searcher.Search(built, 1).TotalHits, work.Terms);
        }
        finally
        {
            _generation.Release(searcher);
        }
    }

    private static string Repeat(int count, Func<int, string> make, string between = " ") => string.Join(between, Enumerable.Range(0, count).Select(make));

    [Theory]
    [InlineData("\"a*\"", " ", 1000)]
    [InlineData("a*", " ", 1000)]
    [InlineData("A*", " OR ", 1000)]
    [InlineData("(a* x)", " OR ", 500)]
    [InlineData("\"x a*\"", " ", 1000)]
    [InlineData("-a*", " ", 1000)]
    [InlineData("WORDS(a*, x)", " ", 500)]
    public void What_is_asked_again_is_looked_up_once(string query, string between, int times)
    {
        (int found, int terms) = Cost(query);

        (int foundAgain, int termsAgain) = Cost(Repeat(times, _ => query, between));
        Assert.Equal(found, foundAgain);
        Assert.InRange(terms, Items, 3 * Items);
        Assert.InRange(termsAgain, Items, terms);
    }

    [Fact]
    public void A_beginning_in_many_places_is_looked_up_once()
    {
        (int found, int terms) = Cost(Repeat(400, number => $"(a* b{number})", " OR "));

        Assert.Equal(Items, found);
        Assert.Equal(Items, terms);
        Assert.Equal((0, Items), Cost(Repeat(100, number => $"\"a{number} b*\"", " ")));
    }

    [Fact]
    public void Equal_words_are_one_clause_whatever_their_case_and_accents()
    {
        Query query = new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None))
            .BuildOrNull(Parse(Repeat(200, number => number % 2 == 0 ? "Café" : "cafe")))!;

        Assert.Single(Assert.IsType<BooleanQuery>(query).Clauses);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void A_query_has_at_most_64_different_beginnings_and_ranges(int count, bool isRefused)
    {
        string[] queries =
        [
            Repeat(count, number => $"p{number}*"),
            Repeat(count, number => $"title:p{number}*", " OR "),
            Repeat(count, number => $"code:p{number}*", " OR "),
            Repeat(count, number => $"priority>{number}", " OR "),
            Repeat(count, number => $"weight<{number}.5", " OR "),
            Repeat(count, number => $"due>{2000 + number}-01-01", " OR "),
            Repeat(count / 2, number => $"p{number}* OR priority:{number}..{number + 1}", " OR ") + (count % 2 == 1 ? " OR last*" : ""),
        ];

        foreach (string query in queries)
        {
            Exception? refusal = Record.Exception(() => Cost(query));
            Assert.Equal(isRefused ? QueryBreadth.Expansions : null, (refusal as QueryTooBroadException)?.Breadth);
            Assert.Equal(isRefused, refusal is not null);
        }
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Proximities_stand_in_each_other_at_most_8_deep_and_are_words_beyond(int depth, bool isMalformed)
    {
        string query = Repeat(depth, number => $"x NEAR({number}) ", "") + "x";

        Query? built = new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None)).BuildOrNull(Parse(query));

        Assert.Equal(isMalformed, built is null);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void Proximities_have_at_most_64_words_and_are_words_beyond(int count, bool isMalformed)
    {
        string[] queries = [Repeat(count, number => $"w{number}", " NEAR "), $"\"{Repeat(count - 1, number => $"w{number}")}\" ONEAR x", $"(a NEAR b) {Repeat(count - 2, _ => "x", " NEAR ")}"];

        Assert.All(queries, query => Assert.Equal(
            isMalformed,
            new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None)).BuildOrNull(Parse(query)) is null));
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(17, true)]
    public void Beginnings_stand_in_proximities_at_most_16_times_and_are_words_beyond(int count, bool isMalformed) => Assert.Equal(
        isMalformed,
        new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None))
            .BuildOrNull(Parse(Repeat(count, _ => "a*", " NEAR "))) is null);

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void At_most_8_different_phrases_end_in_a_star_and_are_words_beyond(int count, bool isBeyond) => Assert.Equal(
        isBeyond,
        new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None))
            .BuildOrNull(Parse(Repeat(count, number => $"notes:\"x p{number}*\"", " AND "))) is null);

    [Fact]
    public void The_last_word_of_a_phrase_that_ends_in_a_star_is_any_of_however_many()
    {
        var builder = new DocumentBuilder(QuerySchema.Schema);
        for (int number = 0; number < 1500; number++)
        {
            _generation.Put($"z{number}", builder.Build(Item($"z{number}", $"same z{number}")));
        }

        _generation.Refresh();

        Assert.Equal(1500, Cost("\"same z*\"").Found);
        Assert.Equal(1500, Cost("same NEAR z*").Found);
        Assert.Equal(1500, Cost("same z*").Found);
    }

    [Fact]
    public void However_many_phrases_end_in_a_star_they_share_the_room_for_positions()
    {
        var builder = new DocumentBuilder(QuerySchema.Schema);
        _generation.Put("long", builder.Build(Item("long", string.Join(' ', Enumerable.Range(0, 5000).Select(number => $"w{number % 100} z{number}")))));
        _generation.Put("short", builder.Build(Item("short", "w99 zz")));
        _generation.Refresh();

        // For each fewer than the text has.
        string many = Repeat(1000, number => $"\"w{number % 100} w{number} z*\"", " OR ");

        Assert.Equal(2, Cost($"{many} OR \"w99 z*\"").Found);
        Assert.Equal(1, Cost($"{many} OR \"z4998 w99 z4999*\"").Found);
        Assert.Equal(0, Cost($"{many} OR \"z4999 z*\"").Found);
    }

    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 0)]
    public void Words_of_a_proximity_are_at_most_10000_words_apart_however_far_is_asked(int between, int found)
    {
        _generation.Put("far", new DocumentBuilder(QuerySchema.Schema).Build(Item("far", $"start {Repeat(between, _ => "f")} stop")));
        _generation.Refresh();

        Assert.Equal(found, Cost("start NEAR(10000) stop").Found);
        Assert.Equal(found, Cost("start ONEAR(2147483647) stop").Found);
        Assert.Equal(0, Cost("start NEAR(9999) stop").Found);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void Ranges_of_document_ids_count_like_any_other(int count, bool isRefused)
    {
        string query = Repeat(count, number => $"documentId>{number}", " OR ");

        Exception? refusal = Record.Exception(() => new LuceneQueryBuilder(QuerySchema.Schema, Time, new SearchWork(0, CancellationToken.None)).BuildOrNull(
            SystemRestrictions.Resolve(KqlParser.Parse(query, name => PropertyNames.KeyOrNull(QuerySchema.Schema, name)).Tree!, QuerySchema.Values)));

        Assert.Equal(isRefused ? QueryBreadth.Expansions : null, (refusal as QueryTooBroadException)?.Breadth);
    }

    [Fact]
    public void Single_numbers_are_no_ranges()
    {
        Assert.Equal(0, Cost(Repeat(800, number => $"priority:{number}", " OR ")).Found);
        Assert.Equal(0, Cost(Repeat(800, number => $"weight={number}.5", " OR ")).Found);
    }

    [Fact]
    public void The_terms_of_all_beginnings_together_are_bounded()
    {
        foreach (string query in new[] { "a*", "a* OR b*", "\"x a*\"", "\"x a*\" OR \"x b*\"", "x NEAR a*", "a* \"x b*\"" })
        {
            int terms = Cost(query).Terms;

            Assert.InRange(terms, Items, 6 * Items);
            Assert.Equal(terms, Cost(query, terms).Terms);
            Assert.Equal(QueryBreadth.Terms, Assert.Throws<QueryTooBroadException>(() => Cost(query, terms - 1)).Breadth);
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1500)]
    public void A_long_phrase_is_found_and_a_changed_one_is_not(int words)
    {
        string text = Repeat(words, number => $"w{number}");
        _generation.Put("long", new DocumentBuilder(QuerySchema.Schema).Build(Item("long", text)));
        _generation.Refresh();

        Assert.Equal(1, Cost($"\"{text}\"").Found);
        Assert.Equal(1, Cost($"\"{text[..^1]}*\"").Found);
        Assert.Equal(0, Cost($"\"{text.Replace("w1 w2", "w2 w1", StringComparison.Ordinal)}\"").Found);
    }

    [Fact]
    public void Positions_within_one_document_are_counted_too()
    {
        var builder = new DocumentBuilder(QuerySchema.Schema);
        _generation.Put("short", builder.Build(Item("short", Repeat(300, _ => "same other"))));
        _generation.Refresh();
        string[] queries = ["same NEAR other", "\"same other same\"", "notes:x OR \"other same\""];
        Assert.All(queries, query => Assert.Null(Record.Exception(() => SearchWithCancelledToken(query))));
        _generation.Put("long", builder.Build(Item("long", Repeat(2000, _ => "same other"))));
        _generation.Refresh();

        Assert.All(queries, query => Assert.Throws<OperationCanceledException>(() => SearchWithCancelledToken(query)));

        void SearchWithCancelledToken(string query)
        {
            var work = new SearchWork(int.MaxValue, new CancellationToken(canceled: true));
            IndexSearcher searcher = _generation.Acquire();
            try
            {
                searcher.Search(new LuceneQueryBuilder(QuerySchema.Schema, Time, work).BuildOrNull(Parse(query))!, 1);
            }
            finally
            {
                _generation.Release(searcher);
            }
        }
    }

    [Fact]
    public void A_cancelled_search_stops_within_1024_documents_and_before_the_next_segment()
    {
        var builder = new DocumentBuilder(QuerySchema.Schema);
        for (int number = 0; number < 3000; number++)
        {
            _generation.Put($"m{number}", builder.Build(Item($"m{number}", "many")));
        }

        _generation.Refresh();
        using var cancelled = new CancellationTokenSource();
        var work = new SearchWork(int.MaxValue, cancelled.Token);
        IndexSearcher searcher = _generation.Acquire();
        try
        {
            var acls = new AclTable(cacheBytes: 0);
            acls.Add([KeyValuePair.Create(1, new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]))]);
            VisibleAcls visible = acls.VisibleTo(new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false));
            AtomicReaderContext largest = searcher.TopReaderContext.Leaves.MaxBy(leaf => leaf.AtomicReader.MaxDoc)!;
            Assert.True(largest.AtomicReader.MaxDoc >= 3000);
            var filter = new AclFilter(new Dictionary<object, VisibleAcls> { [largest.AtomicReader.CoreCacheKey] = visible }, work);
            var documents = (BitsDocIdSet)filter.GetDocIdSet(largest, null)!;
            cancelled.Cancel();

            int seen = 0;
            Assert.Throws<OperationCanceledException>(() =>
            {
                for (; documents.Get(seen); seen++)
                {
                }
            });
            Assert.Equal(SearchWork.StepsBetweenLooks - 1, seen);
            Assert.Throws<OperationCanceledException>(() => filter.GetDocIdSet(largest, null));
        }
        finally
        {
            _generation.Release(searcher);
        }
    }
}

using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using Tributary.Search.Kql;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

/// <summary>What a search for a word that is in every item looks at, counted in documents; of 5,000 items the caller sees every so manieth.</summary>
public sealed class BitsFilterStrategyTests : IDisposable
{
    private const int Items = 5000;

    private static readonly AccessPrincipals Caller = new("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-bits-").FullName;
    private readonly IndexGeneration _generation;
    private readonly AclTable _acls = new(1 << 20);

    public BitsFilterStrategyTests()
    {
        _generation = IndexGeneration.Create(Path.Combine(_folder, "index"), new IndexOptions());
        _acls.Add(
        [
            KeyValuePair.Create(1, new Acl([new AclEntry(AclType.User, Caller.UserId!, AccessType.Grant)])),
            KeyValuePair.Create(2, new Acl([new AclEntry(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000b", AccessType.Grant)])),
        ]);
    }

    public void Dispose()
    {
        _generation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("many", 100, 50)]
    [InlineData("many", 5, 1000)]
    [InlineData("man*", 100, 50)]
    [InlineData("*", 100, 50)]
    [InlineData("many -rare", 100, 49)]
    public void Who_returns_and_sees_little_has_little_looked_at(string query, int every, int visible)
    {
        Fill(every);

        Assert.Equal((visible, true), Cost(query, steps => steps >= Items));

        // A beginning that finds much becomes bits of all of it first. What is excluded has the query go on by itself to the next visible item.
        int first = query == "man*" ? Items : 0;
        Assert.Equal((visible, true), Cost(query, steps => steps <= first + (4 * visible) + (2 * every)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void Who_returns_and_sees_much_is_asked_for_each_match_as_before(int every)
    {
        Fill(every);

        Assert.Equal((Items / every, true), Cost("many", steps => steps >= Items));
        Assert.Equal((Items / every, true), Cost("many", steps => steps is >= Items and <= Items + 2));
    }

    [Fact]
    public void A_word_that_is_rarer_than_what_the_caller_sees_is_looked_up_by_its_own_items()
    {
        Fill(every: 100);
        Cost("rare", _ => true);

        Assert.Equal((1, true), Cost("rare", steps => steps <= 5));
    }

    [Fact]
    public void A_cancelled_search_by_what_the_caller_sees_stops_within_1024_documents()
    {
        Fill(every: 4);
        Cost("many", _ => true);
        using var cancelled = new CancellationTokenSource();
        var work = new SearchWork(int.MaxValue, cancelled.Token);
        VisibleAcls visible = _acls.VisibleTo(Caller);
        IndexSearcher searcher = _generation.Acquire();
        try
        {
            var filter = new AclFilter(searcher.TopReaderContext.Leaves.ToDictionary(leaf => leaf.AtomicReader.CoreCacheKey, _ => visible), work);
            var documents = (BitsDocIdSet)filter.GetDocIdSet(searcher.TopReaderContext.Leaves[0], null)!;
            Assert.Equal(Items / 4, documents.CountOrNull);
            cancelled.Cancel();

            Assert.Throws<OperationCanceledException>(() =>
            {
                for (int doc = documents.NextFrom(0); doc >= 0; doc = documents.NextFrom(doc + 1))
                {
                }
            });
            Assert.Equal((uint)SearchWork.StepsBetweenLooks, work.Steps);
        }
        finally
        {
            _generation.Release(searcher);
        }
    }

    private void Fill(int every)
    {
        var builder = new DocumentBuilder(QuerySchema.Schema);
        for (int number = 0; number < Items; number++)
        {
            _generation.Put($"i{number}", builder.Build(new FeedItem($"i{number}")
            {
                Acl = number % every == 0 ? 1 : 2,
                Change = 1,
                Properties = "{}"u8.ToArray(),
                Content = new ExternalItemContent(ExternalItemContentType.Text, number is 100 or 101 ? "many rare" : "many"),
            }));
        }

        _generation.Refresh();
    }

    /// <returns>How many were found, and whether the steps were as they should be.</returns>
    private (long Found, bool AreSteps) Cost(string query, Func<uint, bool> areSteps)
    {
        KqlNode tree = KqlParser.ParseLenient(query, name => QuerySchema.Schema.FindOrNull(name)?.Name)!;
        var work = new SearchWork(int.MaxValue, CancellationToken.None);
        IndexSearcher searcher = _generation.Acquire();
        try
        {
            var asked = new IndexQuery([new IndexTarget(new ConnectionKey(1), 0, QuerySchema.Schema, tree, tree, Caller)], 0, 10, new QueryTime(DateTimeOffset.UnixEpoch, DayOfWeek.Monday), int.MaxValue);
            IndexAnswer answer = new IndexSearch(asked, [new SearchedPart(0, searcher, _acls, TextLanguage.Standard)], isDelayed: false, work).Run();
            return (answer.Total, areSteps(work.Steps));
        }
        finally
        {
            _generation.Release(searcher);
        }
    }
}

using System.Globalization;
using CsCheck;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Tests.Acls;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

public sealed class ReadyDocumentsTests : IDisposable
{
    private static readonly AccessPrincipals Reader = new("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
    private static readonly Acl ForEveryone = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]);
    private static readonly Acl ForOthers = new([new AclEntry(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000b", AccessType.Grant)]);

    /// <summary>Rounds of writes (null: a deletion), between which the same few callers ask, one of them more often than the others.</summary>
    private static readonly Gen<(List<List<(int Item, Acl? Acl)>> Rounds, AccessPrincipals[] Callers, long CacheBytes)> Cases = Gen.Select(
        Gen.Select(Gen.Int[0, 30], AclGen.Acl.Null(0.2)).List[0, 12].List[1, 8],
        AclGen.Caller.Array[1, 4],
        Gen.OneOf(0L, 1000L, 5000L, 12_000L, 1L << 20));

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-ready-").FullName;
    private int _worlds;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Ready_documents_are_what_the_evaluator_says_whatever_is_added_deleted_refreshed_merged_or_evicted()
    {
        long kept = 0;
        Cases.Sample(
            @case =>
            {
                using World world = NewWorld(@case.CacheBytes);
                foreach (List<(int Item, Acl? Acl)> round in @case.Rounds)
                {
                    foreach ((int item, Acl? acl) in round)
                    {
                        world.Write(item, acl);
                    }

                    world.Generation.Refresh();
                    foreach (AccessPrincipals caller in @case.Callers.Concat(@case.Callers[..1]))
                    {
                        world.Check(caller);
                        kept += world.Visible(caller).Ready.Bytes > 0 ? 1 : 0;
                        Assert.Equal(world.Kept(@case.Callers), world.Table.CachedBytes);
                        Assert.True(world.Table.CachedBytes <= @case.CacheBytes || @case.Callers.Distinct().Count(other => world.IsKept(other)) == 1);
                    }
                }
            },
            iter: 400,
            threads: 1);
        Assert.True(kept > 500);
    }

    [Fact]
    public void Only_who_asks_a_second_time_has_documents_ready()
    {
        using World world = NewWorld(1 << 20, ForEveryone, ForOthers);

        world.Check(Reader);
        Assert.Equal(0, world.Table.KeptOrNull(Reader)!.Ready.Bytes);
        world.Check(Reader);

        Assert.True(world.Table.KeptOrNull(Reader)!.Ready.Bytes > 0);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void A_segment_below_the_least_size_has_none(int documents, bool isSmall)
    {
        using World world = NewWorld(1 << 20, minReadyDocuments: 2, [.. Enumerable.Repeat(ForEveryone, documents)]);

        world.Check(Reader);
        world.Check(Reader);

        Assert.Equal(isSmall, world.Table.VisibleTo(Reader).Ready.Bytes == 0);
    }

    [Fact]
    public void Nothing_is_kept_of_a_segment_whose_lists_are_not_all_known()
    {
        using World world = NewWorld(1 << 20, ForEveryone);
        world.Put(1, list: 2);
        world.Generation.Refresh();

        for (int time = 0; time < 3; time++)
        {
            Assert.Equal(["i0"], world.Found(Reader));
        }

        world.Table.Add([KeyValuePair.Create(2, ForEveryone)]);
        Assert.Equal(["i0", "i1"], world.Found(Reader));
    }

    [Fact]
    public void Documents_are_ready_as_long_as_their_segment_is_there_and_no_longer()
    {
        using World world = NewWorld(1 << 20, ForEveryone);
        world.Check(Reader);
        world.Check(Reader);
        long one = world.Table.VisibleTo(Reader).Ready.Bytes;

        world.Write(1, ForEveryone);
        world.Generation.Refresh();
        world.Check(Reader);
        Assert.Equal(2 * one, world.Table.VisibleTo(Reader).Ready.Bytes);

        world.Write(0, null);
        world.Generation.Refresh();
        world.Check(Reader);
        Assert.Equal(one, world.Table.VisibleTo(Reader).Ready.Bytes);
        Assert.Equal(world.Kept([Reader]), world.Table.CachedBytes);
    }

    [Fact]
    public void Other_groups_are_another_caller_for_whom_nothing_of_the_former_holds()
    {
        Acl forGroup = new([new AclEntry(AclType.Group, "0b1d2e3f-0000-4000-8000-0000000000aa", AccessType.Grant)]);
        using World world = NewWorld(1 << 20, forGroup, ForEveryone);
        var member = new AccessPrincipals(Reader.UserId, ["0b1d2e3f-0000-4000-8000-0000000000aa"], [], isGuest: false);

        for (int time = 0; time < 3; time++)
        {
            Assert.Equal(["i0", "i1"], world.Found(member));
            Assert.Equal(["i1"], world.Found(Reader));
        }

        Assert.True(world.IsKept(member) && world.IsKept(Reader));
    }

    [Fact]
    public void Who_stayed_away_longest_loses_his_documents_first()
    {
        AccessPrincipals[] callers = [.. Enumerable.Range(0, 4).Select(number => new AccessPrincipals($"0b1d2e3f-0000-4000-8000-00000000001{number}", [], [], isGuest: false))];
        using World world = NewWorld(cacheBytes: 3200, ForEveryone);

        foreach (AccessPrincipals caller in callers.Concat(callers[..2]).Concat(callers[..2]))
        {
            world.Check(caller);
        }

        Assert.Equal([true, true, false, true], [.. callers.Select(world.IsKept)]);
        Assert.True(world.Table.CachedBytes <= 3200);
    }

    private World NewWorld(long cacheBytes, params Acl[] items) => NewWorld(cacheBytes, minReadyDocuments: 1, items);

    private World NewWorld(long cacheBytes, int minReadyDocuments, Acl[] items)
    {
        var world = new World(Path.Combine(_folder, (++_worlds).ToString(CultureInfo.InvariantCulture)), new AclTable(cacheBytes, minReadyDocuments: minReadyDocuments));
        foreach ((int item, Acl acl) in items.Index())
        {
            world.Write(item, acl);
        }

        world.Generation.Refresh();
        return world;
    }

    /// <summary>An index and what is in it.</summary>
    private sealed class World(string folder, AclTable table) : IDisposable
    {
        private readonly DocumentBuilder _documents = new(QuerySchema.Schema);
        private readonly SortedDictionary<string, Acl> _items = new(StringComparer.Ordinal);

        public IndexGeneration Generation { get; } = IndexGeneration.Create(folder, new IndexOptions());

        public AclTable Table => table;

        public void Dispose() => Generation.Dispose();

        public void Write(int item, Acl? acl)
        {
            if (acl is null)
            {
                Generation.Delete($"i{item}");
                _items.Remove($"i{item}");
                return;
            }

            table.Add([KeyValuePair.Create(table.Last + 1, acl)]);
            Put(item, table.Last);
            _items[$"i{item}"] = acl;
        }

        public void Put(int item, int list) => Generation.Put($"i{item}", _documents.Build(new FeedItem($"i{item}") { Acl = list, Change = 1, Properties = "{}"u8.ToArray() }));

        public void Check(AccessPrincipals caller) =>
            Assert.Equal(_items.Where(item => AclEvaluator.IsVisible(item.Value, caller)).Select(item => item.Key), Found(caller));

        public VisibleAcls Visible(AccessPrincipals caller) => table.VisibleTo(caller);

        /// <summary>By looking at each document and by going through those that there are, which must be the same.</summary>
        public List<string> Found(AccessPrincipals caller)
        {
            VisibleAcls visible = table.VisibleTo(caller);
            var found = new List<string>();
            IndexSearcher searcher = Generation.Acquire();
            try
            {
                var filter = new AclFilter(searcher.TopReaderContext.Leaves.ToDictionary(leaf => leaf.AtomicReader.CoreCacheKey, _ => visible), new SearchWork(0, CancellationToken.None));
                foreach (AtomicReaderContext leaf in searcher.TopReaderContext.Leaves)
                {
                    var documents = (BitsDocIdSet)filter.GetDocIdSet(leaf, leaf.AtomicReader.LiveDocs)!;
                    List<int> asked = [.. Enumerable.Range(0, leaf.AtomicReader.MaxDoc).Where(documents.Get)];
                    var gone = new List<int>();
                    DocIdSetIterator all = documents.GetIterator();
                    while (all.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
                    {
                        gone.Add(all.DocID);
                    }

                    Assert.Equal(asked, gone);
                    BinaryDocValues ids = leaf.AtomicReader.GetBinaryDocValues(IndexFields.Id);
                    foreach (int doc in asked)
                    {
                        var id = new BytesRef();
                        ids.Get(doc, id);
                        found.Add(id.Utf8ToString());
                    }
                }
            }
            finally
            {
                Generation.Release(searcher);
            }

            found.Sort(StringComparer.Ordinal);
            return found;
        }

        /// <summary>What is kept of callers, as each says; asks for none anew.</summary>
        public long Kept(IEnumerable<AccessPrincipals> callers) => callers.Distinct().Select(table.KeptOrNull).OfType<VisibleAcls>().Sum(visible => visible.Bytes + visible.Ready.Bytes);

        public bool IsKept(AccessPrincipals caller) => table.KeptOrNull(caller) is not null;
    }
}

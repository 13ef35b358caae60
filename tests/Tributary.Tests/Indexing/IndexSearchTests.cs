using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using IndexOptions = Tributary.Indexing.IndexOptions;
using SortKey = Tributary.Search.SortKey;

namespace Tributary.Tests.Indexing;

/// <summary>Order, buckets, filters and collapsing of the index against what the specification says of each item, one by one.</summary>
public sealed class IndexSearchTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);
    private static readonly QueryTime Time = new(Now, DayOfWeek.Monday);
    private static readonly ResultEvaluator Results = new(Time);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-refine-").FullName;
    private int _generations;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_index_answers_what_the_specification_says_whatever_is_asked()
    {
        int asked = 0;
        int refined = 0;
        Gen.Select(RefinedCases.Connection.Array[1, 3], RefinedCases.Search.Array[250]).Sample(
            (connections, searches) =>
            {
                using var world = new World(_folder, ref _generations, connections);
                foreach (RefinedSearch search in searches)
                {
                    asked++;
                    refined += world.Check(search) ? 1 : 0;
                }
            },
            iter: 90,
            threads: 1);
        Assert.True(asked >= 20_000);
        Assert.True(refined >= asked / 3, $"Only {refined} of {asked} found anything.");
    }

    /// <summary>Some connections with their indexes.</summary>
    private sealed class World : IDisposable
    {
        private readonly RefinedConnection[] _connections;
        private readonly List<IndexGeneration> _generations = [];
        private readonly List<IndexSearcher> _searchers = [];
        private readonly List<AclTable> _acls = [];
        private readonly List<Candidate> _items = [];
        private readonly Dictionary<Candidate, RefinedItem> _written = [];

        public World(string folder, ref int number, RefinedConnection[] connections)
        {
            _connections = connections;
            foreach ((int target, RefinedConnection connection) in connections.Index())
            {
                IndexGeneration generation = IndexGeneration.Create(Path.Combine(folder, (++number).ToString(CultureInfo.InvariantCulture)), new IndexOptions(), language: LanguageOf(target));
                _generations.Add(generation);
                var acls = new AclTable(1 << 20, minReadyDocuments: 1);
                _acls.Add(acls);
                var documents = new DocumentBuilder(connection.Schema);
                var items = new SortedDictionary<string, RefinedItem>(StringComparer.Ordinal);
                foreach ((int Item, RefinedItem? Written)[] batch in connection.Writes)
                {
                    foreach ((int item, RefinedItem? written) in batch)
                    {
                        string id = $"i{item}";
                        if (written is null)
                        {
                            generation.Delete(id);
                            items.Remove(id);
                            continue;
                        }

                        acls.Add([KeyValuePair.Create(acls.Last + 1, written.Acl)]);
                        generation.Put(id, documents.Build(FeedItemOf(id, acls.Last, written, connection.Schema)));
                        items[id] = written;
                    }

                    generation.Refresh();
                }

                _searchers.Add(generation.Acquire());
                foreach ((string id, RefinedItem item) in items)
                {
                    var candidate = new Candidate(target, id, new QueryItem(item.Values, item.Content));
                    _items.Add(candidate);
                    _written.Add(candidate, item);
                }
            }
        }

        public void Dispose()
        {
            foreach ((IndexGeneration generation, IndexSearcher searcher) in _generations.Zip(_searchers))
            {
                generation.Release(searcher);
                generation.Dispose();
            }
        }

        /// <returns>Whether something was found.</returns>
        public bool Check(RefinedSearch search)
        {
            IndexQuery all = QueryOf(search) with { From = 0, Size = 100 };
            IndexAnswer plain = Ask(all with { Sort = [], Facets = [], Collapse = [] }, search);
            List<Candidate> ranked = [.. plain.Hits.Select(hit => _items.Single(item => item.Target == hit.Target && item.Id == hit.ItemId))];
            Candidate[] expected = [.. _items.Where(item => Matches(item, search))];
            Same(string.Join(' ', expected.Select(Name).Order(StringComparer.Ordinal)), string.Join(' ', ranked.Select(Name).Order(StringComparer.Ordinal)), "matches", search);
            if (search.Tree is MatchAll)
            {
                IEnumerable<Candidate> newest = expected.OrderByDescending(item => item.Item.Values.TryGetValue("changed", out object[]? dates) ? DateTimeOffset.Parse((string)dates[0], CultureInfo.InvariantCulture) : default)
                    .ThenBy(item => item.Id, StringComparer.Ordinal).ThenBy(item => item.Target);
                Same(string.Join(' ', newest.Select(Name)), string.Join(' ', ranked.Select(Name)), "order without scores", search);
            }

            IndexQuery query = QueryOf(search);
            IndexAnswer answer = Ask(query, search);
            List<Candidate> sorted = ResultEvaluator.Sort(ranked, query.Sort);
            List<(Candidate Item, bool IsCollapsed)> kept = query.Collapse.Count > 0 ? ResultEvaluator.Collapse(sorted, query.Collapse) : [.. sorted.Select(item => (item, false))];
            Same($"{kept.Count}", $"{answer.Total}", "total", search);
            Same(
                string.Join(' ', kept.Skip(query.From).Take(query.Size).Select(hit => $"{Name(hit.Item)}{(hit.IsCollapsed ? "+" : "")}")),
                string.Join(' ', answer.Hits.Select(hit => $"{hit.Target}/{hit.ItemId}{(hit.IsCollapsed ? "+" : "")}")),
                "page",
                search);
            Same(
                string.Join("; ", query.Facets.Select(facet => string.Join(", ", Results.Count(ranked, facet)))),
                string.Join("; ", answer.Facets.Select(buckets => string.Join(", ", buckets))),
                "buckets",
                search);
            foreach ((Facet facet, IReadOnlyList<FacetBucket> buckets) in query.Facets.Zip(answer.Facets))
            {
                CheckFilters(facet, buckets, query, search);
            }

            return answer.Total > 0;
        }

        /// <summary>The filter of a bucket finds exactly as many as the bucket promised.</summary>
        private void CheckFilters(Facet facet, IReadOnlyList<FacetBucket> buckets, IndexQuery query, RefinedSearch search)
        {
            foreach ((int index, FacetBucket bucket) in buckets.Index().Take(2))
            {
                RefinementTest test = facet.Ranges.Count > 0 ? new BetweenValues(facet.Ranges[index].From, true, facet.Ranges[index].To, false) : new BucketValue(bucket.Key);
                List<IndexTarget> targets = [.. query.Targets.Select((target, number) =>
                {
                    var refinement = new Refinement(0, 0, facet.Properties[number]?.Name ?? "unknown", test);
                    return target with { Filter = target.Filter is null ? refinement : KqlJoin.And([target.Filter, refinement]) };
                })];
                Same($"{bucket.Count}", $"{Ask(query with { Targets = targets, Sort = [], Facets = [], Collapse = [] }, search).Total}", $"filter of {bucket}", search);
            }
        }

        private IndexQuery QueryOf(RefinedSearch search)
        {
            Property?[] Meanings(string name) => [.. _connections.Select(connection => RefinedCases.PropertyOf(connection.Schema, name))];
            return new IndexQuery(
                [.. _connections.Select((connection, target) => new IndexTarget(new ConnectionKey(target + 1), 0, connection.Schema, RefinedCases.Resolve(search.Tree, connection.Schema), new MatchAll(0, 0), search.Callers[target])
                {
                    Filter = search.Filter is null ? null : RefinedCases.Resolve(search.Filter, connection.Schema),
                })],
                search.From,
                search.Size,
                Time,
                MaxTerms: int.MaxValue)
            {
                Sort = [.. search.Sort.Select(key => new SortKey(Meanings(key.Name), key.IsDescending))],
                Facets = [.. search.Facets.Select(facet => facet.Facet with { Properties = Meanings(facet.Name) })],
                Collapse = [.. search.Collapse.Select(level => new CollapseLevel([.. level.Names.Select(Meanings)], level.Limit))],
            };
        }

        private IndexAnswer Ask(IndexQuery query, RefinedSearch search) => new IndexSearch(
            query, [.. _searchers.Select((searcher, target) => new SearchedPart(target, searcher, _acls[target], _generations[target].Language))], search.IsDelayed, new SearchWork(int.MaxValue, CancellationToken.None)).Run();

        private bool Matches(Candidate item, RefinedSearch search)
        {
            Schema schema = _connections[item.Target].Schema;
            var evaluator = new QueryEvaluator(schema, Time, LanguageOf(item.Target));
            return AclEvaluator.IsVisible(_written[item].Acl, search.Callers[item.Target])
                && !(search.IsDelayed && _written[item].IsHidden)
                && evaluator.Matches(item.Item, RefinedCases.Resolve(search.Tree, schema))
                && (search.Filter is null || evaluator.Matches(item.Item, RefinedCases.Resolve(search.Filter, schema)));
        }

        /// <summary>The second connection has one.</summary>
        private static TextLanguage LanguageOf(int target) => TextLanguage.FindOrNull(target == 1 ? "en" : "standard")!;

        private static string Name(Candidate item) => $"{item.Target}/{item.Id}";

        private static void Same(string expected, string found, string what, RefinedSearch search) =>
            Assert.True(expected == found, $"{what}\nexpected {expected}\nfound    {found}\n{Describe(search)}");

        private static string Describe(RefinedSearch search)
        {
            var text = new StringBuilder($"{QueryText.Of(search.Tree)} filter {(search.Filter is null ? "-" : QueryText.Of(search.Filter))}\n");
            text.Append(CultureInfo.InvariantCulture, $"sort {string.Join(", ", search.Sort)}; collapse {string.Join(", ", search.Collapse.Select(level => $"{string.Join('+', level.Names)}:{level.Limit}"))}; ");
            text.Append(CultureInfo.InvariantCulture, $"facets {string.Join(", ", search.Facets.Select(facet => $"{facet.Name} {facet.Facet} {string.Join(' ', facet.Facet.Ranges)}"))}; {search.From}+{search.Size}");
            return text.ToString();
        }

        private static FeedItem FeedItemOf(string id, int acl, RefinedItem item, Schema schema) => new(id)
        {
            Acl = acl,
            Change = 1,
            SearchableFrom = item.IsHidden ? Now.ToUnixTimeMilliseconds() + 1 : 0,
            Properties = JsonSerializer.SerializeToUtf8Bytes(item.Values.ToDictionary(
                pair => pair.Key,
                pair => schema.FindOrNull(pair.Key)!.Type.IsCollection() ? (object)pair.Value : pair.Value[0])),
            Content = item.Content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, item.Content),
        };
    }
}

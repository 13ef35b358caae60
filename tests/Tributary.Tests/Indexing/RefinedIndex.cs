using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing;

/// <summary>One connection with refinable properties of every type, everything in it visible.</summary>
internal sealed class RefinedIndex : IDisposable
{
    public static readonly Schema Schema = new(
    [
        new Property { Name = "kind", Type = PropertyType.String, IsRefinable = true, IsQueryable = true },
        new Property { Name = "author", Type = PropertyType.String, IsRefinable = true, IsQueryable = true },
        new Property { Name = "tags", Type = PropertyType.StringCollection, IsRefinable = true },
        new Property { Name = "code", Type = PropertyType.String, IsRefinable = true, IsExactMatchRequired = true },
        new Property { Name = "size", Type = PropertyType.Int64, IsRefinable = true },
        new Property { Name = "sizes", Type = PropertyType.Int64Collection, IsRefinable = true },
        new Property { Name = "price", Type = PropertyType.Double, IsRefinable = true },
        new Property { Name = "day", Type = PropertyType.DateTime, IsRefinable = true },
        new Property { Name = "done", Type = PropertyType.Boolean, IsRefinable = true },
        new Property { Name = "plain", Type = PropertyType.String, IsQueryable = true },
    ]);

    private static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-refined-").FullName;
    private readonly AclTable _acls = new(1 << 20);

    /// <param name="items">The properties of items <c>i0</c>, <c>i1</c> and so on, as JSON.</param>
    public RefinedIndex(params IEnumerable<string> items)
    {
        _acls.Add([KeyValuePair.Create(1, new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]))]);
        Generation = IndexGeneration.Create(Path.Combine(_folder, "index"), new IndexOptions());
        var documents = new DocumentBuilder(Schema);
        foreach ((int number, string properties) in items.Index())
        {
            Generation.Put($"i{number:D4}", documents.Build(new FeedItem($"i{number:D4}")
            {
                Acl = 1,
                Change = 1,
                Properties = System.Text.Encoding.UTF8.GetBytes(properties),
                Content = new ExternalItemContent(ExternalItemContentType.Text, "word"),
            }));
        }

        Generation.Refresh();
    }

    public IndexGeneration Generation { get; }

    public void Dispose()
    {
        Generation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static Property?[] Named(string name) => [Schema.FindOrNull(name)];

    public static SortKey By(string name, bool isDescending = false) => new(Named(name), isDescending);

    public static CollapseLevel Level(int limit, params string[] names) => new([.. names.Select(Named)], limit);

    public static Refinement Test(string name, RefinementTest test) => new(0, 0, name, test);

    public IndexAnswer Ask(Func<IndexQuery, IndexQuery>? change = null, KqlNode? filter = null, KqlNode? tree = null)
    {
        var caller = new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
        var target = new IndexTarget(new ConnectionKey(1), 0, Schema, tree ?? new MatchAll(0, 0), new MatchAll(0, 0), caller) { Filter = filter };
        var query = new IndexQuery([target], 0, 1000, new QueryTime(Now, DayOfWeek.Monday), int.MaxValue);
        IndexSearcher searcher = Generation.Acquire();
        try
        {
            return new IndexSearch(change?.Invoke(query) ?? query, [new SearchedPart(0, searcher, _acls, Generation.Language)], isDelayed: false, new SearchWork(int.MaxValue, CancellationToken.None)).Run();
        }
        finally
        {
            Generation.Release(searcher);
        }
    }

    /// <summary>The numbers of the items on the page.</summary>
    public string Found(Func<IndexQuery, IndexQuery>? change = null, KqlNode? filter = null) =>
        string.Join(' ', Ask(change, filter).Hits.Select(hit => int.Parse(hit.ItemId[1..], System.Globalization.CultureInfo.InvariantCulture) + (hit.IsCollapsed ? "+" : "")));

    public string Found(string name, RefinementTest test) => Found(filter: Test(name, test));

    public IReadOnlyList<FacetBucket> Buckets(string name, Func<Facet, Facet>? change = null)
    {
        var facet = new Facet(Named(name));
        return Ask(query => query with { Facets = [change?.Invoke(facet) ?? facet] }).Facets[0];
    }

    /// <summary>Buckets as <c>key=count</c>.</summary>
    public string Counted(string name, Func<Facet, Facet>? change = null) => string.Join(' ', Buckets(name, change).Select(bucket => $"{bucket.Key}={bucket.Count}"));
}

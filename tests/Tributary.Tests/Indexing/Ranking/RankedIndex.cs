using System.Globalization;
using System.Text.Json;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using IndexOptions = Tributary.Indexing.IndexOptions;

namespace Tributary.Tests.Indexing.Ranking;

/// <summary>An item of a test: what is not given is not there.</summary>
internal sealed record RankedItem(string Id, string? Title = null, string? Content = null)
{
    public string? Body { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public string? Kind { get; init; }

    public Acl Acl { get; init; } = RankedIndex.ForEveryone;

    public bool IsHidden { get; init; }

    public ActivityStanding Activity { get; init; }
}

/// <summary>Connections whose items are ranked together, each with a schema of its own; the properties are title, body, kind and modified, by whatever names.</summary>
internal sealed class RankedIndex : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 10, 15, 0, 0, TimeSpan.Zero);

    public static readonly Acl ForEveryone = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]);

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-ranked-").FullName;
    private readonly List<Connection> _connections = [];

    public RankingOptions Ranking { get; set; } = new();

    /// <summary>Whether items may have to wait until they are found.</summary>
    public bool IsDelayed { get; init; } = true;

    /// <summary>One connection with a title and a body without a hint.</summary>
    public static RankedIndex Of(params RankedItem[] items) => new RankedIndex().With(SchemaOf(), items);

    public static Schema SchemaOf(string title = "title", string body = "body", ImportanceScore? hint = null, bool isTitle = true) => new(
    [
        new Property { Name = title, Type = PropertyType.String, IsSearchable = true, IsQueryable = true, Labels = isTitle ? [Label.Title] : [] },
        new Property { Name = body, Type = PropertyType.String, IsSearchable = true, RankingHint = hint },
        new Property { Name = "kind", Type = PropertyType.String, IsQueryable = true, IsRefinable = true },
        new Property { Name = "modified", Type = PropertyType.DateTime, Labels = [Label.LastModifiedDateTime] },
    ]);

    /// <summary>Each five items make a segment.</summary>
    public RankedIndex With(Schema schema, params RankedItem[] items) => With(schema, 5, items);

    public RankedIndex With(Schema schema, int itemsInSegment, RankedItem[] items)
    {
        IndexGeneration generation = IndexGeneration.Create(Path.Combine(_folder, _connections.Count.ToString(CultureInfo.InvariantCulture)), new IndexOptions());
        var acls = new AclTable(1 << 20, minReadyDocuments: 1);
        var documents = new DocumentBuilder(schema);
        foreach (RankedItem[] batch in items.Chunk(itemsInSegment))
        {
            foreach (RankedItem item in batch)
            {
                acls.Add([KeyValuePair.Create(acls.Last + 1, item.Acl)]);
                generation.Put(item.Id, documents.Build(FeedItemOf(item, acls.Last, schema)));
            }

            generation.Refresh();
        }

        _connections.Add(new Connection(schema, generation, acls));
        return this;
    }

    /// <summary>Deletes items, of which the segments keep something until they are merged.</summary>
    public RankedIndex Without(int target, params IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            _connections[target].Generation.Delete(id);
        }

        _connections[target].Generation.Refresh();
        return this;
    }

    public void Dispose()
    {
        _connections.ForEach(connection => connection.Generation.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    public IndexAnswer Ask(string query, Func<IndexQuery, IndexQuery>? change = null, AccessPrincipals? caller = null)
    {
        IndexQuery asked = QueryOf(query, caller);
        return Searching(search => search.Run(), change?.Invoke(asked) ?? asked);
    }

    /// <summary>Ids, best first; of several connections with the number of theirs.</summary>
    public string Found(string query, Func<IndexQuery, IndexQuery>? change = null, AccessPrincipals? caller = null) =>
        string.Join(' ', Ask(query, change, caller).Hits.Select(hit => _connections.Count == 1 ? hit.ItemId : $"{hit.Target}/{hit.ItemId}"));

    public float ScoreOf(string id, string query, int target = 0, Func<IndexQuery, IndexQuery>? change = null) =>
        Ask(query, change).Hits.Single(hit => hit.ItemId == id && hit.Target == target).Score;

    public IndexExplanation? ExplainOrNull(string id, string query, int target = 0) => Searching(search => search.ExplainOrNull(target, id), QueryOf(query, caller: null));

    /// <summary>What Lucene's own BM25 over all words of the first connection gives an item.</summary>
    public float PlainScoreOf(string id, string word)
    {
        IndexSearcher searcher = _connections[0].Generation.Acquire();
        try
        {
            int doc = searcher.Search(new TermQuery(new Term(IndexFields.Id, id)), 1).ScoreDocs.Single().Doc;
            return searcher.Search(new TermQuery(new Term(IndexFields.Text, word)), 1000).ScoreDocs.Single(hit => hit.Doc == doc).Score;
        }
        finally
        {
            _connections[0].Generation.Release(searcher);
        }
    }

    private IndexQuery QueryOf(string query, AccessPrincipals? caller)
    {
        QueryReading reading = QueryReading.Of(
            query,
            [.. _connections.Select((connection, target) => new QueriedConnection(connection.Schema, new SystemValues("", $"c{target}", "tenant")))],
            KqlLimits.Default with { MaxLength = KqlLimits.GreatestLength },
            CancellationToken.None);
        caller ??= new AccessPrincipals("0b1d2e3f-0000-4000-8000-00000000000a", [], [], isGuest: false);
        return new IndexQuery(
            [.. _connections.Select((connection, target) => new IndexTarget(new ConnectionKey(target + 1), 0, connection.Schema, reading.Trees[target], reading.Plain!, caller))],
            0,
            1000,
            new QueryTime(Now, DayOfWeek.Monday),
            int.MaxValue)
        {
            Ranking = Ranking,
            HasScores = true,
        };
    }

    private T Searching<T>(Func<IndexSearch, T> ask, IndexQuery query)
    {
        IndexSearcher[] searchers = [.. _connections.Select(connection => connection.Generation.Acquire())];
        try
        {
            return ask(new IndexSearch(
                query,
                [.. searchers.Select((searcher, target) => new SearchedPart(target, searcher, _connections[target].Acls, TextLanguage.Standard))],
                IsDelayed,
                new SearchWork(query.MaxTerms, CancellationToken.None)));
        }
        finally
        {
            foreach ((Connection connection, IndexSearcher searcher) in _connections.Zip(searchers))
            {
                connection.Generation.Release(searcher);
            }
        }
    }

    private static FeedItem FeedItemOf(RankedItem item, int acl, Schema schema)
    {
        var properties = new Dictionary<string, string>();
        Add(0, item.Title);
        Add(1, item.Body);
        Add(2, item.Kind);
        Add(3, item.Modified?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
        return new FeedItem(item.Id)
        {
            Acl = acl,
            Change = 1,
            Activity = item.Activity,
            SearchableFrom = item.IsHidden ? Now.ToUnixTimeMilliseconds() + 1 : 0,
            Properties = JsonSerializer.SerializeToUtf8Bytes(properties),
            Content = item.Content is null ? null : new ExternalItemContent(ExternalItemContentType.Text, item.Content),
        };

        void Add(int property, string? value)
        {
            if (value is not null)
            {
                properties.Add(schema.Properties[property].Name, value);
            }
        }
    }

    private sealed record Connection(Schema Schema, IndexGeneration Generation, AclTable Acls);
}

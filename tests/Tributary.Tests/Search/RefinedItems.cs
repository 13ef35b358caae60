using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>A connection with a refinable property of each kind and five items, of which the last has a title only.</summary>
internal static class RefinedItems
{
    public const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "kind", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "aliases": ["category"] },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "price", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "weight", "type": "double", "isRetrievable": true, "isRefinable": true },
          { "name": "day", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "labels": ["lastModifiedDateTime"] },
          { "name": "note", "type": "string", "isQueryable": true, "isRetrievable": true } ] }
        """;

    private static readonly (string Id, string Properties)[] Items =
    [
        ("a", """{ "title": "lamp one", "kind": "Note", "tags": ["policy", "leave"], "price": 50, "weight": 0.5, "day": "2026-01-10T00:00:00Z", "note": "n" }"""),
        ("b", """{ "title": "lamp two", "kind": "Notebook", "tags": ["policy", "policy"], "price": 100, "weight": 1.5, "day": "2026-02-10T00:00:00Z" }"""),
        ("c", """{ "title": "lamp three", "kind": "Note", "tags": ["Grüße"], "price": 1000, "weight": -2, "day": "2026-03-10T10:00:00Z" }"""),
        ("d", """{ "title": "lamp four", "kind": "Map", "tags": ["annual leave"], "price": 5000, "day": "2026-03-10T10:00:00Z" }"""),
        ("e", """{ "title": "lamp five" }"""),
    ];

    private static int _connections;

    public static async Task<string> CreateAsync(TestServer server)
    {
        string id = "refined" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await server.CreateReadyConnectionAsync(id, Schema);
        foreach ((string item, string properties) in Items)
        {
            await server.PutItemAsync(id, item, Item(properties));
        }

        return id;
    }

    /// <summary>The ids of a search by a filter, in alphabetical order.</summary>
    public static async Task<string> FilteredAsync(this TestServer server, string connection, params string[] filters) =>
        string.Join(' ', (await server.FindAsync(connection, "*", $", \"aggregationFilters\": {JsonSerializer.Serialize(filters)}")).HitIds.Order(StringComparer.Ordinal));

    /// <summary>The buckets of an aggregation as text, <c>key=count</c>.</summary>
    public static string Buckets(this Answer answer, int aggregation = 0) => string.Join(
        ", ",
        answer.Container.GetProperty("aggregations")[aggregation].GetProperty("buckets").EnumerateArray()
            .Select(bucket => $"{bucket.GetProperty("key").GetString()}={bucket.GetProperty("count").GetInt32()}"));
}

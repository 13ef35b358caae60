using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Search;

/// <summary>A server at noon of Wednesday, 18 March 2026, with two connections of documents for tests that only look, and asked over plain HTTP.</summary>
public sealed class ChecklistServer : IAsyncLifetime
{
    public const string Documents = "documents";
    public const string Others = "others";
    public const int Count = 8;

    private const string Everyone = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    private const string Layout = """{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"${title}"}]}""";

    private const string Schema =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
          { "name": "url", "type": "string", "isRetrievable": true, "labels": ["url"] },
          { "name": "department", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "aliases": ["dept"] },
          { "name": "author", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "price", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "edited", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "labels": ["lastModifiedDateTime"] },
          { "name": "ticketId", "type": "string", "isQueryable": true, "isRetrievable": true, "isExactMatchRequired": true },
          { "name": "unasked", "type": "string", "isRetrievable": true } ] }
        """;

    /// <summary>In the order of their edits, newest first.</summary>
    private static readonly (string Id, string Properties, string Content)[] Items =
    [
        ("d1", """ "title": "Vacation policy", "department": "HR", "author": "Andy", "tags": ["policy", "leave"], "price": 10, "edited": "2026-03-18T08:00:00Z", "ticketId": "CTS-ce913b61", "unasked": "hush" """,
            "Carry over of vacation days is limited to five days each year."),
        ("d2", """ "title": "Expense policy", "department": "Finance", "author": "James", "tags": ["policy", "Grüße"], "price": 20, "edited": "2026-03-17T23:59:59Z" """,
            "Travel expenses are paid back within a month."),
        ("d3", """ "title": "Team calendar", "department": "HR", "author": "James", "tags": ["leave"], "price": 30, "edited": "2026-03-16T12:00:00Z" """,
            "All days off of the team."),
        ("d4", """ "title": "Price list", "department": "Sales", "author": "Robert", "tags": ["annual leave"], "price": 120, "edited": "2026-03-01T00:00:00Z" """,
            "What tables and stools cost."),
        ("d5", """ "title": "Lamp manual", "department": "Sales", "author": "James", "price": 500, "edited": "2026-02-10T00:00:00Z" """,
            "Put the lamp on the desk before you switch it on."),
        ("d6", """ "title": "Chair manual", "department": "Sales", "author": "James", "price": 1000, "edited": "2026-01-05T00:00:00Z" """,
            "A chair has four legs and a back."),
        ("d7", """ "title": "Old price list", "department": "Sales", "author": "Andy", "price": 5000, "edited": "2025-06-01T00:00:00Z" """,
            "What they cost before."),
        ("d8", """ "title": "Untagged" """, "or and not near"),
    ];

    private int _connections;

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(new FakeTimeProvider(new DateTimeOffset(2026, 3, 18, 12, 0, 0, TimeSpan.Zero)), null);
        foreach (string connection in new[] { Documents, Others })
        {
            await Server.CreateReadyConnectionAsync(connection, Schema);
        }

        foreach ((string id, string properties, string content) in Items)
        {
            await PutAsync(Documents, id, properties, content);
        }

        await PutAsync(Others, "o1", """ "title": "Policy of others", "department": "HR", "edited": "2026-03-15T00:00:00Z" """, "vacation");
        (await Server.PatchAsync($"/v1.0/external/connections/{Documents}", $$"""
            { "searchSettings": { "searchResultTemplates": [
              { "id": "people", "priority": 2, "layout": {{Layout}},
                "rules": [ { "property": "department", "operation": "equals", "values": ["HR", "People"], "valuesJoinedBy": "or" } ] },
              { "id": "dear", "priority": 1, "layout": {{Layout}},
                "rules": [ { "property": "price", "operation": "greaterThan", "values": ["400"], "valuesJoinedBy": "and" },
                           { "property": "department", "operation": "notEquals", "values": ["HR"], "valuesJoinedBy": "and" } ] } ] } }
            """)).ShouldBe(204);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A connection of a test's own, with the same schema.</summary>
    internal async Task<string> NewConnectionAsync()
    {
        string id = $"own{Interlocked.Increment(ref _connections)}connection";
        await Server.CreateReadyConnectionAsync(id, Schema);
        return id;
    }

    internal async Task PutAsync(string connection, string id, string properties, string content = "text", string acl = Everyone)
    {
        string annotation = properties.Contains("\"tags\"", StringComparison.Ordinal) ? """ "tags@odata.type": "Collection(String)", """ : "";
        string body = $$"""{ "acl": {{acl}}, "properties": { {{annotation}}{{properties}} }, "content": { "type": "text", "value": {{JsonSerializer.Serialize(content)}} } }""";
        (await Server.PutAsync($"/v1.0/external/connections/{connection}/items/{id}", body)).ShouldBe(200);
    }

    /// <summary>One request for external items of the documents, with more members.</summary>
    internal static string Body(string query, string extra = "", string source = "/external/connections/" + Documents) =>
        $$"""
        { "requests": [ { "entityTypes": ["externalItem"], "contentSources": [{{JsonSerializer.Serialize(source)}}],
          "query": { "queryString": {{JsonSerializer.Serialize(query)}} }{{extra}} } ] }
        """;

    internal async Task<Answer> PostAsync(string version, string body, string user = "reader", string scope = "https://graph.microsoft.com/.default", params (string Name, string Value)[] headers) =>
        await Server.SendAsync(HttpMethod.Post, $"/{version}/search/query", body, await Server.UserTokenAsync(user, scope), headers);

    internal static JsonElement Hit(Answer answer, int hit = 0) => answer.Container.GetProperty("hits")[hit];

    internal static JsonElement PropertiesOf(Answer answer, int hit = 0) => Hit(answer, hit).GetProperty("resource").GetProperty("properties");

    internal static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    internal static string List(params string[] texts) => JsonSerializer.Serialize(texts);

    /// <summary>The ids of what is found, in alphabetical order.</summary>
    internal async Task<string> FoundAsync(string version, string query, string extra = "")
    {
        Answer answer = (await PostAsync(version, Body(query, extra))).ShouldBe(200);
        Assert.Equal(answer.HitIds.Length, answer.Total);
        return string.Join(' ', answer.HitIds.Order(StringComparer.Ordinal));
    }
}

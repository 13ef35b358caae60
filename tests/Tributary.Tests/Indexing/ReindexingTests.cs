using System.Globalization;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Indexing;

/// <summary>A schema update that changes what is indexed is made good for the items that are there, while searches go on.</summary>
public sealed class ReindexingTests : IDisposable
{
    private const string Connection = "contosohr";
    private const string Schema = $"/beta/external/connections/{Connection}/schema";

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-reindex-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private Task<TestServer> StartAsync() => TestServer.StartAsync(null, _data, []);

    private string[] Generations =>
        [.. Directory.GetDirectories(Path.Combine(_data, "index"), "g*", SearchOption.AllDirectories).Select(folder => Path.GetFileName(folder)).Order()];

    /// <summary>Among several nodes the first search by the new schema takes the next index, and the old one goes behind it.</summary>
    private Task ShouldBeLeftAsync(string generation) => Eventually.IsTrueAsync(() => Task.FromResult(Generations is [var left] && left == generation), $"{generation} alone is left");

    private static string Update(string property) => $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ {{property}} ] }""";

    /// <summary>The update of a stored property, which keeps its name and type.</summary>
    private const string TicketIsSearchable =
        """{ "name": "ticketId", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "isExactMatchRequired": false }""";

    private static async Task<string> UpdateAsync(TestServer server, string property)
    {
        Answer answer = (await server.PatchAsync(Schema, Update(property))).ShouldBe(202);
        return answer.Headers.Location!.PathAndQuery;
    }

    private static async Task<string> StatusAsync(TestServer server, string operation) =>
        (await server.GetAsync(operation)).ShouldBe(200).Json.GetProperty("status").GetString()!;

    private static Task ShouldCompleteAsync(TestServer server, string operation) =>
        Eventually.IsTrueAsync(async () => await StatusAsync(server, operation) == "completed", "the operation is completed");

    private static Task PutAsync(TestServer server, string id, string ticket) =>
        server.PutItemAsync(Connection, id, SearchServer.Item($$"""{ "title": "word {{id}}", "ticketId": "{{ticket}}" }"""));

    private static async Task<string> FoundAsync(TestServer server, string query)
    {
        Answer answer = await server.FindAsync(Connection, query, """, "size": 1000""");
        Assert.Equal(answer.HitIds.Length, answer.Total);
        return string.Join(' ', answer.HitIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Items_that_were_there_are_found_by_a_property_that_becomes_searchable()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "apple pie");
        await PutAsync(server, "b", "banana");
        Assert.Equal("", await FoundAsync(server, "apple"));

        await ShouldCompleteAsync(server, await UpdateAsync(server, TicketIsSearchable));

        Assert.Equal("a", await FoundAsync(server, "apple"));
        Assert.Equal("a", await FoundAsync(server, "ticketId:pie"));
        Assert.Equal("a b", await FoundAsync(server, "word"));
        await ShouldBeLeftAsync("g000002");
    }

    [Fact]
    public async Task Items_are_found_no_longer_by_a_property_that_is_searchable_no_more()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync(Connection, "a", SearchServer.Item("""{ "title": "word", "hidden": "secret" }"""));
        Assert.Equal("a", await FoundAsync(server, "secret"));

        await ShouldCompleteAsync(server, await UpdateAsync(server, """{ "name": "hidden", "type": "string", "isSearchable": false }"""));

        Assert.Equal("", await FoundAsync(server, "secret"));
        Assert.Equal("a", await FoundAsync(server, "word"));
    }

    [Fact]
    public async Task An_update_that_changes_nothing_that_is_indexed_is_in_force_at_once()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "apple");
        Assert.Equal("a", await FoundAsync(server, "word"));

        Assert.Equal("completed", await StatusAsync(server, await UpdateAsync(server, """{ "name": "added", "type": "string", "isSearchable": true }""")));

        await server.PutItemAsync(Connection, "b", SearchServer.Item("""{ "title": "word", "added": "new" }"""));
        Assert.Equal("b", await FoundAsync(server, "new"));
        Assert.Equal(["g000001"], Generations);
    }

    [Fact]
    public async Task An_update_of_a_connection_that_has_no_items_is_in_force_at_once()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();

        Assert.Equal("completed", await StatusAsync(server, await UpdateAsync(server, TicketIsSearchable)));
        await PutAsync(server, "a", "apple pie");
        Assert.Equal("a", await FoundAsync(server, "pie"));
    }

    [Fact]
    public async Task Until_the_index_is_ready_searches_and_writes_go_on_by_the_schema_in_force_and_none_of_them_is_lost()
    {
        const int Items = 4000;
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, Items), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await PutAsync(server, $"i{i:D4}", "apple pie"));
        Assert.Equal(Items, (await server.FindAsync(Connection, "word")).Total);

        string operation = await UpdateAsync(server, TicketIsSearchable);
        int last = 0;
        int rounds = 0;
        while (true)
        {
            JsonAnswer answer = await ReadAsync(server, operation);
            if (answer.Status == "completed")
            {
                break;
            }

            // It never goes back, and is not complete before it is.
            Assert.InRange(answer.Percent ?? last, last, 99);
            last = answer.Percent ?? last;
            string id = "new" + rounds.ToString(CultureInfo.InvariantCulture);
            await PutAsync(server, id, "cherry cake");
            (await server.DeleteAsync(SearchServer.ItemPath(Connection, $"i{rounds:D4}"))).ShouldBe(204);
            Assert.Equal([id], (await server.FindAsync(Connection, $"title:{id}")).HitIds);
            Assert.Equal(Items, (await server.FindAsync(Connection, "word")).Total);
            rounds++;
        }

        Assert.Equal(rounds, (await server.FindAsync(Connection, "cherry")).Total);
        Assert.Equal(Items - rounds, (await server.FindAsync(Connection, "apple")).Total);
        Assert.Equal(Items, (await server.FindAsync(Connection, "word")).Total);
        Assert.NotEqual(0, rounds);
        await ShouldBeLeftAsync("g000002");
    }

    [Fact]
    public async Task A_restart_in_the_middle_goes_on_and_leaves_nothing_behind()
    {
        string operation;
        await using (TestServer server = await StartAsync())
        {
            await server.CreateReadyConnectionAsync();
            await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
                await PutAsync(server, $"i{i:D4}", "apple pie"));
            Assert.Equal(2000, (await server.FindAsync(Connection, "word")).Total);
            operation = await UpdateAsync(server, TicketIsSearchable);
        }

        await using TestServer next = await StartAsync();
        await ShouldCompleteAsync(next, operation);
        Assert.Equal(2000, (await next.FindAsync(Connection, "apple")).Total);
        await Eventually.IsTrueAsync(() => Task.FromResult(Generations.Length == 1), "one index is left");
    }

    [Fact]
    public async Task Deleting_the_connection_ends_the_building_of_its_next_index()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            await PutAsync(server, $"i{i:D4}", "apple pie"));
        Assert.Equal(2000, (await server.FindAsync(Connection, "word")).Total);

        await UpdateAsync(server, TicketIsSearchable);
        (await server.DeleteAsync($"/v1.0/external/connections/{Connection}")).ShouldBe(202);

        await Eventually.IsTrueAsync(
            async () => (await server.GetAsync($"/v1.0/external/connections/{Connection}")).Status == 404, "the connection is gone");
        await Eventually.IsTrueAsync(() => Task.FromResult(Directory.GetDirectories(Path.Combine(_data, "index")).Length == 0), "its indexes are gone");
    }

    private static async Task<JsonAnswer> ReadAsync(TestServer server, string operation)
    {
        Answer answer = (await server.GetAsync(operation)).ShouldBe(200);
        return new JsonAnswer(
            answer.Json.GetProperty("status").GetString()!,
            answer.Json.TryGetProperty("@tributary.percentComplete", out var percent) ? percent.GetInt32() : null);
    }

    private sealed record JsonAnswer(string Status, int? Percent);
}

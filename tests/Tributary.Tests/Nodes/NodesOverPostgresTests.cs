using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using Tributary.Tests.Storage.Postgres;
using Tributary.Tests.Transfer;

namespace Tributary.Tests.Nodes;

/// <summary>Whole servers over one PostgreSQL database: whichever a request reaches, the answer is the same.</summary>
[NeedsPostgres]
public sealed class NodesOverPostgresTests : IAsyncLifetime
{
    private const string Connection = "contosohr";
    private const string Schema = $"/beta/external/connections/{Connection}/schema";

    private readonly PostgresServer _server = PostgresServer.Get();
    private readonly DirectoryInfo _snapshots = Directory.CreateTempSubdirectory("tributary-copies-");
    private readonly List<TestServer> _nodes = [];
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = _server.CreateDatabase();
        await StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestServer node in _nodes)
        {
            await node.DisposeAsync();
        }

        _server.DropDatabase(_database);
        _snapshots.Delete(recursive: true);
    }

    private async Task<TestServer> StartAsync()
    {
        TestServer node = await TestServer.StartNodeAsync(
            _database,
            $"Nodes:Name=node{_nodes.Count + 1}",
            "Nodes:Heartbeat=00:00:00.2",
            "Nodes:GoneAfter=00:00:02",
            "Indexing:CommitInterval=00:00:00.2",
            $"Indexing:SnapshotDirectory={_snapshots.FullName}");
        _nodes.Add(node);
        return node;
    }

    private static async Task<string> FoundAsync(TestServer node, string query) =>
        string.Join(' ', (await node.FindAsync(Connection, query, """, "size": 1000""")).HitIds.Order(StringComparer.Ordinal));

    private static async Task<string[]> StatesAsync(TestServer node) =>
        [.. (await node.OperateAsync(HttpMethod.Get, "/tributary/nodes")).ShouldBe(200).Json.GetProperty("value").EnumerateArray()
            .Select(found => $"{found.GetProperty("name").GetString()} {found.GetProperty("state").GetString()}{(found.GetProperty("isThis").GetBoolean() ? " here" : "")}")];

    private static Task PutAsync(TestServer node, string id, string ticket = "x") =>
        node.PutItemAsync(Connection, id, SearchServer.Item($$"""{ "title": "word {{id}}", "ticketId": "{{ticket}}" }"""));

    [Fact]
    public async Task Writes_through_one_are_found_through_the_other_at_once_and_deletions_too()
    {
        await _nodes[0].CreateReadyConnectionAsync();
        for (int i = 0; i < 20; i++)
        {
            await PutAsync(_nodes[i % 2], $"i{i:D2}");
            string expected = string.Join(' ', Enumerable.Range(0, i + 1).Select(number => $"i{number:D2}"));
            Assert.Equal((expected, expected), (await FoundAsync(_nodes[1 - (i % 2)], "word"), await FoundAsync(_nodes[i % 2], "word")));
        }

        (await _nodes[0].DeleteAsync(SearchServer.ItemPath(Connection, "i00"))).ShouldBe(204);
        Assert.DoesNotContain("i00", await FoundAsync(_nodes[1], "word"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_are_listed_by_either_until_one_stops()
    {
        Assert.Equal(["node1 running here", "node2 running"], await StatesAsync(_nodes[0]));
        Assert.Equal(["node1 running", "node2 running here"], await StatesAsync(_nodes[1]));

        await _nodes[1].StopAsync();

        Assert.Equal(["node1 running here", "node2 stopped"], await StatesAsync(_nodes[0]));
    }

    [Fact]
    public async Task A_schema_update_through_one_holds_for_writes_and_searches_through_both_when_it_is_completed()
    {
        await _nodes[0].CreateReadyConnectionAsync();
        await PutAsync(_nodes[0], "a", "apple");
        Assert.Equal(("a", "a"), (await FoundAsync(_nodes[0], "word"), await FoundAsync(_nodes[1], "word")));

        Answer accepted = (await _nodes[0].PatchAsync(
            Schema,
            """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "ticketId", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "isExactMatchRequired": false } ] }
            """)).ShouldBe(202);
        string operation = accepted.Headers.Location!.PathAndQuery;
        await Eventually.HoldsAsync(
            async () => (await _nodes[1].GetAsync(operation)).ShouldBe(200).Json.GetProperty("status").GetString(), status => status == "completed");

        Assert.Equal(("a", "a"), (await FoundAsync(_nodes[0], "apple"), await FoundAsync(_nodes[1], "apple")));
        await PutAsync(_nodes[1], "b", "apple");
        Assert.Equal(("a b", "a b"), (await FoundAsync(_nodes[0], "apple"), await FoundAsync(_nodes[1], "apple")));
    }

    [Fact]
    public async Task A_connection_that_is_deleted_through_one_is_gone_for_both_and_can_be_created_anew_through_the_other()
    {
        await _nodes[0].CreateReadyConnectionAsync();
        await PutAsync(_nodes[0], "old");
        Assert.Equal("old", await FoundAsync(_nodes[1], "word"));

        (await _nodes[0].DeleteAsync($"/v1.0/external/connections/{Connection}")).ShouldBe(202);
        Assert.Equal("", await FoundAsync(_nodes[1], "word"));
        await Eventually.HoldsAsync(async () => (await _nodes[1].GetAsync($"/v1.0/external/connections/{Connection}")).Status, status => status == 404);

        await _nodes[1].CreateReadyConnectionAsync();
        Assert.Equal("", await FoundAsync(_nodes[0], "word"));
        await PutAsync(_nodes[0], "new");
        Assert.Equal(("new", "new"), (await FoundAsync(_nodes[0], "word"), await FoundAsync(_nodes[1], "word")));
    }

    [Fact]
    public async Task What_is_imported_through_one_is_found_through_the_other_which_has_met_it_while_nobody_saw_it()
    {
        string file = Path.Combine(_snapshots.FullName, "export.gz");
        await using (TestServer from = await TestServer.StartAsync())
        {
            await from.CreateReadyConnectionAsync();
            await PutAsync(from, "a");
            await from.ExportAsync(Connection, file).ShouldSucceedAsync();
        }

        // It is not there yet, as while it is imported; the key is the one that it will have.
        await _nodes[1].Services.GetRequiredService<IndexCatalog>().CatchUpAsync(new ConnectionKey(1), 1, TestContext.Current.CancellationToken);
        await _nodes[0].ImportAsync(file).ShouldSucceedAsync();

        Assert.Equal(("a", "a"), (await FoundAsync(_nodes[0], "word"), await FoundAsync(_nodes[1], "word")));
    }

    [Fact]
    public async Task A_third_node_is_ready_when_it_has_what_was_there_and_searches_by_all_of_it()
    {
        await _nodes[0].CreateReadyConnectionAsync();
        await Parallel.ForAsync(0, 200, async (i, _) => await PutAsync(_nodes[i % 2], $"i{i:D3}"));

        TestServer third = await StartAsync();
        await Eventually.HoldsAsync(async () => (int)(await third.Http.GetAsync("/health/ready")).StatusCode, status => status == 200);

        Assert.Equal(200, (await FoundAsync(third, "word")).Split(' ').Length);
        JsonElement node = (await third.OperateAsync(HttpMethod.Get, "/tributary/nodes")).Json.GetProperty("value").EnumerateArray().Single(node => node.GetProperty("isThis").GetBoolean());
        Assert.Equal("node3", node.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_new_node_takes_the_copies_that_another_was_asked_for()
    {
        await _nodes[0].CreateReadyConnectionAsync();
        await PutAsync(_nodes[0], "a");
        Assert.Equal("a", await FoundAsync(_nodes[0], "word"));
        JsonElement copy = Assert.Single((await Eventually.HoldsAsync(
            () => _nodes[0].OperateAsync(HttpMethod.Post, "/tributary/index/snapshot"),
            answer => answer.ShouldBe(200).Json.GetProperty("value")[0].GetProperty("change").GetInt64() == 1)).Json.GetProperty("value").EnumerateArray());
        Assert.Equal((TestServer.Tenant, Connection), (copy.GetProperty("tenantId").GetString(), copy.GetProperty("connectionId").GetString()));
        Assert.True(copy.GetProperty("bytes").GetInt64() > 100);

        // Who builds the index does not know the item that is taken out of the store behind the feed's back; as it is withdrawn before it is answered, the total tells.
        await PutAsync(_nodes[0], "b");
        PostgresServer.Execute(_database, "DELETE FROM item WHERE id = 'a'");
        TestServer third = await StartAsync();
        await Eventually.HoldsAsync(async () => (int)(await third.Http.GetAsync("/health/ready")).StatusCode, status => status == 200);
        Answer found = await third.SearchAsync("word", extra: """, "aggregations": [] """);
        Assert.Equal(["b"], found.HitIds);
        using var view = await third.Services.GetRequiredService<IndexCatalog>()
            .AcquireOrNullAsync(new ConnectionKey(1), 0, 0, TestContext.Current.CancellationToken);
        Assert.Equal(2, view!.Searcher.IndexReader.NumDocs);
    }
}

using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Two servers over one database: what one has answered, the next search on the other knows, whether it is told of it or not.</summary>
[NeedsPostgres]
public sealed class PostgresNodesTests : IAsyncLifetime
{
    private const int Rounds = 25;
    private const string Items = "/v1.0/external/connections/contosohr/items/";

    private string _database = null!;
    private TestServer _a = null!;
    private TestServer _b = null!;

    public async ValueTask InitializeAsync()
    {
        _database = PostgresServer.Get().CreateDatabase();
        _a = await TestServer.StartNodeAsync(_database);
        _b = await TestServer.StartNodeAsync(_database);
        await _a.CreateReadyConnectionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        PostgresServer.Get().DropDatabase(_database);
    }

    [Fact]
    public async Task An_item_is_found_and_found_no_more_on_the_other_node_as_soon_as_the_answer_is_there()
    {
        for (int i = 0; i < Rounds; i++)
        {
            (TestServer writes, TestServer searches) = Pair(i);
            (await writes.PutAsync(Items + "one", Item($"round {i}", Everyone))).ShouldBe(200);
            Assert.Equal(["one"], (await searches.SearchAsync($"round")).HitIds);

            (await writes.DeleteAsync(Items + "one")).ShouldBe(204);
            Assert.Empty((await searches.SearchAsync("round")).HitIds);
        }
    }

    [Fact]
    public async Task A_right_is_given_and_taken_on_the_other_node_as_soon_as_the_answer_is_there()
    {
        for (int i = 0; i < Rounds; i++)
        {
            (TestServer writes, TestServer searches) = Pair(i);
            (await writes.PutAsync(Items + "one", Item("secret", Everyone))).ShouldBe(200);
            Assert.Equal(["one"], (await searches.SearchAsync("secret")).HitIds);

            (await writes.PatchAsync(Items + "one", $$"""{ "acl": [{{Nobody}}] }""")).ShouldBe(200);
            Assert.Empty((await searches.SearchAsync("secret")).HitIds);
        }
    }

    [Fact]
    public async Task Who_comes_into_a_group_and_leaves_it_finds_and_finds_no_more_on_the_other_node()
    {
        const string Group = "/v1.0/external/connections/contosohr/groups";
        (await _a.PostAsync(Group, """{ "id": "team" }""")).ShouldBe(201);
        (await _a.PostAsync(Group, """{ "id": "inner" }""")).ShouldBe(201);
        (await _a.PostAsync($"{Group}/team/members", """{ "id": "inner", "type": "externalGroup" }""")).ShouldBe(201);
        (await _a.PutAsync(Items + "one", Item("secret", """{ "type": "externalGroup", "value": "team", "accessType": "grant" }"""))).ShouldBe(200);
        string reader = Tributary.Directories.Seed.SeedDirectory.OfDevelopment(TestServer.Tenant).FindUserOrNull("reader@tributary.local")!.Entry.Id;
        for (int i = 0; i < Rounds; i++)
        {
            (TestServer writes, TestServer searches) = Pair(i);
            (await writes.PostAsync($"{Group}/inner/members", $$"""{ "id": "{{reader}}", "type": "user" }""")).ShouldBe(201);
            Assert.Equal(["one"], (await searches.SearchAsync("secret")).HitIds);

            (await writes.DeleteAsync($"{Group}/inner/members/{reader}")).ShouldBe(204);
            Assert.Empty((await searches.SearchAsync("secret")).HitIds);
        }
    }

    [Fact]
    public async Task A_node_that_hears_nothing_is_as_right()
    {
        await using var node = await TestServer.StartNodeAsync(_database);
        await ((Tributary.Storage.Postgres.PostgresDatabase)node.Services.GetService(typeof(Tributary.Storage.ISqlDatabase))!).Listener.DisposeAsync();
        for (int i = 0; i < Rounds; i++)
        {
            (await _a.PutAsync(Items + "one", Item("secret", Everyone))).ShouldBe(200);
            Assert.Equal(["one"], (await node.SearchAsync("secret")).HitIds);

            (await (i % 2 == 0 ? _a.DeleteAsync(Items + "one") : _a.PutAsync(Items + "one", Item("secret", Nobody)))).ShouldBe(i % 2 == 0 ? 204 : 200);
            Assert.Empty((await node.SearchAsync("secret")).HitIds);
        }
    }

    private const string Everyone = """{ "type": "everyone", "value": "everyone", "accessType": "grant" }""";
    private const string Nobody = """{ "type": "everyone", "value": "everyone", "accessType": "deny" }, { "type": "externalGroup", "value": "nobody", "accessType": "grant" }""";

    private (TestServer Writes, TestServer Searches) Pair(int round) => round % 2 == 0 ? (_a, _b) : (_b, _a);

    private static string Item(string title, string acl) => $$"""{ "acl": [{{acl}}], "properties": { "title": "{{title}}" } }""";
}

using System.Text.Json;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Nodes;

public class NodeEndpointsTests
{
    [Fact]
    public async Task The_operator_sees_the_one_node_of_a_store_and_how_far_its_indexes_are()
    {
        await using TestServer server = await TestServer.StartAsync("Nodes:Name=first", "Nodes:Heartbeat=00:00:00.1", "Nodes:GoneAfter=00:00:01");
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync("contosohr", "a", SearchServer.Item("""{ "title": "word" }"""));
        Assert.Equal(["a"], (await server.FindAsync("contosohr", "word")).HitIds);

        // A heartbeat may come between the search and what it found being taken notice of.
        JsonElement node = await Eventually.HoldsAsync(
            () => NodeAsync(server), node => node.GetProperty("openIndexes").GetInt32() == 1 && node.GetProperty("lagChanges").GetInt64() == 0);

        Assert.Equal(("first", "running", true), (node.GetProperty("name").GetString(), node.GetProperty("state").GetString(), node.GetProperty("isThis").GetBoolean()));
        Assert.Equal((0L, 0d), (node.GetProperty("lagChanges").GetInt64(), node.GetProperty("lagSeconds").GetDouble()));
        Assert.NotEmpty(node.GetProperty("build").GetString()!);
        Assert.True(node.GetProperty("startedDateTime").GetDateTimeOffset() <= node.GetProperty("seenDateTime").GetDateTimeOffset());
    }

    [Fact]
    public async Task Only_the_operator_may()
    {
        await using TestServer server = await TestServer.StartAsync();

        (await server.GetAsync("/tributary/nodes")).ShouldBe(403);
        (await server.SendAsync(HttpMethod.Post, "/tributary/index/snapshot")).ShouldBe(403);
    }

    private static async Task<JsonElement> NodeAsync(TestServer server) =>
        Assert.Single((await server.OperateAsync(HttpMethod.Get, "/tributary/nodes")).ShouldBe(200).Json.GetProperty("value").EnumerateArray());
}

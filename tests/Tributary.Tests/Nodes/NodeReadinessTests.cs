using Tributary.Nodes;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Nodes;

/// <summary>Whether requests should be sent to a node.</summary>
public sealed class NodeReadinessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-ready-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static async Task<int> StatusAsync(TestServer server)
    {
        using HttpResponseMessage response = await server.Http.GetAsync("/health/ready");
        return (int)response.StatusCode;
    }

    /// <summary>A connection with an item, and something in the place of its index so that none can be built.</summary>
    private async Task<string> BlockedAsync()
    {
        await using (TestServer server = await TestServer.StartAsync(time: null, _data))
        {
            await server.CreateReadyConnectionAsync();
            await server.PutItemAsync("contosohr", "a", SearchServer.Item("""{ "title": "word" }"""));
            Assert.Equal(["a"], (await server.FindAsync("contosohr", "word")).HitIds);
        }

        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(_data, "index")));
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "in the way");
        return folder;
    }

    [Fact]
    public async Task A_node_that_catches_up_is_ready_once_its_indexes_contain_what_was_there()
    {
        string inTheWay = await BlockedAsync();
        await using TestServer server = await TestServer.StartAsync(time: null, _data, "Nodes:CatchUp=true");

        Assert.Equal(503, await StatusAsync(server));
        (await server.GetAsync("/v1.0/external/connections/contosohr")).ShouldBe(200);
        File.Delete(inTheWay);

        await Eventually.HoldsAsync(() => StatusAsync(server), status => status == 200);
        Assert.Equal(["a"], (await server.FindAsync("contosohr", "word")).HitIds);
    }

    [Fact]
    public async Task A_node_that_does_not_is_ready_at_once()
    {
        await BlockedAsync();
        await using TestServer server = await TestServer.StartAsync(time: null, _data, "Nodes:CatchUp=false");

        Assert.Equal(200, await StatusAsync(server));
    }

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, true, 5)]
    public void Only_where_others_serve_meanwhile_a_node_takes_its_time(bool isShared, bool catchesUp, int drainSeconds)
    {
        var node = new ThisNode("a", isShared, new NodeOptions(), TimeProvider.System);

        Assert.Equal((catchesUp, TimeSpan.FromSeconds(drainSeconds)), (node.CatchesUp, node.DrainDelay));
        var set = new ThisNode("a", isShared, new NodeOptions { CatchUp = !catchesUp, DrainDelay = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        Assert.Equal((!catchesUp, TimeSpan.FromSeconds(1)), (set.CatchesUp, set.DrainDelay));
    }

    [Theory]
    [InlineData("00:00:00", true)]
    [InlineData("00:10:00", true)]
    [InlineData("-00:00:00.001", false)]
    [InlineData("00:10:00.001", false)]
    public void A_delay_has_bounds(string delay, bool isRight) =>
        Assert.Equal(isRight, !new NodeOptions { DrainDelay = TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture) }.Problems().Any());

    [Fact]
    public async Task Who_is_told_to_stop_says_so_first_and_serves_on_for_a_while()
    {
        TestServer server = await TestServer.StartAsync("Nodes:DrainDelay=00:00:02");
        await server.CreateReadyConnectionAsync();
        Assert.Equal(200, await StatusAsync(server));

        Task stop = server.StopAsync();

        await Eventually.HoldsAsync(() => StatusAsync(server), status => status == 503);
        (await server.GetAsync("/v1.0/external/connections/contosohr")).ShouldBe(200);
        await stop;
        await server.DisposeAsync();
    }
}

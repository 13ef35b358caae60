using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

/// <summary><c>ingestedItemsCount</c>, which only beta shows, by a clock that the test advances.</summary>
public class ShownItemCountsTests
{
    private const string Contoso = "/beta/external/connections/contosohr";
    private const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" } }""";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task By_default_the_count_is_exact_at_once()
    {
        await using TestServer server = await TestServer.StartAsync(_time, null);
        await server.CreateReadyConnectionAsync();
        Assert.Equal((0, 0), await CountsAsync(server));

        (await server.PutAsync(Contoso + "/items/T1", Item)).ShouldBe(200);

        Assert.Equal((1, 1), await CountsAsync(server));
    }

    [Fact]
    public async Task With_an_interval_the_count_stays_as_it_was_asked_until_it_has_passed()
    {
        await using TestServer server = await TestServer.StartAsync(_time, null, "Connections:ItemCountInterval=00:15:00", "Items:MaxPerConnection=1");
        await server.CreateReadyConnectionAsync();
        Assert.Equal((0, 0), await CountsAsync(server));
        (await server.PutAsync(Contoso + "/items/T1", Item)).ShouldBe(200);

        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.Equal((0, 0), await CountsAsync(server));
        Assert.Equal("limitExceeded", (await server.GetAsync(Contoso)).Json.GetProperty("state").GetString());
        (await server.PutAsync(Contoso + "/items/T2", Item)).ShouldBe(403);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((1, 1), await CountsAsync(server));
        (await server.DeleteAsync(Contoso + "/items/T1")).ShouldBe(204);
        Assert.Equal((1, 1), await CountsAsync(server));
    }

    [Fact]
    public async Task A_connection_that_is_created_again_starts_anew()
    {
        await using TestServer server = await TestServer.StartAsync(_time, null, "Connections:ItemCountInterval=00:15:00");
        await server.CreateReadyConnectionAsync();
        (await server.PutAsync(Contoso + "/items/T1", Item)).ShouldBe(200);
        Assert.Equal((1, 1), await CountsAsync(server));

        (await server.DeleteAsync(Contoso)).ShouldBe(202);
        await Eventually.HoldsAsync(() => server.GetAsync(Contoso), answer => answer.Status == 404);
        await server.CreateReadyConnectionAsync();

        Assert.Equal((0, 0), await CountsAsync(server));
    }

    /// <summary>Of the connection itself, and in the list.</summary>
    private static async Task<(int One, int Listed)> CountsAsync(TestServer server)
    {
        JsonElement one = (await server.GetAsync(Contoso)).ShouldBe(200).Json;
        JsonElement list = (await server.GetAsync("/beta/external/connections")).ShouldBe(200).Json;
        return (one.GetProperty("ingestedItemsCount").GetInt32(), list.GetProperty("value")[0].GetProperty("ingestedItemsCount").GetInt32());
    }
}

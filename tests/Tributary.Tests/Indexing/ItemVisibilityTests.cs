using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Indexing;

/// <summary>Added items that searches find later, by a clock that the test advances.</summary>
public class ItemVisibilityTests
{
    private const string Delay = "Indexing:VisibilityDelay=00:15:00";
    private const string Nobody = """[ { "type": "everyone", "value": "x", "accessType": "grant" }, { "type": "everyone", "value": "x", "accessType": "deny" } ]""";
    private static readonly TimeSpan AlmostAll = TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));

    [Fact]
    public async Task An_added_item_is_there_at_once_and_found_when_its_time_has_come()
    {
        await using TestServer server = await StartAsync();

        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "vacation" }"""));

        (await server.GetAsync(ItemPath("contosohr", "a"))).ShouldBe(200);
        Assert.Equal(0, (await server.FindAsync("contosohr", "vacation")).Total);
        _time.Advance(AlmostAll);
        Assert.Equal(0, (await server.FindAsync("contosohr", "vacation")).Total);
        _time.Advance(Rest);
        Answer found = await server.FindAsync("contosohr", "vacation");
        Assert.Equal(1, found.Total);
        Assert.Equal(["a"], found.HitIds);
    }

    [Fact]
    public async Task A_later_write_neither_hides_a_found_item_again_nor_shows_a_hidden_one_sooner_or_later()
    {
        await using TestServer server = await StartAsync();
        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "first" }"""));
        _time.Advance(TimeSpan.FromMinutes(10));

        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "second" }"""));
        Assert.Equal(0, (await server.FindAsync("contosohr", "*")).Total);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, (await server.FindAsync("contosohr", "second")).Total);

        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "third" }"""));
        Assert.Equal(1, (await server.FindAsync("contosohr", "third")).Total);
        Assert.Equal(0, (await server.FindAsync("contosohr", "second")).Total);
    }

    [Fact]
    public async Task What_is_revoked_or_deleted_is_gone_at_once_and_what_is_added_again_waits_again()
    {
        await using TestServer server = await StartAsync();
        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "common" }"""));
        await server.PutItemAsync("contosohr", "b", Item("""{ "title": "common" }"""));
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(2, (await server.FindAsync("contosohr", "common")).Total);

        await server.PutItemAsync("contosohr", "a", $$"""{ "acl": {{Nobody}} }""");
        (await server.DeleteAsync(ItemPath("contosohr", "b"))).ShouldBe(204);
        Assert.Equal(0, (await server.FindAsync("contosohr", "common")).Total);

        await server.PutItemAsync("contosohr", "b", Item("""{ "title": "common" }"""));
        Assert.Equal(0, (await server.FindAsync("contosohr", "common")).Total);
        _time.Advance(AlmostAll);
        Assert.Equal(0, (await server.FindAsync("contosohr", "common")).Total);
        _time.Advance(Rest);
        Assert.Equal(["b"], (await server.FindAsync("contosohr", "common")).HitIds);
    }

    [Fact]
    public async Task The_time_shows_nothing_that_the_access_list_does_not()
    {
        await using TestServer server = await StartAsync();

        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "secret" }""", acl: Nobody));
        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(0, (await server.FindAsync("contosohr", "secret")).Total);
    }

    [Fact]
    public async Task Totals_and_pages_leave_out_what_hits_leave_out_in_one_connection_and_over_several()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync("second");
        for (int i = 0; i < 5; i++)
        {
            await server.PutItemAsync(i % 2 == 0 ? "contosohr" : "second", $"early{i}", Item("""{ "title": "common" }"""));
        }

        _time.Advance(TimeSpan.FromMinutes(15));
        for (int i = 0; i < 6; i++)
        {
            await server.PutItemAsync(i % 2 == 0 ? "contosohr" : "second", $"late{i}", Item("""{ "title": "common" }"""));
        }

        Answer one = await server.FindAsync("contosohr", "common");
        Assert.Equal((3, 3), (one.Total, one.HitIds.Length));
        Answer page = await server.FindAsync("*", "common", """, "from": 2, "size": 2""");
        Assert.Equal((5, 2), (page.Total, page.HitIds.Length));
        Assert.True(page.Container.GetProperty("moreResultsAvailable").GetBoolean());
        Answer last = await server.FindAsync("*", "common", """, "from": 4, "size": 2""");
        Assert.Equal((5, 1), (last.Total, last.HitIds.Length));
        Assert.False(last.Container.GetProperty("moreResultsAvailable").GetBoolean());
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(11, (await server.FindAsync("*", "common")).Total);
    }

    [Fact]
    public async Task The_time_outlives_a_restart_and_an_index_that_is_built_anew()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using (TestServer server = await TestServer.StartAsync(_time, data, Delay))
            {
                await server.CreateReadyConnectionAsync();
                await server.PutItemAsync("contosohr", "a", Item("""{ "title": "vacation" }"""));
            }

            Directory.Delete(Path.Combine(data, "index"), recursive: true);
            await using TestServer next = await TestServer.StartAsync(_time, data, Delay);
            _time.Advance(AlmostAll);
            Assert.Equal(0, (await next.FindAsync("contosohr", "vacation")).Total);
            _time.Advance(Rest);
            Assert.Equal(1, (await next.FindAsync("contosohr", "vacation")).Total);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Switched_off_it_hides_nothing_that_was_added_while_it_was_on()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using (TestServer server = await TestServer.StartAsync(_time, data, Delay))
            {
                await server.CreateReadyConnectionAsync();
                await server.PutItemAsync("contosohr", "a", Item("""{ "title": "vacation" }"""));
            }

            await using TestServer next = await TestServer.StartAsync(_time, data);
            Assert.Equal(1, (await next.FindAsync("contosohr", "vacation")).Total);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_range_gives_each_item_a_time_of_its_own_within_it()
    {
        await using TestServer server = await StartAsync("Indexing:VisibilityDelay=00:15:00..00:30:00");
        foreach (int i in Enumerable.Range(0, 20))
        {
            await server.PutItemAsync("contosohr", $"i{i}", Item("""{ "title": "common" }"""));
        }

        _time.Advance(AlmostAll);
        Assert.Equal(0, (await server.FindAsync("contosohr", "common")).Total);
        _time.Advance(TimeSpan.FromMinutes(7.5));
        Assert.InRange((await server.FindAsync("contosohr", "common")).Total, 1, 19);
        _time.Advance(TimeSpan.FromMinutes(7.5) + Rest);
        Assert.Equal(20, (await server.FindAsync("contosohr", "common")).Total);
    }

    private async Task<TestServer> StartAsync(string delay = Delay)
    {
        TestServer server = await TestServer.StartAsync(_time, null, delay);
        await server.CreateReadyConnectionAsync();
        return server;
    }
}

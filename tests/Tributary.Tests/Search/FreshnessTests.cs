using System.Diagnostics;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class FreshnessTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Nobody = """[ { "type": "everyone", "value": "x", "accessType": "grant" }, { "type": "everyone", "value": "x", "accessType": "deny" } ]""";

    private TestServer Server => shared.Server;

    [Fact]
    public async Task The_next_search_sees_what_was_put_changed_revoked_and_deleted()
    {
        await Server.CreateReadyConnectionAsync("fresh");

        await Server.PutItemAsync("fresh", "a", Item("""{ "title": "first" }"""));
        Assert.Equal(["a"], (await Server.FindAsync("fresh", "first")).HitIds);
        await Server.PutItemAsync("fresh", "a", Item("""{ "title": "second" }"""));
        Assert.Equal(0, (await Server.FindAsync("fresh", "first")).Total);
        Assert.Equal(1, (await Server.FindAsync("fresh", "second")).Total);
        await Server.PutItemAsync("fresh", "a", $$"""{ "acl": {{Nobody}} }""");
        Assert.Equal(0, (await Server.FindAsync("fresh", "*")).Total);
        await Server.PutItemAsync("fresh", "a", $$"""{ "acl": {{Everyone}} }""");
        Assert.Equal(1, (await Server.FindAsync("fresh", "second")).Total);
        (await Server.DeleteAsync(ItemPath("fresh", "a"))).ShouldBe(204);
        Assert.Equal(0, (await Server.FindAsync("fresh", "*")).Total);
    }

    [Fact]
    public async Task Under_load_every_writer_sees_its_own_writes_and_nobody_sees_what_is_revoked()
    {
        await Server.CreateReadyConnectionAsync("busy");
        await Server.PutItemAsync("busy", "never", Item("""{ "title": "common never" }""", acl: Nobody));
        long started = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();

        async Task WriteAsync(int writer)
        {
            for (int round = 0; Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2.5); round++)
            {
                string id = $"w{writer}";
                string word = $"only{writer}x{round}";
                await Server.PutItemAsync("busy", id, Item($$"""{ "title": "common {{word}}" }"""));
                Assert.Equal([id], (await Server.FindAsync("busy", word)).HitIds);
                await Server.PutItemAsync("busy", id, Item($$"""{ "title": "common {{word}}" }""", acl: Nobody));
                Assert.Equal(0, (await Server.FindAsync("busy", word)).Total);
                await Server.PutItemAsync("busy", id, Item($$"""{ "title": "common again{{word}}" }"""));
                Answer mine = await Server.FindAsync("busy", $"again{word} OR {word}");
                Assert.Equal([id], mine.HitIds);
                Assert.Equal(1, mine.Total);
                (await Server.DeleteAsync(ItemPath("busy", id))).ShouldBe(204);
                Assert.Equal(0, (await Server.FindAsync("busy", $"again{word}")).Total);
            }
        }

        async Task ObserveAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                Answer all = await Server.FindAsync("busy", "common");
                Assert.DoesNotContain("never", all.HitIds);
                Assert.InRange(all.Total, all.HitIds.Length, 4);
            }
        }

        Task[] observers = [ObserveAsync(), ObserveAsync()];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(WriteAsync));
        await stop.CancelAsync();
        await Task.WhenAll(observers);

        Assert.Equal(0, (await Server.FindAsync("busy", "*")).Total);
    }
}

using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class SearchGateTests
{
    private const string Connection = "contosohr";

    [Fact]
    public async Task Searches_beyond_the_limit_wait_for_their_turn_while_others_than_searches_are_answered()
    {
        await using TestServer server = await TestServer.StartAsync("Search:MaxConcurrent=1");
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "first words" }"""));
        await server.FindAsync(Connection, "first");
        using var entered = new SemaphoreSlim(0);
        using var leave = new ManualResetEventSlim();
        using var watch = new SearchWatch(server)
        {
            InTheMiddle = () =>
            {
                entered.Release();
                Assert.True(leave.Wait(TimeSpan.FromSeconds(30)));
            },
        };

        Task<Answer> first = server.FindAsync(Connection, "first");
        await entered.WaitAsync();
        Task<Answer> second = server.FindAsync(Connection, "words");
        for (int i = 0; i < 20; i++)
        {
            (await server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
        }

        Assert.Equal(0, entered.CurrentCount);
        leave.Set();
        Assert.Equal(["a"], (await first).HitIds);
        Assert.Equal(["a"], (await second).HitIds);
    }
}

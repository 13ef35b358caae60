using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Search;
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

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 3)]
    public async Task A_caller_who_has_his_share_of_places_waits_and_others_do_not(int places, int share)
    {
        using SearchGate gate = Gate(places);
        List<RateLimitLease> held = [];
        for (int i = 0; i < share; i++)
        {
            held.Add(await gate.EnterAsync(Ada, default));
        }

        Task<RateLimitLease> beyond = gate.EnterAsync(Ada, default).AsTask();
        RateLimitLease last = await gate.EnterAsync(Ben, default);
        Task<RateLimitLease> full = gate.EnterAsync(Cleo, default).AsTask();
        Assert.False(beyond.IsCompleted);
        Assert.False(full.IsCompleted);

        last.Dispose();
        Assert.True((await full).IsAcquired);
        Assert.False(beyond.IsCompleted);
        held[0].Dispose();
        Assert.True((await beyond).IsAcquired);
    }

    [Fact]
    public async Task Whoever_stops_waiting_leaves_his_place_in_the_row_to_the_next()
    {
        using SearchGate gate = Gate(places: 1);
        RateLimitLease held = await gate.EnterAsync(Ada, default);
        using var gone = new CancellationTokenSource();
        Task<RateLimitLease> stops = gate.EnterAsync(Ada, gone.Token).AsTask();
        Task<RateLimitLease> next = gate.EnterAsync(Ben, default).AsTask();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stops);
        Assert.False(next.IsCompleted);
        held.Dispose();
        Assert.True((await next).IsAcquired);
    }

    [Fact]
    public void A_user_is_one_caller_whatever_app_he_uses_and_not_the_same_as_in_another_tenant()
    {
        Assert.Equal(Searcher.Of(CallerOf("t1", "app1", "ada")), Searcher.Of(CallerOf("t1", "app2", "ada")));
        Assert.NotEqual(Searcher.Of(CallerOf("t1", "app1", "ada")), Searcher.Of(CallerOf("t2", "app1", "ada")));
        Assert.NotEqual(Searcher.Of(CallerOf("t1", "app1", null)), Searcher.Of(CallerOf("t1", "app2", null)));
    }

    private static Searcher Ada => new("tenant", "ada");

    private static Searcher Ben => new("tenant", "ben");

    private static Searcher Cleo => new("tenant", "cleo");

    private static SearchGate Gate(int places) => new(Options.Create(new SearchOptions { MaxConcurrent = places }));

    private static Caller CallerOf(string tenant, string app, string? user) => new()
    {
        TenantId = tenant,
        AppId = app,
        UserId = user,
        Permissions = new HashSet<string>(),
        Groups = new HashSet<string>(),
        IsAdministrator = false,
        IsGuest = false,
    };
}

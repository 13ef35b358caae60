using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A PostgreSQL server that crashes under a running Tributary and comes back.</summary>
[NeedsPostgres]
public sealed class PostgresRestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_server_is_away_requests_are_told_so_and_when_it_is_back_they_are_served_with_all_that_was_answered()
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: true);
        try
        {
            server.MakeTemplate();
            await using TestServer tributary = await TestServer.StartNodeAsync(server.CreateDatabase());
            await tributary.CreateReadyConnectionAsync();
            (await tributary.PutAsync("/v1.0/external/connections/contosohr/items/before", Item("before the crash"))).ShouldBe(200);
            Assert.Contains("before the crash", (await tributary.SearchAsync("crash")).Body, StringComparison.Ordinal);

            server.Crash();
            foreach (Answer answer in new[]
            {
                await tributary.PutAsync("/v1.0/external/connections/contosohr/items/during", Item("during the crash")),
                await tributary.GetAsync("/v1.0/external/connections/contosohr"),
                await tributary.SearchAsync("crash"),
            })
            {
                answer.ShouldBe(503);
                Assert.True(int.Parse(answer.Headers.GetValues("Retry-After").Single(), System.Globalization.CultureInfo.InvariantCulture) > 0);
                Assert.DoesNotContain("Host=", answer.Body, StringComparison.Ordinal);
            }

            await HealthIsAsync(tributary, 503);
            server.Resume();
            await Eventually.IsTrueAsync(async () => (await tributary.GetAsync("/v1.0/external/connections/contosohr")).Status == 200, "Reads are served again");
            (await tributary.PutAsync("/v1.0/external/connections/contosohr/items/after", Item("after the crash"))).ShouldBe(200);
            string found = (await tributary.SearchAsync("crash")).Body;
            Assert.Contains("before the crash", found, StringComparison.Ordinal);
            Assert.Contains("after the crash", found, StringComparison.Ordinal);
            Assert.DoesNotContain("during the crash", found, StringComparison.Ordinal);
            await HealthIsAsync(tributary, 200);
        }
        finally
        {
            server.Remove();
        }
    }

    /// <summary>What was found out last holds for a second.</summary>
    private static Task HealthIsAsync(TestServer tributary, int status) => Eventually.IsTrueAsync(
        async () =>
        {
            using HttpResponseMessage health = await tributary.Http.GetAsync("/health/ready", Token);
            return (int)health.StatusCode == status;
        },
        $"/health/ready is {status}");

    private static string Item(string title) => SearchServer.Item($$"""{ "title": "{{title}}" }""");
}

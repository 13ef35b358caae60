using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Health;

public class HealthEndpointsTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_told_to_anybody(string path)
    {
        await using TestServer server = await TestServer.StartAsync();

        using HttpResponseMessage response = await server.Http.GetAsync(path);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_full_store_lives_but_is_not_ready_until_there_is_room_again()
    {
        using var log = new LogRecorder();
        await using TestServer server = await TestServer.StartWithLogAsync(log, "Storage:MaxBytes=1048576");
        await server.CreateReadyConnectionAsync();
        string content = new('x', 50_000);
        int stored = 0;
        while ((await server.PutAsync($"/v1.0/external/connections/contosohr/items/i{stored}", Item(content))).Status == 200)
        {
            stored++;
        }

        using HttpResponseMessage full = await server.Http.GetAsync("/health/ready");
        using HttpResponseMessage live = await server.Http.GetAsync("/health/live");
        using HttpResponseMessage again = await server.Http.GetAsync("/health/ready");
        Assert.Equal(503, (int)full.StatusCode);
        Assert.Equal(503, (int)again.StatusCode);
        Assert.Equal(200, (int)live.StatusCode);

        for (int i = 0; i < stored; i++)
        {
            (await server.DeleteAsync($"/v1.0/external/connections/contosohr/items/i{i}")).ShouldBe(204);
        }

        // What the first found out is shared for a second.
        await Eventually.HoldsAsync(async () => (int)(await server.Http.GetAsync("/health/ready")).StatusCode, status => status == 200);
        Assert.Equal(
            ["1101 The writing by which the store is checked fails", "1103 The writing by which the store is checked succeeds again"],
            log.Lines.Where(line => line.Contains(" The writing by which", StringComparison.Ordinal)).Select(line => line["Warning ".Length..line.IndexOf(',', StringComparison.Ordinal)]));
        Assert.DoesNotContain(log.Lines, line => line.Contains("Health check", StringComparison.Ordinal) && line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static string Item(string content) =>
        $$"""
        { "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" },
          "content": { "type": "text", "value": "{{content}}" } }
        """;
}

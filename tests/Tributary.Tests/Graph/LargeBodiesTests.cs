using System.Net.Sockets;
using System.Text;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public sealed class LargeBodiesTests
{
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(50);
    private const string Path = "/v1.0/external/connections/contosohr/items/T1";

    [Fact]
    public async Task A_large_body_that_trickles_is_cut_off_and_gives_its_room_back()
    {
        await using TestServer server = await TestServer.StartAsync("Limits:BodyGracePeriod=00:00:02", "Limits:MinLargeBodyBytesPerSecond=16777216");
        await server.CreateReadyConnectionAsync();

        string answer = await TrickleAsync(server, declared: 200_000);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("RequestTimeout", answer, StringComparison.Ordinal);
        (await server.GetAsync(Path)).ShouldBe(404);
        (await server.PutAsync(Path, Item(3_000_000))).ShouldBe(200);
    }

    [Fact]
    public async Task A_large_body_that_keeps_its_pace_is_read()
    {
        await using TestServer server = await TestServer.StartAsync("Limits:BodyGracePeriod=00:00:02", "Limits:MinLargeBodyBytesPerSecond=1");
        await server.CreateReadyConnectionAsync();

        (await server.PutAsync(Path, Item(1_000_000))).ShouldBe(200);
    }

    [Fact]
    public async Task Who_waits_for_room_longer_than_the_bound_is_told_503()
    {
        await using TestServer server = await TestServer.StartAsync("Storage:MaxInFlightBytes=1048576", "Storage:InFlightWait=00:00:01", "Limits:BodyGracePeriod=00:00:30");
        await server.CreateReadyConnectionAsync();
        using TcpClient slow = await BeginAsync(server, declared: 262_144);

        Answer answer = (await server.PutAsync(Path, Item(200_000))).ShouldBe(503, "ServiceUnavailable");

        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("no room", answer.Reason, StringComparison.Ordinal);
        (await server.PutAsync(Path, Item(10))).ShouldBe(200);
    }

    /// <summary>Sends half at once, then a byte now and then until the server has answered.</summary>
    private static async Task<string> TrickleAsync(TestServer server, int declared)
    {
        using TcpClient client = await BeginAsync(server, declared);
        NetworkStream stream = client.GetStream();
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        Task<int> first = stream.ReadAsync(buffer).AsTask();
        while (!first.IsCompleted)
        {
            await Task.WhenAny(first, Task.Delay(BetweenBytes));
            await stream.WriteAsync(" "u8.ToArray());
        }

        for (int read = await first; read > 0; read = await stream.ReadAsync(buffer))
        {
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            if (answer.ToString().Contains("\"error\"", StringComparison.Ordinal))
            {
                break;
            }
        }

        return answer.ToString();
    }

    /// <summary>A PUT of which half has been sent, and its room taken.</summary>
    private static async Task<TcpClient> BeginAsync(TestServer server, int declared)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        string head =
            $"PUT {Path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {declared}\r\n" +
            $"Authorization: Bearer {await server.AppTokenAsync()}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));

        // The server asks for the body once it has room for it.
        byte[] buffer = new byte[100];
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer)), StringComparison.Ordinal);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(new string(' ', declared / 2)));
        return client;
    }

    private static string Item(int length) =>
        $$"""{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "{{new string('x', length)}}" } }""";
}

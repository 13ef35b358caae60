using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Ctrl-C and SIGTERM: what is in flight is answered, the exit code is 0, and the next server finds everything.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(ServerProcess.Interrupt)]
    [InlineData(ServerProcess.Terminate)]
    public async Task A_signal_during_load_drains_ends_with_0_and_loses_nothing(int signal)
    {
        var answered = new ConcurrentBag<string>();
        await using (ServerProcess server = await ServerProcess.StartAsync(_data))
        {
            await server.CreateReadyConnectionAsync("contosohr");
            List<RawRequest> slow = [];
            for (int i = 0; i < 4; i++)
            {
                slow.Add(await RawRequest.BeginPutAsync(server, $"slow{i}", VersionedItem.Body($"slow{i}", 1), stopAt: 60));
            }

            using var stop = new CancellationTokenSource();
            Task[] workers = [.. Enumerable.Range(0, 8).Select(worker => Task.Run(() => PutUntilRefusedAsync(server, worker, answered)))];
            while (answered.Count < 50)
            {
                await Task.Delay(5, stop.Token);
            }

            server.Signal(signal);
            await WaitUntilDeafAsync(server);

            // Longer than any default patience with a process that was told to end: those who were heard before are still heard out.
            await Task.Delay(TimeSpan.FromSeconds(2.5), stop.Token);
            foreach (RawRequest request in slow)
            {
                await request.SendRestAsync();
                Assert.StartsWith("HTTP/1.1 200", await request.ReadAnswerAsync(), StringComparison.Ordinal);
                request.Dispose();
            }

            Assert.Equal(0, await server.WaitForExitAsync());
            await Task.WhenAll(workers);
            Assert.DoesNotContain("Exception", server.Printed, StringComparison.Ordinal);
        }

        StoreCopy.ShouldBeSound(_data);
        await using ServerProcess next = await ServerProcess.StartAsync(_data);
        string[] expected = [.. answered, .. Enumerable.Range(0, 4).Select(i => $"slow{i}")];
        foreach (string id in expected)
        {
            VersionedItem.VersionOf(id, await next.ExpectAsync(200, HttpMethod.Get, $"/v1.0/external/connections/contosohr/items/{id}"));
        }

        (int total, string[] ids) = await next.SearchAsync("contosohr", VersionedItem.CommonWord);
        Assert.InRange(total, expected.Length, expected.Length + 8);
        Assert.True(ids.Length < total || !expected.Except(ids).Any(), "An answered item is not found.");
        Assert.Equal(0, await next.StopAsync(signal));
    }

    private static async Task PutUntilRefusedAsync(ServerProcess server, int worker, ConcurrentBag<string> answered)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string id = $"worker{worker}item{i}";
                await server.ExpectAsync(200, HttpMethod.Put, $"/v1.0/external/connections/contosohr/items/{id}", VersionedItem.Body(id, 1));
                answered.Add(id);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // It no longer listens.
        }
    }

    private static async Task WaitUntilDeafAsync(ServerProcess server)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server.Url.Host, server.Url.Port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(10, patience.Token);
        }
    }
}

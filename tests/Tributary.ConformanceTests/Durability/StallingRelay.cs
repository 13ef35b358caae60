using System.Net;
using System.Net.Sockets;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Stands between a client and a server and, after so many bytes of the client in all, carries nothing on any more while both stay connected.</summary>
internal sealed class StallingRelay(Uri server, long bytes) : LoopbackRelay
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _left = bytes;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Completes when it carries nothing on any more.</summary>
    public Task Stalled => _stalled.Task;

    protected override async Task ForwardAsync(TcpClient client)
    {
        using var behind = new TcpClient();
        await behind.ConnectAsync(IPAddress.Loopback, server.Port, Stopping);
        await Task.WhenAny(RequestsAsync(client.GetStream(), behind.GetStream()), behind.GetStream().CopyToAsync(client.GetStream(), Stopping));
    }

    private async Task RequestsAsync(NetworkStream client, NetworkStream behind)
    {
        byte[] buffer = new byte[16 * 1024];
        while (await client.ReadAsync(buffer, Stopping) is > 0 and var read)
        {
            if (Interlocked.Add(ref _left, -read) < 0)
            {
                _stalled.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, Stopping);
            }

            await behind.WriteAsync(buffer.AsMemory(0, read), Stopping);
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Tributary.Tests.Transfer;

/// <summary>Stands between a client and a server and cuts each of the first connections after so many bytes, in the direction in which most of them flow.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _cutsLeft;

    public CuttingProxy(Uri server, int cuts, int bytes)
    {
        (_server, _cutsLeft) = (server.Port, cuts);
        _listener.Start();
        _accepting = AcceptAsync(bytes);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int CutsLeft => Volatile.Read(ref _cutsLeft);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(int bytes)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token), bytes));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient client, int bytes)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
                int left = Volatile.Read(ref _cutsLeft) > 0 ? bytes : int.MaxValue;
                await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream(), left), CopyAsync(server.GetStream(), client.GetStream(), left));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // One of them has gone.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int left)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                if (left != int.MaxValue && (left -= read) < 0)
                {
                    Interlocked.Decrement(ref _cutsLeft);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of them has gone.
        }
    }
}

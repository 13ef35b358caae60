using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Chaos.Clusters;

/// <summary>Carries the connections of one node to one database server, and cuts them.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isCut;

    /// <param name="target">Port of the server.</param>
    public CutProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends what is under way, in the middle of whatever it says, and lets nothing through until it is mended.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (Socket socket in _sockets.Keys)
        {
            // A reset, as when a machine in between forgets the connection. One that is closed already stays so.
            socket.Close(0);
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                _ = CarryAsync(socket);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _sockets.TryAdd(client, 0);
        _sockets.TryAdd(server, 0);
        try
        {
            if (!_isCut)
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server is not there, or the connection was cut.
        }
        finally
        {
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[32 * 1024];
        try
        {
            while (!_isCut)
            {
                int read = await from.ReceiveAsync(buffer, SocketFlags.None, _end.Token);
                if (read == 0)
                {
                    return;
                }

                for (int sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None, _end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, or gone at the other end.
        }
    }
}

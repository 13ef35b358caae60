using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Tributary.TakeOver.Running;

/// <summary>
/// Takes connections at one place and carries their bytes to another, each direction to its own end: what one side has finished sending is finished at the
/// other, while answers still flow. A sender waits while its receiver does not read.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Socket _listener;
    private readonly EndPoint _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private Relay(Socket listener, EndPoint target)
    {
        _listener = listener;
        _target = target;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; the port that was given when any was asked for.</summary>
    public EndPoint Address => _listener.LocalEndPoint!;

    /// <exception cref="SocketException">It cannot listen there.</exception>
    public static Relay Start(EndPoint listen, EndPoint target)
    {
        Socket listener = SocketFor(listen);
        try
        {
            listener.Bind(listen);
            listener.Listen();
            return new Relay(listener, target);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_stopping.Token);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(CarryAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task CarryAsync(Socket client)
    {
        using (client)
        {
            using Socket server = SocketFor(_target);
            try
            {
                await server.ConnectAsync(_target, _stopping.Token);
                await Task.WhenAll(CarryAsync(client, server), CarryAsync(server, client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Whichever side broke, both are closed.
            }
        }
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, _stopping.Token)) > 0)
            {
                ReadOnlyMemory<byte> rest = buffer.AsMemory(0, read);
                while (rest.Length > 0)
                {
                    rest = rest[await to.SendAsync(rest, _stopping.Token)..];
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction waits on these two: they are of no use any more.
            from.Close();
            to.Close();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Socket SocketFor(EndPoint point) => point.AddressFamily == AddressFamily.Unix
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}

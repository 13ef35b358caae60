using System.Net;
using System.Net.Sockets;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Transfer;

/// <summary>Stands between a client and a server and cuts each of the first connections after so many bytes, in the direction in which most of them flow.</summary>
internal sealed class CuttingProxy(Uri server, int cuts, int bytes) : LoopbackRelay
{
    private int _cutsLeft = cuts;

    public string Url => $"http://127.0.0.1:{Port}";

    public int CutsLeft => Volatile.Read(ref _cutsLeft);

    protected override async Task ForwardAsync(TcpClient client)
    {
        using var behind = new TcpClient();
        await behind.ConnectAsync(IPAddress.Loopback, server.Port, Stopping);
        int left = CutsLeft > 0 ? bytes : int.MaxValue;
        await Task.WhenAny(CopyAsync(client.GetStream(), behind.GetStream(), left), CopyAsync(behind.GetStream(), client.GetStream(), left));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int left)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, Stopping) is > 0 and var read)
            {
                if (left != int.MaxValue && (left -= read) < 0)
                {
                    Interlocked.Decrement(ref _cutsLeft);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), Stopping);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of them has gone.
        }
    }
}

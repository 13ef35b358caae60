using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Tributary.TakeOver.Proxy;

/// <summary>
/// Connects the proxy's clients to other hosts when that is allowed, on the ports of the web only and never to this machine or its link: a name that leads
/// there would let programs past what listens on loopback for others.
/// </summary>
internal static class Tunnel
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a server may go on answering a client that has finished sending, and may have gone away altogether.</summary>
    private static readonly TimeSpan AfterClientsEnd = TimeSpan.FromMinutes(5);

    /// <summary>Why no connection is tried, or null.</summary>
    public static string? RefusePort(int port) => port is 443 or 80 ? null : $"The proxy tunnels to the ports 443 and 80 only, not to {port}.";

    /// <summary>Resolves, checks every address, and connects to one of those that were checked.</summary>
    /// <param name="host">A host name or an address.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The connection, or in a sentence why there is none.</returns>
    public static async Task<(Socket? Socket, string Problem)> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, timeout.Token);
            if (addresses.Length == 0 || addresses.FirstOrDefault(address => !IsElsewhere(address)) is not null)
            {
                return (null, $"The proxy does not tunnel to {host}, which is this machine or its link.");
            }

            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, port, timeout.Token);
                return (socket, "");
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return (null, $"{host}:{port} cannot be reached: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"{host}:{port} did not answer within {ConnectTimeout.TotalSeconds} seconds.");
        }
    }

    /// <summary>Whether an address is of neither this machine nor its link.</summary>
    public static bool IsElsewhere(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return !IPAddress.IsLoopback(plain) && !plain.Equals(IPAddress.IPv6Any) && !plain.IsIPv6LinkLocal && !plain.IsIPv6Multicast && !plain.IsIPv6SiteLocal;
        }

        // 0/8 is this machine, 169.254/16 its link, from 224 on are groups and the broadcast.
        byte[] bytes = plain.GetAddressBytes();
        return bytes[0] is not (0 or 127) && !(bytes[0] == 169 && bytes[1] == 254) && bytes[0] < 224;
    }

    /// <summary>
    /// Carries bytes both ways until both sides have ended, or one breaks. The end of what the client sends is passed on while the other side still answers;
    /// the end of the answer ends the whole, as Kestrel's connections close in both directions at once.
    /// </summary>
    public static async Task CarryAsync(IDuplexPipe client, Socket server, TimeProvider time, CancellationToken cancellation)
    {
        await using var stream = new NetworkStream(server, ownsSocket: true);
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        Task forth = ForthAsync(client.Input, stream, server, late, ending.Token);
        try
        {
            // The pipe's threshold holds the reading back while the client does not take what is there.
            await stream.CopyToAsync(client.Output, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await forth;
        }
    }

    private static async Task ForthAsync(PipeReader input, NetworkStream stream, Socket server, CancellationTokenSource late, CancellationToken cancellation)
    {
        try
        {
            await input.CopyToAsync(stream, cancellation);
            server.Shutdown(SocketShutdown.Send);
            late.CancelAfter(AfterClientsEnd);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The other direction ended or broke, or the client went away; it is over either way. Closing the socket ends the reading of the answer.
            server.Close();
        }
    }
}

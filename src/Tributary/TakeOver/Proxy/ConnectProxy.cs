using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Tributary.TakeOver.Proxy;

/// <summary>
/// The first words on a connection to the proxy. CONNECT to a host that is taken over is granted and the connection goes on into TLS, as if it had come to
/// that host; to another it is refused, or tunnelled. What is no CONNECT goes into plain HTTP, where <see cref="ProxyRequests"/> looks at each request.
/// </summary>
internal sealed partial class ConnectProxy(TakenOverHosts hosts, bool tunnel, TimeProvider time, ILogger<ConnectProxy> logger)
{
    private const int HttpsPort = 443;
    private const int HttpPort = 80;

    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);
    private static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    /// <param name="connection">A new connection.</param>
    /// <param name="tls">What ends TLS and serves HTTP.</param>
    /// <param name="http">What serves HTTP without TLS.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate tls, ConnectionDelegate http)
    {
        PipeReader input = connection.Transport.Input;
        try
        {
            (ConnectHead? target, string? problem) = await ReadAsync(input);
            if (target is null && problem is null)
            {
                connection.Features.Set(ProxiedConnection.Instance);
                await http(connection);
                return;
            }

            await (target is null ? RefuseAsync(connection, 400, "Bad Request", problem!) : GoToAsync(connection, target, tls, http));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ConnectionResetException or ConnectionAbortedException)
        {
            LogEnded(logger, exception.Message);
        }
    }

    private async Task GoToAsync(ConnectionContext connection, ConnectHead target, ConnectionDelegate tls, ConnectionDelegate http)
    {
        HostKind kind = hosts.KindOf(target.Host);
        if (kind is HostKind.Graph or HostKind.Login && target.Port == HttpsPort)
        {
            await connection.Transport.Output.WriteAsync(Established);
            await tls(connection);
        }
        else if (kind == HostKind.InstanceMetadata && target.Port == HttpPort)
        {
            await connection.Transport.Output.WriteAsync(Established);
            await http(connection);
        }
        else if (kind != HostKind.Other)
        {
            await RefuseAsync(connection, 403, "Forbidden", $"Tributary has taken over {target.Host} and answers there on its own port only, not on {target.Port}.");
        }
        else
        {
            await TunnelAsync(connection, target);
        }
    }

    private async Task TunnelAsync(ConnectionContext connection, ConnectHead target)
    {
        if (!tunnel)
        {
            await RefuseAsync(connection, 403, "Forbidden", Refusal(target.Host, hosts));
            return;
        }

        if (Tunnel.RefusePort(target.Port) is { } reason)
        {
            await RefuseAsync(connection, 403, "Forbidden", reason);
            return;
        }

        // The server's end asks connections to end; a tunnel has no other way to hear of it. ConnectionClosed would not do: it is told as soon as the client
        // has finished sending, who may still wait for the answer.
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        (Socket? server, string problem) = await Tunnel.ConnectAsync(target.Host, target.Port, stopping);
        if (server is null)
        {
            await RefuseAsync(connection, 502, "Bad Gateway", problem);
            return;
        }

        await connection.Transport.Output.WriteAsync(Established, stopping);
        await Tunnel.CarryAsync(connection.Transport, server, time, stopping);
    }

    /// <summary>In words that help whoever finds them in the log of a program.</summary>
    public static string Refusal(string host, TakenOverHosts hosts) =>
        $"Tributary's proxy answers as {string.Join(", ", hosts.Names)} and lets nothing through to {host}. " +
        "If the program needs it, start with --TakeOver:Tunnel=true (tributary run: --tunnel).";

    /// <summary>The target of a CONNECT; what is wrong with one; or neither, when it is none. Its bytes are taken from the connection, and no others.</summary>
    private async Task<(ConnectHead? Target, string? Problem)> ReadAsync(PipeReader input)
    {
        using var timeout = new CancellationTokenSource(HeadTimeout, time);
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(timeout.Token);
                ReadOnlySequence<byte> bytes = result.Buffer;
                if (ConnectHead.IsConnect(bytes) is false)
                {
                    input.AdvanceTo(bytes.Start);
                    return (null, null);
                }

                if (ConnectHead.EndOrNull(bytes) is { } end)
                {
                    ReadOnlySequence<byte> head = bytes.Slice(0, end);
                    if (head.Length <= ConnectHead.Longest)
                    {
                        ConnectHead? target = ConnectHead.ReadOrNull(head, out string problem);
                        input.AdvanceTo(end);
                        return (target, problem);
                    }
                }

                input.AdvanceTo(bytes.Start, bytes.End);
                if (bytes.Length > ConnectHead.Longest)
                {
                    return (null, $"The head of the request is longer than {ConnectHead.Longest} bytes.");
                }

                if (result.IsCompleted)
                {
                    throw new ConnectionAbortedException("The client ended before its request did.");
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return (null, $"The request did not arrive within {HeadTimeout.TotalSeconds} seconds.");
        }
    }

    private static async Task RefuseAsync(ConnectionContext connection, int status, string phrase, string reason)
    {
        await connection.Transport.Output.WriteAsync(PlainAnswer.Raw(status, phrase, reason));
        await connection.Transport.Output.CompleteAsync();
    }

    [LoggerMessage(7300, LogLevel.Debug, "A connection to the proxy ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string reason);
}

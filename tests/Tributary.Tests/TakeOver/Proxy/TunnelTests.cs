using System.IO.Pipelines;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tributary.TakeOver.Proxy;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver.Proxy;

public sealed class TunnelTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    public async Task Nothing_is_tunnelled_to_this_machine_or_its_link(string host)
    {
        (Socket? socket, string problem) = await Tunnel.ConnectAsync(host, 443, CancellationToken.None);

        Assert.Null(socket);
        Assert.Contains("this machine or its link", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("10.0.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:db8::1")]
    public void Other_addresses_are_elsewhere(string address) => Assert.True(Tunnel.IsElsewhere(IPAddress.Parse(address)));

    [Theory]
    [InlineData(443, true)]
    [InlineData(80, true)]
    [InlineData(22, false)]
    [InlineData(5432, false)]
    public void Only_the_ports_of_the_web_are_tunnelled(int port, bool allowed) => Assert.Equal(allowed, Tunnel.RefusePort(port) is null);

    [Fact]
    public async Task A_name_that_does_not_exist_is_told()
    {
        (Socket? socket, string problem) = await Tunnel.ConnectAsync("tributary.invalid", 443, CancellationToken.None);

        Assert.Null(socket);
        Assert.Contains("tributary.invalid:443 cannot be reached", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_tunnelling_on_other_hosts_are_tried_and_ports_still_looked_at()
    {
        await using TakeOverServer server = await TakeOverServer.StartAsync("TakeOver:Tunnel=true");

        Assert.StartsWith("HTTP/1.1 502 ", await server.SayAsync("CONNECT tributary.invalid:443 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 502 ", await server.SayAsync("CONNECT localhost:443 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403 ", await server.SayAsync("CONNECT tributary.invalid:22 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await server.SayAsync("CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n", thenEnd: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_carries_bytes_both_ways_through_the_proxy()
    {
        IPAddress? outer = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && Tunnel.IsElsewhere(address));
        Assert.SkipWhen(outer is null, "This machine has no other address than loopback.");
        using var listener = new TcpListener(outer, 80);
        try
        {
            listener.Start();
        }
        catch (SocketException exception)
        {
            Assert.Skip($"Port 80 cannot be had: {exception.Message}");
        }

        Task<string> heard = HearAsync(listener);
        await using TakeOverServer server = await TakeOverServer.StartAsync("TakeOver:Tunnel=true");

        string answer = await server.SayAsync($"CONNECT {outer}:80 HTTP/1.1\r\n\r\nhello", thenEnd: true);

        Assert.Equal("hello", await heard);
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\nheard hello", answer);
    }

    [Fact]
    public async Task What_the_client_ends_is_ended_and_what_the_server_says_still_arrives()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> heard = HearAsync(listener);
        (Pipe toTunnel, Pipe fromTunnel) = (new Pipe(), new Pipe());
        Task carrying = Tunnel.CarryAsync(new Duplex(toTunnel.Reader, fromTunnel.Writer), await ConnectAsync(listener), TimeProvider.System, CancellationToken.None);

        await toTunnel.Writer.WriteAsync("hello"u8.ToArray());
        await toTunnel.Writer.CompleteAsync();
        Assert.Equal("hello", await heard);
        await carrying;
        await fromTunnel.Writer.CompleteAsync();

        Assert.Equal("heard hello", await new StreamReader(fromTunnel.Reader.AsStream()).ReadToEndAsync());
    }

    [Fact]
    public async Task A_server_that_never_ends_does_not_keep_a_client_that_went_away()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var time = new FakeTimeProvider();
        (Pipe toTunnel, Pipe fromTunnel) = (new Pipe(), new Pipe());
        Task carrying = Tunnel.CarryAsync(new Duplex(toTunnel.Reader, fromTunnel.Writer), await ConnectAsync(listener), time, CancellationToken.None);
        using Socket server = await listener.AcceptSocketAsync();
        await toTunnel.Writer.CompleteAsync();
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]));

        await Eventually.IsTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return Task.FromResult(carrying.IsCompleted);
            },
            "The tunnel ends");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => carrying);
    }

    [Fact]
    public async Task A_server_is_read_no_faster_than_the_client_reads()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        (Pipe toTunnel, Pipe fromTunnel) = (new Pipe(), new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024)));
        using var ending = new CancellationTokenSource();
        Task carrying = Tunnel.CarryAsync(new Duplex(toTunnel.Reader, fromTunnel.Writer), await ConnectAsync(listener), TimeProvider.System, ending.Token);
        using Socket server = await listener.AcceptSocketAsync();
        server.SendBufferSize = 64 * 1024;

        // More than all buffers on the way: it does not get rid of it.
        Task<int> sending = server.SendAsync(new byte[64 * 1024 * 1024]);
        ReadResult first = await fromTunnel.Reader.ReadAsync();
        Assert.False(sending.IsCompleted);
        Assert.True(first.Buffer.Length <= 256 * 1024);

        fromTunnel.Reader.AdvanceTo(first.Buffer.End);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => carrying);
        server.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    private static async Task<string> HearAsync(TcpListener listener)
    {
        using Socket server = await listener.AcceptSocketAsync();
        await using var stream = new NetworkStream(server);
        string heard = await new StreamReader(stream).ReadToEndAsync();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("heard " + heard));
        return heard;
    }

    private static async Task<Socket> ConnectAsync(TcpListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndpoint);
        return socket;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

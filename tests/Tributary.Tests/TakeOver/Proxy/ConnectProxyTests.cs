using System.Net;
using System.Net.Sockets;
using System.Text;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver.Proxy;

public sealed class ConnectProxyTests : IAsyncLifetime
{
    private TakeOverServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TakeOverServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("example.com:443", "lets nothing through to example.com")]
    [InlineData("127.0.0.1:443", "lets nothing through to 127.0.0.1")]
    [InlineData("graph.microsoft.us:443", "lets nothing through")]
    [InlineData("graph.microsoft.com:80", "on its own port only, not on 80")]
    [InlineData("169.254.169.254:443", "on its own port only, not on 443")]
    public async Task A_tunnel_to_anywhere_else_is_refused_in_words(string target, string reason)
    {
        string answer = await _server.SayAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(reason, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_request_is_refused() =>
        Assert.StartsWith("HTTP/1.1 400 ", await _server.SayAsync("CONNECT graph.microsoft.com HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData(8 * 1024, "HTTP/1.1 200 ")]
    [InlineData((8 * 1024) + 1, "HTTP/1.1 400 ")]
    public async Task A_head_is_eight_kilobytes_at_most(int bytes, string status)
    {
        const string Start = "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nX: ";
        const string End = "\r\n\r\n";
        string head = Start + new string('x', bytes - Start.Length - End.Length) + End;

        Assert.StartsWith(status, await _server.SayAsync(head, thenEnd: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_goes_away_in_the_middle_of_a_request_disturbs_nobody()
    {
        Assert.Equal("", await _server.SayAsync("CONNECT graph", thenEnd: true));
        (await _server.GetAsync("https://graph.microsoft.com/v1.0")).ShouldBe(200);
    }

    [Fact]
    public async Task Many_programs_use_it_at_once()
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            _server.GetAsync("https://graph.microsoft.com/v1.0", version: i % 2 == 0 ? HttpVersion.Version11 : HttpVersion.Version20)));

        Assert.All(answers, answer => answer.ShouldBe(200));
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_authority_is_not_served()
    {
        using var http = new HttpClient(new SocketsHttpHandler { Proxy = new WebProxy(_server.Proxy) });

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://graph.microsoft.com/v1.0"));
        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
    }

    [Fact]
    public async Task The_server_ends_in_time_while_connections_are_open()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _server.Proxy.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("CONNECT graph.micro"));

        await _server.Server.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}

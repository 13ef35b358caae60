namespace Tributary.Tests.TakeOver.Proxy;

public sealed class ProxyRequestsTests : IAsyncLifetime
{
    private TakeOverServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TakeOverServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("GET", "https://graph.microsoft.com/v1.0", "graph.microsoft.com", "HTTP/1.1 200 ", "https://graph.microsoft.com/v1.0/$metadata")]
    [InlineData("GET", "https://graph.microsoft.com:443/v1.0", "graph.microsoft.com:443", "HTTP/1.1 200 ", "$metadata")]
    [InlineData("GET", "http://graph.microsoft.com/v1.0", "graph.microsoft.com", "HTTP/1.1 403 ", "over https only")]
    [InlineData("GET", "https://graph.microsoft.com:8443/v1.0", "graph.microsoft.com:8443", "HTTP/1.1 403 ", "not on 8443")]
    [InlineData("GET", "http://169.254.169.254/metadata/none", "169.254.169.254", "HTTP/1.1 404 ", "169.254.169.254")]
    [InlineData("GET", "http://example.com/", "example.com", "HTTP/1.1 403 ", "lets nothing through to example.com")]
    [InlineData("GET", "http://localhost/health/live", "localhost", "HTTP/1.1 403 ", "lets nothing through to localhost")]
    [InlineData("GET", "/v1.0", "graph.microsoft.com", "HTTP/1.1 400 ", "This is Tributary's proxy")]
    [InlineData("GET", "/v1.0", "localhost", "HTTP/1.1 400 ", "This is Tributary's proxy")]
    [InlineData("OPTIONS", "*", "localhost", "HTTP/1.1 400 ", "This is Tributary's proxy")]
    [InlineData("GET", "https://graph.microsoft.com/v1.0", "login.microsoftonline.com", "HTTP/1.1 400 ", "")]
    public async Task Whole_URLs_are_answered_for_hosts_that_are_taken_over_and_refused_for_others(string method, string target, string host, string status, string content)
    {
        string answer = await _server.SayAsync($"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(content, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_of_a_connection_is_looked_at()
    {
        string answer = await _server.SayAsync(
            "GET https://graph.microsoft.com/v1.0 HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n"
            + "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CONNECT_comes_first_or_not_at_all()
    {
        string answer = await _server.SayAsync(
            "GET https://graph.microsoft.com/v1.0 HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n"
            + "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: graph.microsoft.com:443\r\n\r\n");

        Assert.Contains("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Connection established", answer, StringComparison.Ordinal);
    }
}

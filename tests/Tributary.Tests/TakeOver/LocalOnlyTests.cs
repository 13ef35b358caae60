using System.Net;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

/// <summary>The development issuer's rules under names that are taken over: what could come from elsewhere gets no token there either.</summary>
public sealed class LocalOnlyTests : IAsyncLifetime
{
    private TakeOverServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TakeOverServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "https://graph.microsoft.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    public async Task Pages_of_other_origins_and_reverse_proxies_get_no_token(string header, string value)
    {
        using HttpResponseMessage response = await _server.AskTokenAsync("login.microsoftonline.com", (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain(response.Headers, sent => sent.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("login.microsoftonline.com.evil.example")]
    [InlineData("login.microsoftonline.us")]
    public async Task Nor_does_a_name_that_was_rebound_to_this_machine(string host)
    {
        // By a client that lets the certificate pass; others do not come this far.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{_server.HttpsPort}/{TestServer.Tenant}/oauth2/v2.0/token")
        {
            Headers = { Host = host },
            Content = new FormUrlEncodedContent([]),
        };
        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_login_hosts_own_page_may_ask()
    {
        using HttpResponseMessage response = await _server.AskTokenAsync("login.microsoftonline.com", ("Origin", "https://login.microsoftonline.com"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Over_plain_http_a_login_host_gives_none()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{TestServer.Tenant}/oauth2/v2.0/token")
        {
            Headers = { Host = "login.microsoftonline.com" },
            Content = new FormUrlEncodedContent([]),
        };
        using HttpResponseMessage response = await _server.Server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Without_take_over_the_names_are_foreign()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{TestServer.Tenant}/oauth2/v2.0/token")
        {
            Headers = { Host = "login.microsoftonline.com" },
            Content = new FormUrlEncodedContent([]),
        };
        using HttpResponseMessage response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}

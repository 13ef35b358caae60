using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>What https brings: HTTP/2, and an answer that binds names to https.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-tls-").FullName;
    private TestServer _server = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        using var key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = Path.Combine(_directory, "server.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx));
        _server = await TestServer.StartAsync("Urls=https://127.0.0.1:0", "Kestrel:Certificates:Default:Path=" + file);
        _client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true })
        {
            BaseAddress = _server.Http.BaseAddress,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("/v1.0")]
    [InlineData("/v1.0/external/connections")]
    [InlineData("/nothing")]
    public async Task A_name_of_the_network_is_bound_to_https_and_localhost_is_not(string path)
    {
        foreach ((string host, string? expected) in ((string, string?)[])[("graph.example.org", "max-age=31536000"), ("localhost", null), ("127.0.0.1", null)])
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, host);
            Assert.Equal(expected, response.Headers.TryGetValues("Strict-Transport-Security", out IEnumerable<string>? values) ? values.Single() : null);
        }
    }

    [Fact]
    public async Task HTTP_2_has_the_same_HEAD_and_the_same_limits()
    {
        using HttpResponseMessage get = await SendAsync(HttpMethod.Get, "/v1.0");
        using HttpResponseMessage head = await SendAsync(HttpMethod.Head, "/v1.0");
        using HttpResponseMessage longest = await SendAsync(HttpMethod.Get, "/v1.0?".PadRight(8192, 'x'));
        using HttpResponseMessage tooLong = await SendAsync(HttpMethod.Get, "/v1.0?".PadRight(8193, 'x'));
        using HttpResponseMessage tooLarge = await SendAsync(HttpMethod.Get, "/v1.0", filler: new string('x', 33_000));
        using HttpResponseMessage large = await SendAsync(HttpMethod.Get, "/v1.0", filler: new string('x', 32_000));

        Assert.Equal(HttpVersion.Version20, get.Version);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal((200, 414), ((int)longest.StatusCode, (int)tooLong.StatusCode));
        Assert.Equal((200, 431), ((int)large.StatusCode, (int)tooLarge.StatusCode));
        Assert.Equal("RequestUriTooLong", (await Answer.ReadAsync(tooLong)).ErrorCode);
        Assert.Equal("RequestHeaderFieldsTooLarge", (await Answer.ReadAsync(tooLarge)).ErrorCode);
    }

    [Theory]
    [InlineData("X-L", "caf\u00e9")]
    [InlineData("User-Agent", "M\u00fcller")]
    [InlineData("client-request-id", "\u00e9")]
    [InlineData("Authorization", "Bearer \u00e9.\u00e9.\u00e9")]
    public async Task HTTP_2_keeps_its_connection_when_a_header_is_not_UTF_8(string name, string value)
    {
        int connections = 0;
        using var handler = new SocketsHttpHandler
        {
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        };
        handler.ConnectCallback = async (context, cancellation) =>
        {
            Interlocked.Increment(ref connections);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var client = new HttpClient(handler) { BaseAddress = _server.Http.BaseAddress };

        foreach (string path in (string[])["/v1.0", "/v1.0/external/connections", "/v1.0"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            using HttpResponseMessage response = await client.SendAsync(request);

            Assert.Equal(path == "/v1.0" ? 200 : 401, (int)response.StatusCode);
            Assert.Equal(response.Headers.GetValues("request-id").Single(), response.Headers.GetValues("client-request-id").Single());
        }

        Assert.Equal(1, connections);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? host = null, string? filler = null)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = host;
        if (filler is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Filler", filler);
        }

        return await _client.SendAsync(request);
    }
}

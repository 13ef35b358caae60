using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

/// <summary>Connections whose TLS named one host (SNI) and whose requests name another, straight to the https port.</summary>
public sealed class MisdirectedTests : IAsyncLifetime
{
    private const string Login = "login.microsoftonline.com";
    private const string Graph = "graph.microsoft.com";

    private TakeOverServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TakeOverServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Speaks HTTP over a TLS connection that named <paramref name="sni"/>; no name for an address.</summary>
    private HttpClient Client(string sni) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, _server.HttpsPort, cancellation);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));

            // The certificate is the server's for that name; what is asked on the connection is another matter.
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = sni,
                    ApplicationProtocols = [context.InitialRequestMessage.Version.Major == 2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { X509CertificateLoader.LoadCertificate(_server.Authority.RawData) },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
                cancellation);
            return tls;
        },
    });

    private static HttpRequestMessage TokenRequest(string host, string version) => new(HttpMethod.Post, $"https://{host}/{TestServer.Tenant}/oauth2/v2.0/token")
    {
        Version = Version.Parse(version),
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = TestServer.App,
            ["client_secret"] = "any",
            ["scope"] = "https://graph.microsoft.com/.default",
        }),
    };

    [Theory]
    [InlineData("localhost", Login, "1.1")]
    [InlineData("localhost", Login, "2.0")]
    [InlineData("127.0.0.1", Login, "1.1")]
    [InlineData("localhost", Graph, "1.1")]
    [InlineData(Login, "localhost", "1.1")]
    [InlineData(Login, "localhost", "2.0")]
    [InlineData(Graph, "127.0.0.1", "1.1")]
    [InlineData(Login, "evil.example", "1.1")]
    [InlineData(Graph, "login.microsoftonline.us", "1.1")]
    public async Task A_host_that_the_certificate_is_not_for_is_421_and_gives_nothing(string sni, string host, string version)
    {
        using HttpClient client = Client(sni);
        string token = await _server.TokenAsync();

        Answer tokens = await Answer.ReadAsync(await client.SendAsync(TokenRequest(host, version)));
        using var connections = new HttpRequestMessage(HttpMethod.Get, $"https://{host}/v1.0/external/connections")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Authorization = new("Bearer", token) },
        };
        Answer graph = await Answer.ReadAsync(await client.SendAsync(connections));

        foreach (Answer answer in (Answer[])[tokens, graph])
        {
            Assert.Equal($"The certificate of this connection is not for {host}: ask by a TLS connection that names that host (SNI).\n", answer.ShouldBe(421).Body);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData(Login, Login, "1.1")]
    [InlineData(Graph, Login, "2.0")]
    [InlineData("login.windows.net", Login, "1.1")]
    [InlineData("LOGIN.microsoftonline.com", Login, "1.1")]
    [InlineData("localhost", "localhost", "2.0")]
    [InlineData("localhost", "127.0.0.1", "1.1")]
    [InlineData("127.0.0.1", "localhost", "1.1")]
    public async Task A_host_that_the_certificate_is_for_is_answered(string sni, string host, string version)
    {
        using HttpClient client = Client(sni);

        (await Answer.ReadAsync(await client.SendAsync(TokenRequest(host, version)))).ShouldBe(200);
    }

    [Fact]
    public async Task A_foreign_name_on_a_connection_to_this_machine_gets_no_token_as_ever()
    {
        using HttpClient client = Client("localhost");

        (await Answer.ReadAsync(await client.SendAsync(TokenRequest("evil.example", "1.1")))).ShouldBe(403);
    }

    [Fact]
    public async Task One_connection_may_ask_the_hosts_of_the_cloud_in_turn_and_each_has_its_own_paths()
    {
        using HttpClient client = Client(Graph);
        string token = (await Answer.ReadAsync(await client.SendAsync(TokenRequest(Login, "2.0")))).ShouldBe(200).Json.GetProperty("access_token").GetString()!;

        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{Graph}/v1.0/external/connections") { Headers = { Authorization = new("Bearer", token) } };
        (await Answer.ReadAsync(await client.SendAsync(request))).ShouldBe(200);
        (await Answer.ReadAsync(await client.GetAsync($"https://{Login}/v1.0/external/connections"))).ShouldBe(404);
        (await Answer.ReadAsync(await client.SendAsync(TokenRequest(Graph, "2.0")))).ShouldBe(400);
    }
}

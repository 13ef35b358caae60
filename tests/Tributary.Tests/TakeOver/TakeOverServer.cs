using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tributary.TakeOver;
using Tributary.TakeOver.Certificates;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

/// <summary>A server that has taken over, with its proxy, and a client that goes through it and trusts its authority only.</summary>
internal sealed class TakeOverServer : IAsyncDisposable
{
    private TakeOverServer(TestServer server)
    {
        Server = server;
        var proxy = server.Services.GetRequiredService<ProxyAddress>().UrlOrNull!;
        Proxy = proxy;
        Http = new HttpClient(Handler(new WebProxy(proxy))) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestServer Server { get; }

    public Uri Proxy { get; }

    /// <summary>Through the proxy.</summary>
    public HttpClient Http { get; }

    public X509Certificate2 Authority => Server.Services.GetRequiredService<ServerCertificates>().Current.Authority.Certificate;

    public int HttpsPort => RunningServer.ReadOrNull(Server.Data)!.HttpsPort!.Value;

    public static async Task<TakeOverServer> StartAsync(params string[] settings) => new(await TestServer.StartAsync(
        ["Urls=http://127.0.0.1:0;https://127.0.0.1:0", "TakeOver:Enabled=true", "TakeOver:ProxyPort=0", .. settings]));

    /// <summary>Trusts the authority and nothing else.</summary>
    public SocketsHttpHandler Handler(IWebProxy? proxy) => new()
    {
        Proxy = proxy,
        UseProxy = proxy is not null,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificate(Authority.RawData) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    public async Task<Answer> GetAsync(string url, string? token = null, Version? version = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (version is not null)
        {
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Asks a login host for a token of the default application.</summary>
    public async Task<HttpResponseMessage> AskTokenAsync(string host = "login.microsoftonline.com", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{host}/{TestServer.Tenant}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = TestServer.App,
                ["client_secret"] = "any",
                ["scope"] = "https://graph.microsoft.com/.default",
            }),
        };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request);
    }

    public async Task<string> TokenAsync(string host = "login.microsoftonline.com")
    {
        using HttpResponseMessage response = await AskTokenAsync(host);
        return (await Answer.ReadAsync(response)).ShouldBe(200).Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>Sends bytes to the proxy and reads until it closes, or has answered with so many bytes.</summary>
    public async Task<string> SayAsync(string bytes, bool thenEnd = false)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Proxy.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes));
        if (thenEnd)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        int read;
        try
        {
            while ((read = await socket.ReceiveAsync(buffer, patience.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException) when (answer.Length > 0)
        {
            // What was sent and not read lets the close be a reset.
        }

        return answer.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}

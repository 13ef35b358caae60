using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tributary.Storage;
using Tributary.TakeOver;
using Tributary.TakeOver.Certificates;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

public sealed class ListeningTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Https_is_served_once_there_are_certificates()
    {
        var storage = new StorageOptions { Data = _data };
        Assert.Equal("http://localhost:5080", Listening.DefaultUrls(storage, new TakeOverOptions()));

        new CertificateFolder(_data).Ensure(_ => CertifiedNames.Default, DateTimeOffset.UtcNow).Dispose();

        Assert.Equal("http://localhost:5080;https://localhost:5443", Listening.DefaultUrls(storage, new TakeOverOptions()));
        Assert.Equal("http://localhost:5080", Listening.DefaultUrls(new StorageOptions { Data = _data, InMemory = true }, new TakeOverOptions()));
        Assert.StartsWith("http://localhost:5080;https://localhost:5443", Listening.DefaultUrls(storage, new TakeOverOptions { Enabled = true }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_certificates_and_take_over_none_are_made()
    {
        await using TestServer server = await TestServer.StartAsync(time: null, _data);

        Assert.False(new CertificateFolder(_data).Exists);
        Assert.False(File.Exists(Path.Combine(_data, RunningServer.FileName)));
    }

    [Fact]
    public async Task Containers_that_are_certified_have_links_of_their_own_name()
    {
        new CertificateFolder(_data).Ensure(_ => CertifiedNames.Of(["tributary"], []), DateTimeOffset.UtcNow).Dispose();
        await using TestServer server = await TestServer.StartAsync(time: null, _data, "Urls=https://127.0.0.1:0");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } });

        Assert.Contains("https://tributary:7/v1.0/$metadata", await AskAsync("tributary:7"), StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", await AskAsync("evil.example"), StringComparison.Ordinal);
        Assert.DoesNotContain("graph.microsoft.com", await AskAsync("graph.microsoft.com"), StringComparison.Ordinal);

        async Task<string> AskAsync(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http.BaseAddress!, "/v1.0")) { Headers = { Host = host } };
            using HttpResponseMessage response = await http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("graph.microsoft.com", "graph.microsoft.com")]
    [InlineData("login.windows.net", "graph.microsoft.com")]
    [InlineData("example.com", "localhost")]
    public async Task The_certificate_follows_the_name_that_is_asked_for(string name, string subject)
    {
        await using TakeOverServer server = await TakeOverServer.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.HttpsPort);
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);

        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name, ApplicationProtocols = [SslApplicationProtocol.Http2] });

        Assert.Equal(SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
        using X509Certificate2 presented = X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
        Assert.Equal(subject, presented.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    [Fact]
    public async Task What_programs_have_to_know_lies_in_the_data_directory_while_the_server_runs()
    {
        await using (TestServer server = await TestServer.StartAsync(time: null, _data, "Urls=http://127.0.0.1:0;https://127.0.0.1:0", "TakeOver:Enabled=true", "TakeOver:ProxyPort=0"))
        {
            RunningServer running = RunningServer.ReadOrNull(_data)!;
            Assert.Equal((server.Http.BaseAddress!.Port, "Global", true), (running.Url.Port, running.Cloud, running.HasLogin));
            Assert.Equal(3, new[] { running.Url.Port, running.HttpsPort!.Value, running.Proxy.Port }.Distinct().Count());
            Assert.True(DataDirectory.IsHeld(_data));
        }

        Assert.Null(RunningServer.ReadOrNull(_data));
        Assert.False(DataDirectory.IsHeld(_data));
        Assert.False(DataDirectory.IsHeld(Path.Combine(_data, "none")));
    }
}

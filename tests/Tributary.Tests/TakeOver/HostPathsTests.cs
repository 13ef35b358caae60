using System.Net;
using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver;

/// <summary>One server for all: each host has the paths of the real one, and links that name it.</summary>
public sealed class HostPathsTests : IAsyncLifetime
{
    private const string Tenant = TestServer.Tenant;
    private const string Configuration = $"/{Tenant}/v2.0/.well-known/openid-configuration";

    private TakeOverServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TakeOverServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("https://graph.microsoft.com/v1.0", 200)]
    [InlineData("https://GRAPH.microsoft.com/beta/$metadata", 200)]
    [InlineData("https://graph.microsoft.com/health/live", 400)]
    [InlineData("https://graph.microsoft.com/tributary/quirks", 400)]
    [InlineData($"https://graph.microsoft.com{Configuration}", 400)]
    [InlineData($"https://login.microsoftonline.com{Configuration}", 200)]
    [InlineData($"https://login.windows.net{Configuration}", 200)]
    [InlineData($"https://login.microsoft.com{Configuration}", 200)]
    [InlineData($"https://sts.windows.net{Configuration}", 200)]
    [InlineData("https://login.microsoftonline.com/v1.0", 404)]
    [InlineData("https://login.microsoftonline.com/beta/$metadata", 404)]
    [InlineData("https://login.microsoftonline.com/health/live", 404)]
    [InlineData("https://login.microsoftonline.com/tributary/quirks", 404)]
    [InlineData("https://login.microsoftonline.com/", 404)]
    [InlineData("http://graph.microsoft.com/v1.0", 403)]
    [InlineData($"http://login.microsoftonline.com{Configuration}", 403)]
    [InlineData("http://169.254.169.254/v1.0", 404)]
    [InlineData($"http://169.254.169.254{Configuration}", 404)]
    public async Task Each_host_has_its_own_paths(string url, int status) => (await _server.GetAsync(url)).ShouldBe(status);

    [Theory]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/nothing", 404, "AADSTS9002313")]
    [InlineData("https://login.windows.net/common/oauth2/v2.0/nothing", 404, "AADSTS9002313")]
    [InlineData($"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token", 400, "AADSTS900561")]
    public async Task Below_a_tenant_a_login_host_tells_what_is_wrong_as_Entra_does(string url, int status, string code)
    {
        Answer answer = (await _server.GetAsync(url)).ShouldBe(status);

        Assert.StartsWith(code + ": ", answer.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"https://graph.microsoft.com/{Tenant}/nothing")]
    [InlineData($"https://graph.microsoft.com/{Tenant}/oauth2/v2.0/token")]
    public async Task Below_a_tenant_Graphs_host_tells_it_as_Graph_does(string url) => (await _server.GetAsync(url)).ShouldBe(400, "BadRequest");

    [Theory]
    [InlineData("/v1.0")]
    [InlineData("/health/live")]
    [InlineData(Configuration)]
    public async Task Localhost_keeps_them_all(string path)
    {
        using HttpResponseMessage plain = await _server.Server.Http.GetAsync(path);
        using var handler = new HttpClient(_server.Handler(proxy: null));
        using HttpResponseMessage encrypted = await handler.GetAsync($"https://localhost:{_server.HttpsPort}{path}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (plain.StatusCode, encrypted.StatusCode));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_program_for_the_real_service_signs_in_and_writes_by_either_version_of_HTTP_and_links_name_the_host(string version)
    {
        string token = await _server.TokenAsync();
        string id = "http" + version.Replace(".", "", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://graph.microsoft.com/v1.0/external/connections")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent($$"""{ "id": "{{id}}", "name": "Over {{version}}" }""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", token);

        using HttpResponseMessage response = await _server.Http.SendAsync(request);

        Answer answer = (await Answer.ReadAsync(response)).ShouldBe(201);
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal($"https://graph.microsoft.com/v1.0/external/connections/{id}", response.Headers.Location!.ToString());
        Assert.StartsWith("https://graph.microsoft.com/v1.0/$metadata#", answer.Json.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_names_the_login_host_as_its_issuer_and_is_good_under_every_name()
    {
        string token = await _server.TokenAsync("login.windows.net");
        JsonElement claims = TokenClaims(token);

        Assert.Equal($"https://login.microsoftonline.com/{Tenant}/v2.0", claims.GetProperty("iss").GetString());
        (await _server.GetAsync("https://graph.microsoft.com/v1.0/external/connections", token)).ShouldBe(200);
        (await _server.Server.GetAsync("/v1.0/external/connections", token)).ShouldBe(200);
    }

    [Fact]
    public async Task A_token_of_a_taken_over_host_is_none_once_it_is_not_taken_over()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            string token;
            await using (TestServer before = await TestServer.StartAsync(time: null, data, "Urls=http://127.0.0.1:0;https://127.0.0.1:0", "TakeOver:Enabled=true", "TakeOver:ProxyPort=0"))
            {
                using var http = new HttpClient(new SocketsHttpHandler
                {
                    UseProxy = false,
                    SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
                });
                int port = Tributary.TakeOver.RunningServer.ReadOrNull(data)!.HttpsPort!.Value;
                using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{port}/{Tenant}/oauth2/v2.0/token")
                {
                    Headers = { Host = "login.microsoftonline.com" },
                    Content = new FormUrlEncodedContent(new Dictionary<string, string>
                    {
                        ["grant_type"] = "client_credentials",
                        ["client_id"] = TestServer.App,
                        ["client_secret"] = "x",
                        ["scope"] = "https://graph.microsoft.com/.default",
                    }),
                };
                token = (await Answer.ReadAsync(await http.SendAsync(request))).ShouldBe(200).Json.GetProperty("access_token").GetString()!;
                (await before.GetAsync("/v1.0/external/connections", token)).ShouldBe(200);
            }

            await using TestServer after = await TestServer.StartAsync(time: null, data);
            (await after.GetAsync("/v1.0/external/connections", token)).ShouldBe(401);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static JsonElement TokenClaims(string token)
    {
        string payload = token.Split('.')[1];
        return JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
    }
}

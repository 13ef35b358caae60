using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>What goes wrong on the issuer's paths before or around its handlers is told as its clients expect it; what goes wrong elsewhere as Graph's do.</summary>
public sealed class IssuerErrorsTests(IssuerErrorsTests.Fixture fixture) : IClassFixture<IssuerErrorsTests.Fixture>
{
    private const string Tenant = DevDefaults.TenantId;
    private const string Other = "12345678-1234-4234-8234-123456789abc";
    private const string TokenPath = $"/{Tenant}/oauth2/v2.0/token";

    private const string Seed = $$"""
        { "tenants": [{ "tenantId": "{{Tenant}}", "domains": ["contoso.test"] }] }
        """;

    /// <summary>Without a token, and as a program asks.</summary>
    private static async Task<Answer> SendAsync(TestServer server, string method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static void AssertEntras(Answer answer, int status, string error, int code)
    {
        JsonElement told = answer.ShouldBe(status).Json;
        Assert.Equal(
            ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"], told.EnumerateObject().Select(member => member.Name));
        Assert.Equal((error, code), (told.GetProperty("error").GetString(), told.GetProperty("error_codes")[0].GetInt32()));
        Assert.StartsWith($"AADSTS{code}: ", told.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(answer.Headers.GetValues("request-id").Single(), told.GetProperty("trace_id").GetString());
        Assert.Equal("application/json; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal("no-store, no-cache", answer.Headers.CacheControl!.ToString().Replace("no-cache, no-store", "no-store, no-cache", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", TokenPath, "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("PUT", TokenPath, "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("DELETE", "/common/oauth2/token", "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("GET", "/contoso.test/oauth2/v2.0/devicecode", "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("GET", "/nobody/oauth2/v2.0/token", "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("GET", "/common/login", "POST, OPTIONS", "OPTIONS, POST")]
    [InlineData("POST", "/organizations/v2.0/.well-known/openid-configuration", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "/nobody/v2.0/.well-known/openid-configuration", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS")]
    [InlineData("POST", $"/{Tenant}/oauth2/v2.0/authorize", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS")]
    [InlineData("PUT", $"/{Tenant}/openid/userinfo", "GET, HEAD, POST, OPTIONS", "GET, HEAD, OPTIONS, POST")]
    public async Task A_wrong_method_is_told_as_Entra_tells_it(string method, string path, string accepted, string allow)
    {
        TestServer server = fixture.Server;

        Answer answer = await SendAsync(server, method, path);

        AssertEntras(answer, 400, "invalid_request", 900561);
        Assert.StartsWith(
            $"AADSTS900561: The endpoint only accepts {accepted} requests. Received a {method} request. Trace ID: ",
            answer.Json.GetProperty("error_description").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow));
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    public async Task The_methods_that_every_path_has_are_as_elsewhere(string method)
    {
        TestServer server = fixture.Server;

        Answer answer = await SendAsync(server, method, method == "HEAD" ? $"/{Tenant}/v2.0/.well-known/openid-configuration" : TokenPath);

        Assert.Equal((200, ""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("GET", $"/{Tenant}/oauth2/v2.0/nothing")]
    [InlineData("POST", $"/{Other}/nothing/at/all")]
    [InlineData("GET", $"/{Tenant}")]
    [InlineData("GET", "/Common/nothing")]
    [InlineData("GET", "/organizations/v2.0")]
    [InlineData("GET", "/consumers/oauth2/v2.0/nothing")]
    [InlineData("GET", "/contoso.test/nothing")]
    [InlineData("GET", "/tributary.local/nothing")]
    [InlineData("GET", "/anything/oauth2/nothing")]
    [InlineData("GET", "/anything/discovery/nothing")]
    [InlineData("GET", "/anything/v2.0/.well-known/nothing")]
    public async Task A_path_that_is_not_there_below_a_tenant_is_404_in_Entras_shape(string method, string path)
    {
        TestServer server = fixture.Server;

        Answer answer = await SendAsync(server, method, path);

        AssertEntras(answer, 404, "invalid_request", 9002313);
        Assert.Contains(path, answer.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/favicon.ico")]
    [InlineData("/anything")]
    [InlineData("/anything/else")]
    [InlineData("/unknown.test/nothing")]
    [InlineData("/anything/v2.0/nothing")]
    [InlineData("/v3.0/external/connections")]
    [InlineData("/v1.0/oauth2/nothing")]
    [InlineData("/beta/common/oauth2/token")]
    [InlineData($"/external/{Tenant}")]
    [InlineData("/oauth2/token")]
    public async Task A_path_that_is_not_there_elsewhere_is_told_in_Graphs_shape(string path)
    {
        TestServer server = fixture.Server;

        (await SendAsync(server, "GET", path)).ShouldBe(400, "BadRequest");
    }

    [Theory]
    [InlineData("GET", TokenPath)]
    [InlineData("POST", $"/{Tenant}/nothing")]
    [InlineData("GET", "/msi/token")]
    public async Task Where_tokens_come_from_another_issuer_these_paths_are_none(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync("Auth:Authority=https://login.example.org", $"Auth:TenantId={Tenant}");

        (await SendAsync(server, method, path)).ShouldBe(400, "BadRequest");
    }

    [Fact]
    public async Task While_the_seed_file_is_broken_every_path_is_temporarily_unavailable_in_its_own_shape()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(Seed);
        Assert.NotEmpty(await server.AppTokenAsync(tenant: Other));
        await server.WriteSeedAsync("{ ");

        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = DevDefaults.AppId, ["client_secret"] = "s3cret" });
        Answer token = await SendAsync(server, "POST", TokenPath, form);
        AssertEntras(token, 503, "temporarily_unavailable", 90033);
        Assert.StartsWith(
            "AADSTS90033: A transient error has occurred. Please try again. The directory's seed file is wrong; the server's log says how.",
            token.Json.GetProperty("error_description").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), token.Headers.RetryAfter!.Delta);

        // By a domain of it as well, which can only be looked up in what was.
        AssertEntras(await SendAsync(server, "GET", "/contoso.test/v2.0/.well-known/openid-configuration"), 503, "temporarily_unavailable", 90033);
        AssertEntras(await SendAsync(server, "GET", "/contoso.test/nothing"), 404, "invalid_request", 9002313);

        Answer machine = (await SendAsync(server, "GET", "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://graph.microsoft.com", null, ("Metadata", "true"))).ShouldBe(503);
        Assert.Equal(["error", "error_description"], machine.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("temporarily_unavailable", TimeSpan.FromSeconds(5)), (machine.Json.GetProperty("error").GetString(), machine.Headers.RetryAfter!.Delta));

        Answer service = (await SendAsync(
            server, "GET", "/msi/token?api-version=2019-08-01&resource=https://graph.microsoft.com", null, ("X-IDENTITY-HEADER", ManagedIdentitySecret.Read(server.Data)))).ShouldBe(503);
        Assert.Equal(["statusCode", "message"], service.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal((503, TimeSpan.FromSeconds(5)), (service.Json.GetProperty("statusCode").GetInt32(), service.Headers.RetryAfter!.Delta));

        Assert.DoesNotContain("s3cret", token.Body, StringComparison.Ordinal);
        await server.WriteSeedAsync(Seed);
        Assert.NotEmpty(await server.AppTokenAsync());
    }

    [Fact]
    public async Task A_browser_is_shown_a_page()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(Seed);
        await server.WriteSeedAsync("{ ");
        (string, string) accept = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

        Answer page = (await SendAsync(server, "GET", $"/{Tenant}/oauth2/v2.0/authorize?client_id={DevDefaults.AppId}&response_type=code", null, accept)).ShouldBe(503);
        Assert.Equal("text/html; charset=utf-8", page.ContentHeaders.ContentType!.ToString());
        Assert.Contains("<p role=\"alert\">AADSTS90033: ", page.Body, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), page.Headers.RetryAfter!.Delta);
        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        Answer unknown = (await SendAsync(server, "GET", $"/{Tenant}/<script>", null, accept)).ShouldBe(404);
        Assert.Contains("AADSTS9002313: ", unknown.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", unknown.Body, StringComparison.Ordinal);

        // Managed identities are asked by programs only, and so is Graph.
        Assert.Equal("application/json; charset=utf-8", (await SendAsync(server, "POST", "/msi/token", null, accept)).ShouldBe(405).ContentHeaders.ContentType!.ToString());
        Assert.Equal("application/json", (await SendAsync(server, "GET", "/v3.0/external", null, accept)).ShouldBe(400).ContentHeaders.ContentType!.ToString());
    }

    [Fact]
    public async Task A_failure_tells_its_request_and_nothing_else()
    {
        await using TestServer server = await TestServer.StartAsync();

        // Where the key would be made.
        Directory.CreateDirectory(Path.Combine(server.Data, DevIssuerKey.FileName));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = DevDefaults.AppId,
            ["client_secret"] = "any",
            ["scope"] = "https://graph.microsoft.com/.default",
        });

        Answer answer = await SendAsync(server, "POST", TokenPath, form);

        AssertEntras(answer, 500, "server_error", 50000);
        Assert.StartsWith("AADSTS50000: There was an error issuing a token. Trace ID: ", answer.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(DevIssuerKey.FileName, answer.Body, StringComparison.Ordinal);
        Assert.Null(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_query_that_is_too_long_and_a_path_with_dots_are_refused_in_Entras_shape()
    {
        await using TestServer server = await TestServer.StartAsync("Limits:MaxUrlBytes=1024");

        AssertEntras(await SendAsync(server, "GET", $"/{Tenant}/oauth2/v2.0/authorize?state={new string('x', 1024)}"), 414, "invalid_request", 90015);
        string dots = await RawHttp.SendAsync(server.Http.BaseAddress!, $"GET /common/oauth2/%2e%2e/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", dots, StringComparison.Ordinal);
        Assert.Contains("\"error_description\":\"AADSTS9002313: ", dots, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_the_user_without_a_good_token_is_told_in_the_shape_of_the_path()
    {
        TestServer server = fixture.Server;
        string path = $"/{Tenant}/openid/userinfo";

        Answer none = await SendAsync(server, "GET", path);
        AssertEntras(none, 401, "invalid_token", 50027);
        Assert.Single(none.Headers.WwwAuthenticate);
        AssertEntras(await SendAsync(server, "GET", path, null, ("Authorization", "Bearer " + await server.AppTokenAsync())), 403, "insufficient_scope", 65001);
        (await SendAsync(server, "GET", path, null, ("Authorization", "Bearer " + await server.UserTokenAsync("reader", "openid")))).ShouldBe(200);

        // That of Graph's host is Graph's.
        (await SendAsync(server, "GET", "/oidc/userinfo")).ShouldBe(401, "InvalidAuthenticationToken");
        (await SendAsync(server, "GET", "/oidc/userinfo", null, ("Authorization", "Bearer " + await server.AppTokenAsync()))).ShouldBe(403, "Authorization_RequestDenied");
    }

    /// <summary>One server for all that leave the seed file alone.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await TestServer.StartWithSeedAsync(Seed);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

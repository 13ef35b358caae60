using Microsoft.Extensions.Options;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class CrossOriginTests
{
    private const string Page = "https://app.example.org";
    private const string Root = "/v1.0/external/connections";
    private const string TokenPath = $"/{TestServer.Tenant}/oauth2/v2.0/token";

    private static readonly string[] Exposed =
        ["ETag", "Location", "Preference-Applied", "Content-Range", "request-id", "client-request-id", "ReadWriteConsistencyToken", "SdkVersion",
            "WWW-Authenticate", "x-ms-client-gcc-tenant", "Retry-After", "x-ms-ags-diagnostic", "OData-Version"];

    [Fact]
    public async Task A_page_of_a_configured_origin_may_read_every_answer_errors_included()
    {
        await using TestServer server = await TestServer.StartAsync($"Cors:AllowedOrigins={Page}", "Limits:MaxUrlBytes=1024", "Quirks:broken-layout-503=true");
        string reader = await server.UserTokenAsync("reader");
        foreach ((string method, string path, string? token, int status) in ((string, string, string?, int)[])
            [("GET", Root, null, 200), ("HEAD", Root, null, 200), ("GET", Root, "garbage", 401), ("GET", Root, reader, 403), ("GET", Root + "/nobody01", null, 404),
             ("PUT", Root, null, 405), ("OPTIONS", Root, null, 200), ("GET", Root + "/x/items", null, 501), ("GET", "/v1.0/nothing", null, 400),
             ("GET", "/nothing", null, 400), ("GET", $"{Root}?{new string('a', 1024)}", null, 414), ("GET", "/v1.0", null, 200), ("GET", server.Http.BaseAddress + "/V1.0//external", null, 501)])
        {
            Answer answer = await server.SendAsync(new HttpMethod(method), path, null, token, ("Origin", Page));

            answer.ShouldBe(status);
            Assert.Equal(Page, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Equal(Exposed, answer.Headers.GetValues("Access-Control-Expose-Headers").SelectMany(value => value.Split(',')));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }

        Answer broken = await server.SendAsync(
            HttpMethod.Post,
            Root,
            """{ "id": "broken01", "name": "B", "searchSettings": { "searchResultTemplates": [ { "id": "one", "priority": 1, "layout": { "type": "AdaptiveCard", "body": 7 } } ] } }""",
            null,
            ("Origin", Page));
        broken.ShouldBe(503);
        Assert.Equal(Page, broken.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task A_preflight_needs_no_token_and_is_told_every_verb_and_the_headers_it_asked_for()
    {
        await using TestServer server = await TestServer.StartAsync($"Cors:AllowedOrigins=http://localhost:3000; {Page}/");

        using HttpResponseMessage response = await PreflightAsync(server, Root + "/contosohr", Page, "PATCH", "authorization,content-type,sdkversion,x-anything");

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(Page, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Origin", response.Headers.Vary);
        Assert.Equal(
            ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
            response.Headers.GetValues("Access-Control-Allow-Methods").SelectMany(value => value.Split(',')));
        Assert.Equal("authorization,content-type,sdkversion,x-anything", string.Join(',', response.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("3600", response.Headers.GetValues("Access-Control-Max-Age").Single());
        Assert.True(response.Headers.Contains("request-id"));
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("http://app.example.org")]
    [InlineData("https://app.example.org:8443")]
    [InlineData("https://app.example.org.evil.example")]
    [InlineData("null")]
    public async Task Another_origin_reads_nothing(string origin)
    {
        await using TestServer server = await TestServer.StartAsync($"Cors:AllowedOrigins={Page}");

        Answer answer = await server.SendAsync(HttpMethod.Get, Root, null, null, ("Origin", origin));
        using HttpResponseMessage preflight = await PreflightAsync(server, Root, origin, "GET", "authorization");

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.DoesNotContain(preflight.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(Page)]
    [InlineData($"http://localhost:3000;{Page}")]
    public async Task With_a_list_of_origins_every_answer_says_that_the_origin_matters(string origins)
    {
        await using TestServer server = await TestServer.StartAsync($"Cors:AllowedOrigins={origins}");
        foreach ((string path, string? token, int status) in ((string, string?, int)[])[(Root, null, 200), (Root, "garbage", 401), (Root + "/nobody01", null, 404), ("/v1.0/nothing", null, 400), ("/v1.0/$metadata", null, 200)])
        {
            foreach ((string Name, string Value)[] headers in ((string, string)[][])[[], [("Origin", Page)], [("Origin", "https://evil.example.org")]])
            {
                Answer answer = (await server.SendAsync(HttpMethod.Get, path, null, token, [.. headers, ("Accept-Encoding", "gzip")])).ShouldBe(status);

                Assert.Single(answer.Headers.Vary, "Origin");
                Assert.Equal(path.EndsWith("$metadata", StringComparison.Ordinal), answer.Headers.Vary.Contains("Accept-Encoding"));
                Assert.Equal(headers is [(_, Page)], answer.Headers.Contains("Access-Control-Allow-Origin"));
            }
        }

        using HttpResponseMessage preflight = await PreflightAsync(server, Root, "https://evil.example.org", "GET", "authorization");
        Assert.Single(preflight.Headers.Vary, "Origin");
        Assert.DoesNotContain("Origin", (await server.Http.GetAsync("/health/live")).Headers.Vary);
    }

    [Theory]
    [InlineData("Cors:AllowedOrigins=*", "Auth:Authority=https://login.example.org/tenant/v2.0")]
    [InlineData("Cors:AllowedOrigins=", "Storage:Durable=true")]
    public async Task Where_every_page_or_none_may_read_it_does_not(string origins, string setting)
    {
        await using TestServer server = await TestServer.StartAsync(origins, setting);

        foreach (string origin in (string[])["", Page])
        {
            Assert.DoesNotContain("Origin", (await server.SendAsync(HttpMethod.Get, "/v1.0", null, "", ("Origin", origin))).ShouldBe(200).Headers.Vary);
        }
    }

    [Fact]
    public async Task Beside_the_development_issuer_no_page_reads_anything_unless_it_is_named()
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.SendAsync(HttpMethod.Get, Root, null, null, ("Origin", Page));

        answer.ShouldBe(200);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(TokenPath)]
    [InlineData($"/{TestServer.Tenant}//oauth2//v2.0/token")]
    [InlineData($"/{TestServer.Tenant}/v2.0/.well-known/openid-configuration")]
    [InlineData($"/{TestServer.Tenant}/discovery/v2.0/keys")]
    [InlineData("/health/live")]
    [InlineData("/tributary/metrics")]
    public async Task Outside_of_Graph_no_page_reads_anything_be_it_named_or_not(string path)
    {
        await using TestServer server = await TestServer.StartAsync($"Cors:AllowedOrigins={Page}", "Telemetry:Prometheus=true");
        foreach (string method in (string[])["GET", "POST", "PUT", "OPTIONS"])
        {
            Answer answer = await server.SendAsync(new HttpMethod(method), path, null, null, ("Origin", Page));
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }

        using HttpResponseMessage preflight = await PreflightAsync(server, path, Page, "POST", "content-type");
        Assert.DoesNotContain(preflight.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Cors:AllowedOrigins=*")]
    [InlineData("Storage:Durable=true")]
    public async Task With_another_issuer_every_page_may_read(string setting)
    {
        await using TestServer server = await TestServer.StartAsync("Auth:Authority=https://login.example.org/tenant/v2.0", setting);

        Answer answer = await server.SendAsync(HttpMethod.Get, Root, null, "", ("Origin", Page));

        answer.ShouldBe(401);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        using HttpResponseMessage preflight = await PreflightAsync(server, Root, Page, "GET", "authorization");
        Assert.Equal("*", preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task With_another_issuer_an_empty_list_lets_no_page_read()
    {
        await using TestServer server = await TestServer.StartAsync("Auth:Authority=https://login.example.org/tenant/v2.0", "Cors:AllowedOrigins=");

        Answer answer = await server.SendAsync(HttpMethod.Get, Root, null, "", ("Origin", Page));

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_wildcard_beside_the_development_issuer_stops_the_start()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(time: null, data, "Cors:AllowedOrigins=*"));

        Assert.Contains("Cors:AllowedOrigins is * while the development issuer is on", exception.Message, StringComparison.Ordinal);

        // The data directory was given back.
        await using (await TestServer.StartAsync(time: null, data))
        {
        }

        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("https://app.example.org", true)]
    [InlineData("https://app.example.org/;HTTP://LOCALHOST:3000", true)]
    [InlineData("", true)]
    [InlineData("*", true)]
    [InlineData("https://app.example.org/path", false)]
    [InlineData("https://app.example.org?x", false)]
    [InlineData("https://user@app.example.org", false)]
    [InlineData("app.example.org", false)]
    [InlineData("null", false)]
    [InlineData("ftp://app.example.org", false)]
    [InlineData("https://*.example.org", false)]
    [InlineData("*;https://app.example.org", false)]
    public void Origins_are_scheme_and_host_or_the_wildcard_alone(string origins, bool isRight) =>
        Assert.Equal(isRight, !new CrossOriginOptions { AllowedOrigins = origins }.Problems().Any());

    private static async Task<HttpResponseMessage> PreflightAsync(TestServer server, string path, string origin, string method, string headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", headers);
        return await server.Http.SendAsync(request);
    }
}

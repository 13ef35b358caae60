using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>What holds for every path and every answer (protocol 1, 5 and 9).</summary>
public class GraphSurfaceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("GET", "/v1.0/external/connections", 200)]
    [InlineData("POST", "/v1.0/external/connections", 400)]
    [InlineData("GET", "/beta/external/connections/nobody1", 404)]
    [InlineData("PUT", "/beta/external/connections", 405)]
    [InlineData("GET", "/v1.0/external/connections/nobody1/quota", 400)]
    [InlineData("GET", "/nothing", 400)]
    public async Task Every_answer_carries_the_ids_and_errors_carry_them_inside(string method, string path, int status)
    {
        Answer own = await Server.SendAsync(new HttpMethod(method), path, method is "GET" ? null : "{}");
        Answer echoed = await Server.SendAsync(new HttpMethod(method), path, method is "GET" ? null : "{}", null, ("client-request-id", "my id 7"));

        own.ShouldBe(status);
        string requestId = own.Headers.GetValues("request-id").Single();
        Assert.True(Guid.TryParseExact(requestId, "D", out _));
        Assert.Equal(requestId, own.Headers.GetValues("client-request-id").Single());
        Assert.Equal("my id 7", echoed.Headers.GetValues("client-request-id").Single());
        Assert.NotEqual(requestId, echoed.Headers.GetValues("request-id").Single());
        Assert.NotNull(own.Headers.Date);
        Assert.Equal("no-cache", own.Headers.CacheControl!.ToString());
        using JsonDocument diagnostic = JsonDocument.Parse(own.Headers.GetValues("x-ms-ags-diagnostic").Single());
        Assert.Equal(JsonValueKind.Object, diagnostic.RootElement.GetProperty("ServerInfo").ValueKind);
        if (status >= 400)
        {
            Assert.Equal("application/json", own.ContentHeaders.ContentType!.ToString());
            JsonElement inner = echoed.Json.GetProperty("error").GetProperty("innerError");
            Assert.Equal(echoed.Headers.GetValues("request-id").Single(), inner.GetProperty("request-id").GetString());
            Assert.Equal("my id 7", inner.GetProperty("client-request-id").GetString());
            string date = inner.GetProperty("date").GetString()!;
            Assert.Matches(new Regex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"), date);
            Assert.Equal(DateTime.UtcNow, DateTime.Parse(date, CultureInfo.InvariantCulture), TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData("/external/connections", """{"error":{"code":"BadRequest","message":"Invalid version.","innerError":{"message":"The path must begin with /v1.0 or /beta.",""")]
    [InlineData("/v3.0/external/connections", """{"error":{"code":"BadRequest","message":"Invalid version.","innerError":{"message":"The path must begin with /v1.0 or /beta.",""")]
    [InlineData("/", """{"error":{"code":"BadRequest","message":"Invalid version.","innerError":{"message":"The path must begin with /v1.0 or /beta.",""")]
    [InlineData("/v1.0/externals", """{"error":{"code":"BadRequest","message":"Resource not found for the segment 'externals'.","innerError":{"date":""")]
    [InlineData("/beta/external/connections/x/foo/bar", """{"error":{"code":"BadRequest","message":"Resource not found for the segment 'foo'.","innerError":{"date":""")]
    public async Task A_path_that_leads_nowhere_is_400_before_the_token_is_looked_at(string path, string body)
    {
        using HttpResponseMessage response = await Server.Http.GetAsync(path);

        Answer answer = await Answer.ReadAsync(response);
        Assert.StartsWith(body, answer.ShouldBe(400).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/v1.0/external/connections", "GET, POST")]
    [InlineData("POST", "/v1.0/external/connections/x", "DELETE, GET, PATCH")]
    [InlineData("PUT", "/v1.0/external/connections/x/schema", "DELETE, GET, PATCH, POST")]
    [InlineData("POST", "/v1.0/external/connections/x/items/y", "DELETE, GET, PATCH, PUT")]
    [InlineData("PUT", "/v1.0/external/connections/x/groups/$count", "DELETE, GET, PATCH")]
    [InlineData("DELETE", "/v1.0/external/connections/x/operations/y", "GET")]
    [InlineData("TRACE", "/v1.0/external/connections/x", "DELETE, GET, PATCH")]
    public async Task Another_verb_is_405_and_told_which_there_are(string method, string path, string allow)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), path, method is "TRACE" ? null : "{}");

        answer.ShouldBe(405, "Request_BadRequest");
        Assert.Equal("Specified HTTP method is not allowed for the request target.", answer.ErrorMessage);
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET", "/v1.0/external", "The path /external itself")]
    [InlineData("GET", "/v1.0/external/connections/x/items", "Listing items")]
    [InlineData("PATCH", "/v1.0/external/connections/x/items/y", "Updating an item by PATCH")]
    [InlineData("POST", "/v1.0/external/connections/x/items/y/addActivities", "Activities of an item")]
    [InlineData("POST", "/v1.0/external/connections/x/items/y/microsoft.graph.externalConnectors.addActivities", "Activities of an item")]
    [InlineData("GET", "/beta/external/connections/x/quota", "The quota of a connection")]
    public async Task What_is_not_there_yet_is_501_by_its_name(string method, string path, string feature)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{}");

        answer.ShouldBe(501, "NotImplemented");
        Assert.Equal($"{feature} is not implemented by this server.", answer.ErrorMessage);
    }

    [Fact]
    public async Task Options_that_change_nothing_are_ignored() =>
        (await Server.GetAsync("/v1.0/external/connections?$format=json&utm=1&api-version=2")).ShouldBe(200);

    [Theory]
    [InlineData("/v1.0/external/connections('{0}')")]
    [InlineData("/V1.0/EXTERNAL/Connections/{0}")]
    [InlineData("//v1.0//external//connections//{0}//")]
    [InlineData("/beta/external/connections(%27{0}%27)")]
    [InlineData("/beta/external/connections/%63onn0001")]
    public async Task A_connection_is_found_however_its_path_is_written(string path)
    {
        const string Id = "conn0001";
        Answer created = await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{Id}}", "name": "Name" }""");
        Assert.Contains(created.Status, (int[])[201, 409]);

        Assert.Equal(Id, (await Server.GetAsync(Server.Http.BaseAddress!.ToString().TrimEnd('/') + string.Format(CultureInfo.InvariantCulture, path, Id))).ShouldBe(200).Json.GetProperty("id").GetString());
        (await Server.GetAsync("/v1.0/external/connections/CONN0001")).ShouldBe(404, "ItemNotFound");
    }

    [Theory]
    [InlineData(null, "Access token is empty.")]
    [InlineData("Bearer ", "Access token is empty.")]
    [InlineData("Basic YTpi", "Access token is empty.")]
    [InlineData("Bearer garbage", "IDX14100: JWT is not well formed, there are no dots (.).")]
    [InlineData("Bearer a.b.c", "Access token validation failure.")]
    public async Task Without_a_valid_token_there_is_a_401_with_a_challenge_before_the_body_is_looked_at(string? authorization, string message)
    {
        foreach ((HttpMethod method, string path) in ((HttpMethod, string)[])
            [(HttpMethod.Get, "/v1.0/external/connections"), (HttpMethod.Post, "/beta/external/connections"), (HttpMethod.Patch, "/v1.0/external/connections/x/schema"),
             (HttpMethod.Put, "/v1.0/external/connections/x/items/y"), (HttpMethod.Delete, "/v1.0/external/connections/x")])
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Get ? null : new StringContent("no JSON") };
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using HttpResponseMessage response = await Server.Http.SendAsync(request);

            Answer answer = await Answer.ReadAsync(response);
            answer.ShouldBe(401, "InvalidAuthenticationToken");
            Assert.StartsWith(message, answer.ErrorMessage, StringComparison.Ordinal);
            Assert.Matches(
                "^Bearer realm=\"\", authorization_uri=\"[^\"]+\", client_id=\"00000003-0000-0000-c000-000000000000\"$", response.Headers.GetValues("WWW-Authenticate").Single());
        }
    }
}

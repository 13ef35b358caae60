using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>Decoded twice, a key would be another one: <c>%2541</c> is <c>%41</c>, not <c>A</c>, and <c>%2500</c> no null character.</summary>
    [Theory]
    [InlineData("('%2541')")]
    [InlineData("('%2500')")]
    [InlineData("//%2541")]
    public async Task A_key_is_decoded_once(string key)
    {
        string connection = "k" + Guid.NewGuid().ToString("N")[..12];
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{connection}}", "name": "{{connection}}" }""")).ShouldBe(201);
        (await Server.PostAsync($"/v1.0/external/connections/{connection}/groups", """{ "id": "A", "displayName": "Of the key A" }""")).ShouldBe(201);

        Answer answer = await Server.GetAsync($"/v1.0/external/connections/{connection}/groups{key}");

        answer.ShouldBe(404);
    }

    /// <summary>Where the framework binds a body it answers another Content-Type itself: 415, without Graph's error and before the token is looked at.</summary>
    [Fact]
    public void No_endpoint_leaves_the_content_type_to_the_framework()
    {
        IEnumerable<Endpoint> endpoints = Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).ToList();

        Assert.NotEmpty(endpoints);
        Assert.Empty(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null).Select(endpoint => endpoint.DisplayName));
    }

    [Theory]
    [InlineData("POST", "/v1.0/search/query")]
    [InlineData("POST", "/v1.0/external/connections")]
    [InlineData("PATCH", "/beta/external/connections/nobody1")]
    [InlineData("PATCH", "/beta/external/connections/nobody1/schema")]
    public async Task A_body_that_is_not_JSON_is_400_and_without_a_token_401(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        using HttpResponseMessage unsigned = await Server.Http.SendAsync(request);
        Answer signed = await Server.SendAsync(new HttpMethod(method), path, "{}", null, ("Content-Type", "text/plain"));

        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
        Assert.Contains("Entity only allows writes with a JSON Content-Type header.", signed.ShouldBe(400).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/v1.0/external/connections", "GET, HEAD, OPTIONS, POST")]
    [InlineData("POST", "/v1.0/external/connections/x", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("PUT", "/v1.0/external/connections/x/schema", "DELETE, GET, HEAD, OPTIONS, PATCH, POST")]
    [InlineData("POST", "/v1.0/external/connections/x/items/y", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT")]
    [InlineData("PUT", "/v1.0/external/connections/x/operations/y", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("PUT", "/v1.0/external/connections/x/groups/$count", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("TRACE", "/v1.0/external/connections/x", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    public async Task Another_verb_is_405_and_told_which_there_are(string method, string path, string allow)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), path, method is "TRACE" ? null : "{}");

        answer.ShouldBe(405, "Request_BadRequest");
        Assert.Equal("Specified HTTP method is not allowed for the request target.", answer.ErrorMessage);
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("GET", "/v1.0/external", "The path /external itself")]
    [InlineData("PATCH", "/v1.0/external", "The path /external itself")]
    public async Task What_is_not_there_yet_is_501_by_its_name(string method, string path, string feature)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{}");

        answer.ShouldBe(501, "NotImplemented");
        Assert.Equal($"{feature} is not implemented by this server.", answer.ErrorMessage);
    }

    [Theory]
    [InlineData("POST", "/v1.0/external/connections/x/items")]
    [InlineData("DELETE", "/beta/external/connections/x/schema")]
    [InlineData("POST", "/v1.0/external/connections/x/operations")]
    [InlineData("PATCH", "/beta/external/connections/x/operations/o")]
    [InlineData("DELETE", "/v1.0/external/connections('x')/operations('o')")]
    [InlineData("PATCH", "/v1.0/external/connections/x/groups/g/members/m")]
    [InlineData("GET", "/v1.0/external/connections/x/items/i/activities")]
    [InlineData("POST", "/v1.0/external/connections/x/items/i/activities")]
    [InlineData("DELETE", "/beta/external/connections/x/items/i/activities/a")]
    [InlineData("GET", "/v1.0/connections/x/items('i')/activities('a')/performedBy")]
    public async Task A_verb_that_only_generated_clients_know_is_a_bare_404(string method, string path)
    {
        Answer answer = await Server.SendAsync(new HttpMethod(method), path, method is "GET" or "DELETE" ? null : "{}");

        answer.ShouldBe(404, "UnknownError");
        Assert.Equal("", answer.ErrorMessage);
        Assert.NotNull(answer.Reason);
        (await Server.SendAsync(new HttpMethod(method), path, null, "")).ShouldBe(401);
    }

    [Theory]
    [InlineData("/v1.0/external/connections/x/quota", "quota")]
    [InlineData("/v1.0/external/connections('x')/quota", "quota")]
    [InlineData("/v1.0/connections/x/quota", "quota")]
    [InlineData("/v1.0/external/connections/x/schema/properties", "properties")]
    [InlineData("/v1.0/external/connections(x)", "connections(x)")]
    [InlineData("/v1.0/external/connections('a'b')", "connections('a'b')")]
    [InlineData("/v1.0/connector", "connector")]
    [InlineData("/beta/connectionsx/x", "connectionsx")]
    public async Task A_segment_that_the_version_does_not_have_is_named(string path, string segment)
    {
        Answer answer = await Server.GetAsync(path, "no token is looked at");

        answer.ShouldBe(400, "BadRequest");
        Assert.Equal($"Resource not found for the segment '{segment}'.", answer.ErrorMessage);
    }

    [Theory]
    [InlineData("/v1.0", "v1.0")]
    [InlineData("/v1.0/", "v1.0")]
    [InlineData("/BETA", "beta")]
    public async Task The_root_of_a_version_tells_what_stands_below_it_without_a_token(string path, string version)
    {
        using HttpResponseMessage response = await Server.Http.GetAsync(path);

        Answer answer = (await Answer.ReadAsync(response)).ShouldBe(200);
        Assert.Equal($"{Server.Http.BaseAddress}{version}/$metadata", answer.Json.GetProperty("@odata.context").GetString());
        Assert.Equal(
            ["applications EntitySet", "external Singleton", "groups EntitySet", "me Singleton", "organization EntitySet", "search Singleton", "servicePrincipals EntitySet", "users EntitySet"],
            answer.Json.GetProperty("value").EnumerateArray().Select(root => $"{root.GetProperty("name")} {root.GetProperty("kind")}"));
        Assert.Equal("""{"name":"external","kind":"Singleton","url":"external"}""", answer.Json.GetProperty("value")[1].GetRawText());
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
    [InlineData("/v1.0/external/connections(id='{0}')")]
    [InlineData("/v1.0/connections/{0}")]
    [InlineData("/Beta/Connections('{0}')/")]
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

    [Fact]
    public async Task Every_resource_is_found_in_both_key_forms_and_below_both_roots()
    {
        const string Id = "everyform";
        await Server.CreateReadyConnectionAsync(Id);
        const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""";
        foreach (string root in (string[])["/v1.0/external/connections", "/v1.0/connections", "/beta/Connections"])
        {
            (await Server.PutAsync($"{root}('{Id}')/items('T-1')", Item)).ShouldBe(200);
            (await Server.GetAsync($"{root}/{Id}/ITEMS/T-1")).ShouldBe(200);
            (await Server.GetAsync($"{root}/{Id}/items/t-1")).ShouldBe(404);
            (await Server.GetAsync($"{root}(%27{Id}%27)/Schema")).ShouldBe(200);
            (await Server.PostAsync($"{root}('{Id}')/groups", """{ "id": "g1" }""")).ShouldBe(201);
            (await Server.GetAsync($"{root}('{Id}')/groups('g1')/")).ShouldBe(200);
            (await Server.PostAsync($"{root}('{Id}')/groups('g1')/members", """{ "id": "g2", "type": "externalGroup" }""")).ShouldBe(201);
            (await Server.DeleteAsync($"{root}('{Id}')/groups('g1')/members('g2')")).ShouldBe(204);
            (await Server.DeleteAsync($"{root}/{Id}/groups('g1')")).ShouldBe(204);
            (await Server.DeleteAsync($"{root}('{Id}')/items('T-1')")).ShouldBe(204);
        }

        Answer accepted = await Server.PatchAsync($"/v1.0/connections/{Id}/schema", """{ "properties": [ { "name": "more", "type": "string" } ] }""");
        Assert.StartsWith($"{Server.Http.BaseAddress}v1.0/external/connections/{Id}/operations/", accepted.ShouldBe(202).Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        string operation = accepted.Headers.Location!.Segments[^1];
        (await Server.GetAsync($"/beta/connections('{Id}')/operations('{operation}')")).ShouldBe(200);
    }

    [Theory]
    [InlineData("O''Brien", "O'Brien")]
    [InlineData("O%27%27Brien", "O'Brien")]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("x%2527y", "x%27y")]
    [InlineData("b('c')", "b('c')")]
    public async Task A_key_is_decoded_once_and_then_refused_by_the_rule_for_ids(string written, string read)
    {
        string id = "key" + shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        string path = $"/v1.0/external/connections/{id}/items" + (written.StartsWith("b(", StringComparison.Ordinal) ? $"/{written}" : $"('{written}')");
        var uri = new Uri(Server.Http.BaseAddress + path.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Put, uri) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await Server.AppTokenAsync());

        using HttpResponseMessage response = await Server.Http.SendAsync(request);

        Answer answer = (await Answer.ReadAsync(response)).ShouldBe(400, "InvalidRequest");
        Assert.Equal("InvalidItemId", answer.InnerCode);
        Assert.Contains($"; '{read}' is none.", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_root_can_be_switched_off()
    {
        await using TestServer server = await TestServer.StartAsync("Graph:ConnectionsRoot=false");

        Answer answer = await server.GetAsync("/v1.0/connections");

        answer.ShouldBe(400, "BadRequest");
        Assert.Equal("Resource not found for the segment 'connections'.", answer.ErrorMessage);
        (await server.GetAsync("/v1.0/external/connections")).ShouldBe(200);
    }
}

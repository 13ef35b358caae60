using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class GraphMethodsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("GET", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "OPTIONS, POST")]
    [InlineData("PUT, DELETE,GET", "DELETE, GET, HEAD, OPTIONS, PUT")]
    public void HEAD_goes_with_GET_and_OPTIONS_with_all(string routed, string allow) => Assert.Equal(allow, GraphMethods.AllowOf(routed));

    [Fact]
    public async Task HEAD_sends_no_byte_of_the_body_whose_length_it_tells()
    {
        string get = await RawAsync("GET", "/v1.0");
        string head = await RawAsync("HEAD", "/v1.0");

        string length = get.Split("Content-Length: ")[1].Split('\r')[0];
        Assert.True(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) > 10);
        Assert.Contains($"\r\nContent-Length: {length}\r\n", head, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", head, StringComparison.Ordinal);
        Assert.EndsWith("}", get, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD", "/v1.0/externals", 400)]
    [InlineData("OPTIONS", "/v1.0/externals", 400)]
    [InlineData("HEAD", "/v1.0/search/query", 405)]
    [InlineData("HEAD", "/v1.0/external/connections", 401)]
    [InlineData("TRACE", "/v1.0/external/connections", 405)]
    [InlineData("TRACE", "/health/live/none", 400)]
    public async Task A_verb_does_not_open_what_GET_does_not(string method, string path, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawAsync(method, path), StringComparison.Ordinal);

    [Theory]
    [InlineData("PATCH", "", """{ "description": "New" }""", 204)]
    [InlineData("put", "/items/T1", """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""", 200)]
    [InlineData("Delete", "/groups/none", "{}", 404)]
    public async Task A_POST_is_what_the_header_says(string method, string path, string body, int status)
    {
        string id = shared.NewId();
        await shared.Server.CreateReadyConnectionAsync(id);

        (await shared.Server.SendAsync(HttpMethod.Post, $"/v1.0/external/connections/{id}{path}", body, null, ("X-HTTP-Method", method))).ShouldBe(status);
    }

    [Fact]
    public async Task Another_method_in_the_header_is_refused()
    {
        string id = shared.NewId();

        foreach (string method in new[] { "GET", "POST", "TRACE", "x" })
        {
            (await shared.Server.SendAsync(
                HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "{{id}}" }""", null, ("X-HTTP-Method", method))).ShouldBe(400, "BadRequest");
        }

        (await shared.Server.GetAsync($"/v1.0/external/connections/{id}")).ShouldBe(404);
    }

    [Fact]
    public async Task CONNECT_is_405_and_no_tunnel()
    {
        string answer = await RawHttp.SendAsync(
            shared.Server.Http.BaseAddress!, "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: graph.microsoft.com:443\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow:", answer, StringComparison.Ordinal);
        Assert.Contains("Request_BadRequest", answer, StringComparison.Ordinal);
    }

    private Task<string> RawAsync(string method, string path) =>
        RawHttp.SendAsync(shared.Server.Http.BaseAddress!, $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

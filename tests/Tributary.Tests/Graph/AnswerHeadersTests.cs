using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>Protocol 5, held against a real answer of each kind.</summary>
public sealed class AnswerHeadersTests : IAsyncLifetime
{
    private const string Root = "/v1.0/external/connections";
    private const string Success = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

    private const string BrokenLayout =
        """
        { "id": "broken01", "name": "Broken", "searchSettings": { "searchResultTemplates": [ { "id": "one", "priority": 1, "layout": { "type": "AdaptiveCard", "body": 7 } } ] } }
        """;

    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync("Quirks:broken-layout-503=true", "Items:MaxBytes=2000");
        await _server.CreateReadyConnectionAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(200, "GET", Root, null, Success, null)]
    [InlineData(201, "POST", Root, """{ "id": "second01", "name": "Second" }""", Success, "Location")]
    [InlineData(202, "DELETE", Root + "/contosohr", null, null, null)]
    [InlineData(202, "PATCH", Root + "/contosohr/schema", """{ "properties": [ { "name": "more", "type": "string" } ] }""", null, "Location")]
    [InlineData(204, "PATCH", Root + "/contosohr", """{ "description": "New" }""", null, null)]
    [InlineData(400, "POST", Root, "no JSON", "application/json", null)]
    [InlineData(400, "GET", "/nothing", null, "application/json", null)]
    [InlineData(403, "GET", "/v1.0/external/connections/contosohr", null, "application/json", null)]
    [InlineData(404, "GET", Root + "/nobody01", null, "application/json", null)]
    [InlineData(405, "PUT", Root, "{}", "application/json", "Allow")]
    [InlineData(409, "POST", Root, """{ "id": "contosohr", "name": "Other" }""", "application/json", null)]
    [InlineData(413, "PUT", Root + "/contosohr/items/T1", "large", "application/json", null)]
    [InlineData(415, "POST", Root, "{}", "application/json", null)]
    [InlineData(501, "GET", Root + "/contosohr/items", null, "application/json", null)]
    [InlineData(503, "POST", Root, BrokenLayout, "application/json", "Retry-After")]
    public async Task An_answer_of_each_kind_has_the_headers_that_it_owes(int status, string method, string path, string? body, string? contentType, string? own)
    {
        Answer answer = await _server.SendAsync(
            new HttpMethod(method),
            path,
            body == "large" ? new string(' ', 2001) : body,
            status == 403 ? await _server.UserTokenAsync("reader") : null,
            status == 415 ? [("Content-Encoding", "snappy"), ("client-request-id", "mine")] : [("client-request-id", "mine")]);

        answer.ShouldBe(status);
        Assert.True(Guid.TryParseExact(answer.Headers.GetValues("request-id").Single(), "D", out _));
        Assert.Equal("mine", answer.Headers.GetValues("client-request-id").Single());
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(answer.Headers.GetValues("x-ms-ags-diagnostic").Single()).RootElement.ValueKind);
        Assert.NotNull(answer.Headers.Date);
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"), "It means nothing over http, and binds localhost.");
        Assert.Equal(contentType, answer.ContentHeaders.TryGetValues("Content-Type", out IEnumerable<string>? types) ? types.Single().Replace(" ", "", StringComparison.Ordinal) : null);
        Assert.Equal(contentType == Success, answer.Headers.TryGetValues("OData-Version", out IEnumerable<string>? version) && version.Single() == "4.0");
        foreach (string header in (string[])["Location", "Allow", "Retry-After"])
        {
            Assert.Equal(own == header, header == "Allow" ? answer.ContentHeaders.Contains(header) : answer.Headers.Contains(header));
        }

        if (own == "Location")
        {
            string created = status == 201 ? "second01" : "contosohr/operations/";
            Assert.StartsWith($"{_server.Http.BaseAddress}v1.0/external/connections/{created}", answer.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        }

        if (status == 202)
        {
            Assert.Equal(0, answer.ContentHeaders.ContentLength);
        }

        if (status == 503)
        {
            Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData("tab\tinside", false)]
    [InlineData("bell\ainside", false)]
    [InlineData("delete\u007finside", false)]
    [InlineData("space inside~", true)]
    public async Task A_client_request_id_with_control_characters_is_not_echoed(string sent, bool isEchoed)
    {
        string answer = await RawHttp.SendAsync(
            _server.Http.BaseAddress!, $"GET /v1.0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nclient-request-id: {sent}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(isEchoed, answer.Contains($"\r\nclient-request-id: {sent}\r\n", StringComparison.Ordinal));
        Assert.Single(answer.Split("\r\nclient-request-id: ").Skip(1));
    }
}

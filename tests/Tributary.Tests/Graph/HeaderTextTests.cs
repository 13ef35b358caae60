using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>Headers with bytes beyond ASCII, over HTTP/1.1 by hand; <see cref="HttpsTests"/> has them over HTTP/2.</summary>
public sealed class HeaderTextTests : IAsyncLifetime
{
    private const string Root = "/v1.0/external/connections";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync("Cors:AllowedOrigins=https://app.example.org");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("X-Foo: caf\u00e9")]
    [InlineData("User-Agent: M\u00fcller\u00ff")]
    [InlineData("SdkVersion: graph-dotnet (host=B\u00fcro\u0080)")]
    [InlineData("X-Foo: caf\u00c3\u00a9")]
    [InlineData("X-Foo: \u00e2\u0082 \u00ed\u00a0\u0080 \u00c3\u00a9 \u00f0\u009f")]
    [InlineData("Accept: \u00e9")]
    [InlineData("Prefer: \u00e9=\u00e9, return=minimal")]
    [InlineData("traceparent: \u00e9")]
    [InlineData("If-None-Match: \u00e9")]
    [InlineData("Accept-Encoding: \u00e9, gzip")]
    [InlineData("Forwarded: for=\u00e9")]
    public async Task Whatever_the_bytes_are_a_header_that_means_nothing_is_none_of_the_servers_business(string header)
    {
        string answer = await GetAsync(header);

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.NotNull(HeaderOf(answer, "request-id"));
    }

    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("caf\u00c3\u00a9")]
    [InlineData("x\u0085Set-Cookie: a=b")]
    [InlineData("x\u000bSet-Cookie: a=b")]
    [InlineData("x\u00c4\u008dSet-Cookie: a=b\u00c4\u008a")]
    public async Task An_id_of_the_client_that_no_answer_can_carry_has_the_request_id_in_its_place(string id)
    {
        string answer = await GetAsync("client-request-id: " + id);

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Equal(HeaderOf(answer, "request-id"), HeaderOf(answer, "client-request-id"));
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Bearer \u00e9\u00ff\u0080")]
    [InlineData("Bearer \u00e9.\u00ff.\u0080")]
    [InlineData("Bearer \u00c3\u00a9.e30.x")]
    [InlineData("B\u00e9arer a.b.c")]
    public async Task A_token_of_such_bytes_is_401_as_any_malformed_one(string authorization)
    {
        string answer = await SendAsync($"GET {Root} HTTP/1.1", "Authorization: " + authorization);

        Assert.StartsWith("HTTP/1.1 401 Unauthorized", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"InvalidAuthenticationToken\"", answer, StringComparison.Ordinal);
        Assert.StartsWith("Bearer realm", HeaderOf(answer, "WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u00c3\u00a9")]
    [InlineData("\u00e9")]
    public async Task What_is_UTF_8_is_read_as_that_and_the_rest_as_Latin_1(string encoding)
    {
        string token = await _server.AppTokenAsync();

        string answer = await SendAsync(
            $"POST {Root} HTTP/1.1", "Authorization: Bearer " + token, "Content-Type: application/json", "Content-Encoding: " + encoding, "Content-Length: 0");

        Assert.StartsWith("HTTP/1.1 415 ", answer, StringComparison.Ordinal);
        Assert.Contains("The Content-Encoding 'é' is not one of", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_a_preflight_that_no_header_has_do_not_come_back()
    {
        foreach ((string names, string? expected) in ((string, string?)[])
            [("x-caf\u00e9", null), ("x-a\u0085,authorization", null), ("x-a\u0001", null), ("x-caf\u00c3\u00a9", null), ("authorization", "authorization")])
        {
            string answer = await SendAsync(
                $"OPTIONS {Root} HTTP/1.1", "Origin: https://app.example.org", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: " + names);

            Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);
            Assert.Equal(expected, HeaderOf(answer, "Access-Control-Allow-Headers"));
        }
    }

    [Theory]
    [InlineData("X-Foo: a\0b")]
    [InlineData("client-request-id: \0")]
    [InlineData("User-Agent: \u00e9\0")]
    [InlineData("Transfer-Encoding: \u00a0chunked")]
    [InlineData("Content-Length: \u00e9")]
    [InlineData("Connection: \u00e9")]
    public async Task A_NUL_and_what_decides_where_a_message_ends_are_refused_as_ever(string header)
    {
        string token = await _server.AppTokenAsync();

        string answer = await SendAsync($"GET {Root} HTTP/1.1", "Authorization: Bearer " + token, header);

        Assert.StartsWith("HTTP/1.1 400 Bad Request", answer, StringComparison.Ordinal);
        Assert.Null(HeaderOf(answer, "request-id"));
    }

    private async Task<string> GetAsync(string header) => await SendAsync($"GET {Root} HTTP/1.1", "Authorization: Bearer " + await _server.AppTokenAsync(), header);

    private Task<string> SendAsync(string line, params string[] headers) => RawHttp.SendAsync(
        _server.Http.BaseAddress!, $"{line}\r\nHost: localhost\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    private static string? HeaderOf(string answer, string name) =>
        answer.Split("\r\n\r\n")[0].Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
}

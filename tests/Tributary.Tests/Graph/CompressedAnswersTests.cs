using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class CompressedAnswersTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("*", "br")]
    public async Task A_large_answer_comes_as_the_client_likes_it(string accept, string encoding)
    {
        string path = await LargeAsync();
        Answer plain = await Server.GetAsync(path);

        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path, accept);

        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.Equal(plain.ContentHeaders.GetValues("Content-Type"), response.Content.Headers.GetValues("Content-Type"));
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(bytes.Length < plain.ContentHeaders.ContentLength / 4);
        Assert.Equal(plain.Body, Decode(encoding, bytes));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("zstd")]
    [InlineData("gzip;q=0")]
    public async Task Who_does_not_ask_gets_the_answer_as_it_is(string? accept)
    {
        string path = await LargeAsync();

        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path, accept);

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.NotNull(response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public async Task An_answer_that_fits_into_a_packet_is_not_compressed(int beside, bool isCompressed)
    {
        string id = shared.NewId();
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "description": "" }""")).ShouldBe(201);
        string path = $"/v1.0/external/connections/{id}";
        int now = (await Server.GetAsync(path)).Body.Length;
        (await Server.PatchAsync(path, $$"""{ "description": "{{new string('a', CompressedAnswers.SmallestBytes - now + beside)}}" }""")).ShouldBe(204);
        Assert.Equal(CompressedAnswers.SmallestBytes + beside, (await Server.GetAsync(path)).Body.Length);

        using HttpResponseMessage response = await AskAsync(HttpMethod.Get, path, "gzip");

        Assert.Equal(isCompressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task HEAD_tells_of_the_compression_and_an_empty_answer_has_none()
    {
        string path = await LargeAsync();

        using HttpResponseMessage head = await AskAsync(HttpMethod.Head, path, "gzip");
        using HttpResponseMessage empty = await AskAsync(HttpMethod.Patch, path, "gzip", """{ "description": "" }""");

        Assert.Equal(["gzip"], head.Content.Headers.ContentEncoding);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(204, (int)empty.StatusCode);
        Assert.Empty(empty.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_long_error_is_compressed_too()
    {
        string body = $$"""{ {{string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"wrong{i}\": 1"))}} }""";

        using HttpResponseMessage response = await AskAsync(HttpMethod.Post, "/v1.0/external/connections", "gzip", body);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Contains("wrong49", Decode("gzip", await response.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_never_compressed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{TestServer.Tenant}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = TestServer.App,
                ["client_secret"] = "any",
                ["scope"] = "https://graph.microsoft.com/.default",
            }),
        };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");

        using HttpResponseMessage response = await Server.Http.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using TestServer server = await TestServer.StartAsync("Graph:CompressAnswers=false");
        (await server.PostAsync("/v1.0/external/connections", $$"""{ "id": "large001", "name": "Large", "description": "{{new string('a', 5000)}}" }""")).ShouldBe(201);

        Answer answer = await server.SendAsync(HttpMethod.Get, "/v1.0/external/connections/large001", null, null, ("Accept-Encoding", "gzip"));

        Assert.Empty(answer.ContentHeaders.ContentEncoding);
        Assert.Equal("Large", answer.Json.GetProperty("name").GetString());
    }

    private async Task<string> LargeAsync()
    {
        string id = shared.NewId();
        string json = $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "description": "{{string.Concat(Enumerable.Repeat("Größe ", 2000))}}" }""";
        (await Server.PostAsync("/v1.0/external/connections", json)).ShouldBe(201);
        return $"/v1.0/external/connections/{id}";
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? accept, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Server.AppTokenAsync());
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        }

        return await Server.Http.SendAsync(request);
    }

    private static string Decode(string encoding, byte[] bytes)
    {
        using var source = new MemoryStream(bytes);
        using Stream decoded = encoding switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            _ => new ZLibStream(source, CompressionMode.Decompress),
        };
        using var reader = new StreamReader(decoded, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

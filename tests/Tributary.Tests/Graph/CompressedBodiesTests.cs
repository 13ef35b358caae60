using System.IO.Compression;
using System.Text;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class CompressedBodiesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("GZIP", true)]
    [InlineData("deflate", false)]
    [InlineData("br", true)]
    [InlineData("identity", false)]
    [InlineData("x-gzip", false)]
    public async Task A_compressed_body_is_read_like_a_plain_one(string encoding, bool isChunked)
    {
        string id = shared.NewId();

        Answer answer = await PostAsync(Encode(encoding, Connection(id)), encoding, isChunked);

        answer.ShouldBe(201);
        Assert.Equal(id, answer.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip,br")]
    [InlineData("gzip;q=1")]
    public async Task An_unknown_or_stacked_encoding_is_415_so_that_the_Go_client_tries_again_without(string encoding)
    {
        Answer answer = await PostAsync(Encode("gzip", Connection(shared.NewId())), encoding);

        answer.ShouldBe(415, "UnsupportedMediaType");
        Assert.Contains(encoding, answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 30)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 20)]
    [InlineData("br", 1)]
    public async Task A_body_that_lacks_its_end_is_400(string encoding, int missing)
    {
        byte[] whole = Encode(encoding, Connection(shared.NewId()));

        (await PostAsync(whole[..^missing], encoding)).ShouldBe(400, "BadRequest");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task What_is_not_compressed_as_it_says_is_400(string encoding)
    {
        (await PostAsync(Encoding.UTF8.GetBytes(Connection(shared.NewId())), encoding)).ShouldBe(400, "BadRequest");
        (await PostAsync([], encoding)).ShouldBe(400, "BadRequest");
    }

    [Fact]
    public async Task A_wrong_checksum_is_400()
    {
        byte[] body = Encode("gzip", Connection(shared.NewId()));
        body[^6] ^= 1;

        (await PostAsync(body, "gzip")).ShouldBe(400, "BadRequest");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task The_limit_is_that_of_the_decompressed_body(string encoding)
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        string path = $"/v1.0/external/connections/{id}/items/T1";
        const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""";

        (await SendAsync(HttpMethod.Put, path, Encode(encoding, Item.PadRight(100_000)), encoding)).ShouldBe(200);
        (await SendAsync(HttpMethod.Put, path, Encode(encoding, Item.PadRight(100_001)), encoding)).ShouldBe(413, "RequestEntityTooLarge");
        (await SendAsync(HttpMethod.Put, path, Encode(encoding, Item.PadRight(100_001)), encoding, isChunked: true)).ShouldBe(413, "RequestEntityTooLarge");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_bomb_is_refused_without_being_blown_up(string encoding)
    {
        byte[] bomb = Encode(encoding, "{".PadRight(64 * 1024 * 1024));
        Assert.True(bomb.Length < 1024 * 1024);

        (await PostAsync(bomb, encoding)).ShouldBe(413, "RequestEntityTooLarge");
    }

    [Fact]
    public async Task Nothing_may_stand_after_the_JSON()
    {
        (await PostAsync(Encode("gzip", Connection(shared.NewId()) + "{}"), "gzip")).ShouldBe(400, "BadRequest");
        (await PostAsync([.. Encode("gzip", Connection(shared.NewId())), .. Encode("gzip", "{}")], "gzip")).ShouldBe(400, "BadRequest");
    }

    [Fact]
    public async Task Bytes_after_the_end_of_the_compressed_stream_are_not_looked_at()
    {
        (await PostAsync([.. Encode("gzip", Connection(shared.NewId())), 0, 0, 0], "gzip")).ShouldBe(201);
        (await PostAsync([.. Encode("deflate", Connection(shared.NewId())), 1, 2, 3], "deflate")).ShouldBe(201);
    }

    private static string Connection(string id) => $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "description": "{{new string('d', 500)}}" }""";

    private Task<Answer> PostAsync(byte[] body, string encoding, bool isChunked = false) =>
        SendAsync(HttpMethod.Post, "/v1.0/external/connections", body, encoding, isChunked);

    private async Task<Answer> SendAsync(HttpMethod method, string path, byte[] body, string encoding, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = isChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await Server.AppTokenAsync());
        request.Headers.TransferEncodingChunked = isChunked;
        request.Content.Headers.ContentType = new("application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using HttpResponseMessage response = await Server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static byte[] Encode(string encoding, string text)
    {
        using var target = new MemoryStream();
        using (Stream encoder = encoding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true),
            "DEFLATE" => new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true),
            "BR" => new BrotliStream(target, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BufferedStream(target),
        })
        {
            encoder.Write(Encoding.UTF8.GetBytes(text));
            encoder.Flush();
            if (encoding == "identity")
            {
                return target.ToArray();
            }
        }

        return target.ToArray();
    }
}

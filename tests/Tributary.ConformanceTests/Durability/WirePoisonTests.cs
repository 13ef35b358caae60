using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Bodies that end too early, crawl, or break off: nothing of them is stored, and the server goes on.</summary>
public sealed class WirePoisonTests : IAsyncLifetime
{
    private const string Item = "/v1.0/external/connections/contosohr/items/";

    private readonly DataFolder _data = new();
    private ServerProcess _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(_data, "--Storage:MaxInFlightBytes=2097152");
        await _server.CreateReadyConnectionAsync("contosohr");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _data.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_cut_off_anywhere_stores_nothing(bool isChunked)
    {
        string body = VersionedItem.Body("cut", 1);
        for (int stopAt = 0; stopAt < body.Length; stopAt += 37)
        {
            using RawRequest request = await RawRequest.BeginPutAsync(_server, "cut", body, stopAt, isChunked: isChunked);
            request.EndSending();
            string answer = await request.ReadAnswerAsync();
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        }

        await ShouldHoldNothingButAsync("cut");
    }

    [Fact]
    public async Task A_connection_that_is_reset_in_the_middle_of_a_PUT_stores_nothing()
    {
        string body = VersionedItem.Body("reset", 1);
        for (int stopAt = 0; stopAt < body.Length; stopAt += 37)
        {
            using RawRequest request = await RawRequest.BeginPutAsync(_server, "reset", body, stopAt);
            request.Abort();
        }

        await ShouldHoldNothingButAsync("reset");
    }

    [Fact]
    public async Task A_client_that_hangs_up_after_the_whole_body_leaves_the_item_whole_or_not_at_all()
    {
        for (int i = 0; i < 30; i++)
        {
            string id = $"hangup{i}";
            using RawRequest request = await RawRequest.BeginPutAsync(_server, id, VersionedItem.Body(id, 1), stopAt: 60);
            await request.SendRestAsync();
            request.Abort();
        }

        int found = 0;
        for (int i = 0; i < 30; i++)
        {
            (int status, var item, _) = await _server.SendAsync(HttpMethod.Get, $"{Item}hangup{i}");
            Assert.True(status is 200 or 404, $"{status}: {item}");
            if (status == 200)
            {
                Assert.Equal(1, VersionedItem.VersionOf($"hangup{i}", item));
                found++;
            }
        }

        Assert.Equal(found, (await _server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up_and_stores_nothing()
    {
        using RawRequest request = await RawRequest.BeginPutAsync(_server, "stalled", VersionedItem.Body("stalled", 1), stopAt: 60);

        string answer = await request.ReadAnswerAsync();

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
        await ShouldHoldNothingButAsync("stalled");
    }

    [Fact]
    public async Task Large_bodies_that_never_come_give_their_room_back_when_they_end()
    {
        var stalled = new List<RawRequest>();
        for (int i = 0; i < 6; i++)
        {
            stalled.Add(await RawRequest.BeginPutAsync(_server, $"stalled{i}", VersionedItem.Body($"stalled{i}", 1), stopAt: 60, declaredLength: 1_500_000));
        }

        await PutSmallAsync("beside");
        foreach (RawRequest request in stalled)
        {
            request.Abort();
            request.Dispose();
        }

        await _server.ExpectAsync(200, HttpMethod.Put, Item + "large", VersionedItem.Body("large", 1, contentLength: 1_500_000));
        Assert.Equal(["beside", "large"], (await _server.SearchAsync("contosohr", VersionedItem.CommonWord)).Ids.Order());
    }

    [Fact]
    public async Task A_compressed_body_that_is_broken_or_grows_beyond_the_limit_is_refused_and_stores_nothing()
    {
        byte[] whole = Gzip(Encoding.UTF8.GetBytes(VersionedItem.Body("zipped", 1)));
        byte[] bomb = Gzip(Encoding.UTF8.GetBytes(VersionedItem.Body("zipped", 1, contentLength: 40_000_000)));

        foreach (byte[] body in (byte[][])[whole[..^20], [.. whole[..20], .. new byte[30]], Encoding.UTF8.GetBytes("no gzip"), bomb])
        {
            int status = await PutGzipAsync(body);
            Assert.InRange(status, 400, 499);
        }

        await ShouldHoldNothingButAsync("zipped");
        Assert.Equal(200, await PutGzipAsync(whole));
        Assert.Equal(200, await PutGzipAsync(Gzip(Encoding.UTF8.GetBytes(VersionedItem.Body("zipped", 1, contentLength: 20_000_000)))));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }

    private async Task<int> PutGzipAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Put, Item + "zipped") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _server.AppTokenAsync());
        using HttpResponseMessage response = await _server.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private async Task PutSmallAsync(string id) => await _server.ExpectAsync(200, HttpMethod.Put, Item + id, VersionedItem.Body(id, 1));

    /// <summary>The poisoned item is not there, another one can be put, and it is all that is found.</summary>
    private async Task ShouldHoldNothingButAsync(string poisoned)
    {
        await _server.ExpectAsync(404, HttpMethod.Get, Item + poisoned);
        await PutSmallAsync("good");
        Assert.Equal(["good"], (await _server.SearchAsync("contosohr", VersionedItem.CommonWord)).Ids);
        Assert.DoesNotContain("Exception", _server.Printed, StringComparison.Ordinal);
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Graph;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class RequestBodyTests
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10_000)]
    public async Task A_body_is_read_whole_however_it_arrives(int chunk)
    {
        string text = $$"""{"x":"{{new string('ä', 40_000)}}"}""";

        using RequestBody body = await ReadAsync(Encoding.UTF8.GetBytes(text), chunk: chunk);

        Assert.Null(body.Error);
        Assert.Equal(40_000, body.Root.GetProperty("x").GetString()!.Length);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), body.Length);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task The_limit_is_met_to_the_byte_with_and_without_a_length(int length, bool isTaken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{}".PadRight(length));

        using RequestBody declared = await ReadAsync(bytes, contentLength: length, maxBytes: 1000);
        using RequestBody chunked = await ReadAsync(bytes, maxBytes: 1000);

        Assert.Equal(isTaken ? null : 413, declared.Error?.Status);
        Assert.Equal(isTaken ? null : 413, chunked.Error?.Status);
    }

    [Fact]
    public async Task A_body_of_64_levels_is_read_and_one_of_65_is_not()
    {
        using RequestBody deep = await ReadAsync(Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64)));
        using RequestBody deeper = await ReadAsync(Encoding.UTF8.GetBytes(new string('[', 65) + new string(']', 65)));

        Assert.Null(deep.Error);
        Assert.Equal((400, "BadRequest"), (deeper.Error!.Status, deeper.Error.Code));
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        using RequestBody body = await ReadAsync([0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}']);

        Assert.Null(body.Error);
    }

    [Fact]
    public async Task The_reason_says_where_the_JSON_breaks_and_does_not_quote_it()
    {
        using RequestBody body = await ReadAsync("{\n  \"secret\": oops }"u8.ToArray());

        Assert.Equal("The JSON is not valid at line 2, byte 13.", body.Error!.Reason);
    }

    [Theory]
    [InlineData("{ \"a\": 1, \"a\": 2 }")]
    [InlineData("{ \"x\": [ { \"a\": 1, \"\\u0061\": 2 } ] }")]
    [InlineData("{ \"\\ud800\": 1 }")]
    public async Task A_member_that_stands_twice_or_is_no_text_is_refused(string text)
    {
        using RequestBody body = await ReadAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(400, body.Error!.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/json")]
    [InlineData("application/json2")]
    [InlineData("text/plain; application/json")]
    public async Task Another_content_type_is_refused_before_the_body_is_read(string? contentType)
    {
        using RequestBody body = await ReadAsync("{}"u8.ToArray(), contentType: contentType);

        Assert.Equal("Entity only allows writes with a JSON Content-Type header.", body.Error!.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Mebibyte)]
    public async Task Bodies_of_any_number_take_no_more_memory_than_the_bound_whether_they_tell_their_length_or_not(int? contentLength)
    {
        using var inFlight = new InFlightBytes(Microsoft.Extensions.Options.Options.Create(new StorageOptions { MaxInFlightBytes = 4 * Mebibyte }));
        byte[] bytes = Encoding.UTF8.GetBytes("{}".PadRight(Mebibyte));
        Drops[] bodies = [.. Enumerable.Range(0, 64).Select(_ => new Drops(bytes, 100_000))];
        List<Task<RequestBody>> reading = [.. bodies.Select(body => ReadAsync(body, contentLength, Mebibyte, inFlight: inFlight).AsTask())];

        // Nothing here waits for anything but room, so whoever has not ended waits for that.
        for (int done = 0; reading.Count > 0; done += 4)
        {
            Task<RequestBody>[] ended = [.. reading.Where(task => task.IsCompleted)];
            Assert.Equal(4, ended.Length);
            long inMemory = bodies.Sum(body => body.Position) - ((long)done * Mebibyte);
            long small = contentLength is null ? reading.Count * (long)InFlightBytes.SmallBytes : 0;
            Assert.InRange(inMemory, 4 * Mebibyte, (4 * Mebibyte) + small);
            foreach (Task<RequestBody> task in ended)
            {
                RequestBody body = await task;
                Assert.Null(body.Error);
                reading.Remove(task);
                body.Dispose();
            }

            await Eventually.IsTrueAsync(
                () => Task.FromResult(reading.Count(task => task.IsCompleted) == Math.Min(4, reading.Count)), "The next ones have room");
        }
    }

    [Fact]
    public async Task Small_bodies_of_unknown_length_need_no_room_and_refused_ones_give_theirs_back()
    {
        using var inFlight = new InFlightBytes(Microsoft.Extensions.Options.Options.Create(new StorageOptions { MaxInFlightBytes = Mebibyte }));
        using (await inFlight.ReserveAsync(Mebibyte, TestContext.Current.CancellationToken))
        {
            byte[] small = Encoding.UTF8.GetBytes("{}".PadRight(InFlightBytes.SmallBytes - 1));
            using RequestBody body = await ReadAsync(new Drops(small, 10_000), null, Mebibyte, inFlight: inFlight);
            Assert.Null(body.Error);
        }

        foreach (byte[] wrong in (byte[][])[Encoding.UTF8.GetBytes("{}".PadRight(Mebibyte + 1)), Encoding.UTF8.GetBytes("{".PadRight(Mebibyte))])
        {
            using RequestBody refused = await ReadAsync(new Drops(wrong, 100_000), null, Mebibyte, inFlight: inFlight);
            Assert.NotNull(refused.Error);
        }

        (await inFlight.ReserveAsync(Mebibyte, TestContext.Current.CancellationToken)).Dispose();
    }

    private static ValueTask<RequestBody> ReadAsync(
        byte[] bytes, int chunk = int.MaxValue, long? contentLength = null, int maxBytes = RequestBody.DefaultMaxBytes, string? contentType = "application/json") =>
        ReadAsync(new Drops(bytes, chunk), contentLength, maxBytes, contentType);

    private static ValueTask<RequestBody> ReadAsync(
        Stream bytes, long? contentLength, int maxBytes, string? contentType = "application/json", InFlightBytes? inFlight = null)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = contentType;
        context.Request.ContentLength = contentLength;
        context.Request.Body = bytes;
        if (inFlight is not null)
        {
            context.RequestServices = new ServiceCollection().AddSingleton(inFlight).BuildServiceProvider();
        }

        return RequestBody.ReadAsync(context, maxBytes);
    }

    /// <summary>Hands out its bytes a few at a time, as a network does.</summary>
    private sealed class Drops(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class RequestBodyTests
{
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

    private static ValueTask<RequestBody> ReadAsync(
        byte[] bytes, int chunk = int.MaxValue, long? contentLength = null, int maxBytes = RequestBody.DefaultMaxBytes, string? contentType = "application/json")
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = contentType;
        context.Request.ContentLength = contentLength;
        context.Request.Body = new Drops(bytes, chunk);
        return RequestBody.ReadAsync(context, maxBytes);
    }

    /// <summary>Hands out its bytes a few at a time, as a network does.</summary>
    private sealed class Drops(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}

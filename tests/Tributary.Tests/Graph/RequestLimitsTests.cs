using System.Text;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public sealed class RequestLimitsTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync("Limits:HeadersTimeout=00:00:01", "Limits:BodyGracePeriod=00:00:02", "Items:MaxBytes=100000");
        await _server.CreateReadyConnectionAsync();
        _token = await _server.AppTokenAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(8192, 200)]
    [InlineData(8193, 414)]
    public async Task A_URL_is_refused_beyond_8_KB_with_a_body_that_clients_can_read(int length, int status)
    {
        string path = "/v1.0/external/connections?a=";
        Answer answer = await _server.GetAsync(path + new string('x', length - path.Length));

        answer.ShouldBe(status);
        if (status == 414)
        {
            Assert.Equal("RequestUriTooLong", answer.ErrorCode);
            Assert.Equal("Path and query are over the limit of 8192 bytes.", answer.Reason);
        }
    }

    [Fact]
    public async Task A_URL_beyond_twice_that_is_refused_by_Kestrel() =>
        Assert.StartsWith("HTTP/1.1 414 ", await RawAsync($"GET /v1.0?{new string('x', 17_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("T%00", "400")]
    [InlineData("T%01", "401")]
    public async Task A_path_with_a_zero_byte_is_refused_by_Kestrel(string item, string status)
    {
        string answer = await RawAsync($"GET /v1.0/external/connections/contosohr/items/{item} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == "400", answer.Contains("Content-Length: 0\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(32768, "HTTP/1.1 200 ", "odata.context")]
    [InlineData(32769, "HTTP/1.1 431 ", "RequestHeaderFieldsTooLarge")]
    public async Task Headers_are_refused_beyond_32_KB_with_a_body_that_clients_can_read(int length, string status, string body)
    {
        const string Fixed = "Host: localhost\r\nConnection: close\r\n";
        string filler = "X-Filler: " + new string('x', length - Fixed.Length - "X-Filler: \r\n".Length) + "\r\n";
        Assert.Equal(length, Fixed.Length + filler.Length);

        string answer = await RawAsync($"GET /v1.0 HTTP/1.1\r\n{Fixed}{filler}\r\n");

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(body, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_beyond_twice_that_are_refused_by_Kestrel() =>
        Assert.StartsWith("HTTP/1.1 431 ", await RawAsync($"GET /v1.0 HTTP/1.1\r\nHost: localhost\r\nX-Filler: {new string('x', 70_000)}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Headers_that_do_not_arrive_in_time_are_408() =>
        Assert.StartsWith("HTTP/1.1 408 ", await RawAsync("GET /v1.0 HTTP/1.1\r\nHost: loc"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Content-Length: 5000\r\n\r\n{")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")]
    public async Task A_body_that_trickles_is_cut_off_with_an_error_that_clients_can_read(string rest)
    {
        string answer = await RawAsync(
            $"POST /v1.0/external/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {_token}\r\nContent-Type: application/json\r\n{rest}");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("RequestTimeout", answer, StringComparison.Ordinal);
        Assert.Contains("request-id", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, false, 200)]
    [InlineData(100_000, true, 200)]
    [InlineData(100_001, false, 413)]
    [InlineData(100_001, true, 413)]
    public async Task A_body_is_refused_beyond_its_limit_with_and_without_a_length(int length, bool isChunked, int status)
    {
        byte[] body = Encoding.UTF8.GetBytes(
            """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""".PadRight(length));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1.0/external/connections/contosohr/items/T1")
        {
            Content = isChunked ? new StreamContent(new MemoryStream(body)) : new ByteArrayContent(body),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _token);
        request.Headers.TransferEncodingChunked = isChunked;
        request.Content.Headers.ContentType = new("application/json");

        using HttpResponseMessage response = await _server.Http.SendAsync(request);

        Answer answer = (await Answer.ReadAsync(response)).ShouldBe(status);
        if (status == 413)
        {
            Assert.Equal("RequestEntityTooLarge", answer.ErrorCode);
        }
    }

    [Theory]
    [InlineData(nameof(LimitOptions.MaxUrlBytes), "1023", "1024")]
    [InlineData(nameof(LimitOptions.MaxUrlBytes), "262145", "262144")]
    [InlineData(nameof(LimitOptions.MaxHeaderBytes), "4095", "4096")]
    [InlineData(nameof(LimitOptions.MaxHeaderBytes), "262145", "262144")]
    [InlineData(nameof(LimitOptions.MinBodyBytesPerSecond), "0", "1")]
    [InlineData(nameof(LimitOptions.MinBodyBytesPerSecond), "1048577", "1048576")]
    [InlineData(nameof(LimitOptions.HeadersTimeout), "00:00:00.9", "00:00:01")]
    [InlineData(nameof(LimitOptions.HeadersTimeout), "00:10:01", "00:10:00")]
    [InlineData(nameof(LimitOptions.BodyGracePeriod), "00:00:01.9", "00:00:02")]
    [InlineData(nameof(LimitOptions.BodyGracePeriod), "00:10:01", "00:10:00")]
    public void A_limit_out_of_its_range_is_told_by_its_name(string name, string wrong, string right)
    {
        Assert.Contains($"Limits:{name}", With(wrong).Problems().Single(), StringComparison.Ordinal);
        Assert.Empty(With(right).Problems());

        LimitOptions With(string value)
        {
            var options = new LimitOptions();
            System.Reflection.PropertyInfo property = typeof(LimitOptions).GetProperty(name)!;
            property.SetValue(options, property.PropertyType == typeof(int)
                ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
                : TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
            return options;
        }
    }

    private Task<string> RawAsync(string request) => RawHttp.SendAsync(_server.Http.BaseAddress!, request);
}

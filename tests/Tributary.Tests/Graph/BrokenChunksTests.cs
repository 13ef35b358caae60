using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class BrokenChunksTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("ZZ")]
    public async Task A_chunk_of_an_impossible_size_is_the_clients_fault(string size)
    {
        string token = await shared.Server.AppTokenAsync();
        Uri address = shared.Server.Http.BaseAddress!;

        string answer = await RawHttp.SendAsync(
            address,
            $"POST /v1.0/external/connections HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
            + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("""{"error":{"code":"BadRequest","message":"The request is not valid HTTP.",""", answer, StringComparison.Ordinal);
    }
}

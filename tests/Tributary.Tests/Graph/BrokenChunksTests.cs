using System.Net.Sockets;
using System.Text;
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
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1.0/external/connections HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n"));

        using var reader = new StreamReader(stream, Encoding.ASCII);
        string? status = await reader.ReadLineAsync();

        Assert.StartsWith("HTTP/1.1 400", status, StringComparison.Ordinal);
    }
}

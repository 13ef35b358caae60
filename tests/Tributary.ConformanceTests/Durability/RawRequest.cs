using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tributary.ConformanceTests.Durability;

/// <summary>A request written to the socket by hand, so that it can stop, crawl or break off anywhere.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private byte[] _rest = [];

    private RawRequest()
    {
    }

    /// <summary>Sends the head and the first bytes of a PUT's body, and leaves it there.</summary>
    public static async Task<RawRequest> BeginPutAsync(ServerProcess server, string item, string body, int stopAt, long? declaredLength = null, bool isChunked = false)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string length = isChunked
            ? "Transfer-Encoding: chunked"
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {declaredLength ?? bytes.Length}");
        string head =
            $"PUT /v1.0/external/connections/contosohr/items/{item} HTTP/1.1\r\nHost: {server.Url.Authority}\r\n"
            + $"Authorization: Bearer {await server.AppTokenAsync()}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
            + (isChunked ? string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:x}\r\n") : "");
        var request = new RawRequest();
        await request._client.ConnectAsync(server.Url.Host, server.Url.Port);
        await request.SendAsync(Encoding.ASCII.GetBytes(head));
        await request.SendAsync(bytes.AsMemory(0, stopAt));
        request._rest = bytes[stopAt..];
        return request;
    }

    public Task SendRestAsync() => SendAsync(_rest);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _client.Client.SendAsync(bytes)..];
        }
    }

    /// <summary>Ends the sending half only: the server sees the body end too early and could still answer.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection off without a farewell (RST).</summary>
    public void Abort()
    {
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>What the server sends until the connection rests or ends; empty when it just ends.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        try
        {
            int read = await _client.Client.ReceiveAsync(buffer, patience.Token);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    public void Dispose() => _client.Dispose();
}

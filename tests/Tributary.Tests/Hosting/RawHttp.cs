using System.Net.Sockets;
using System.Text;

namespace Tributary.Tests.Hosting;

/// <summary>HTTP/1.1 by hand, for what no client would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends the text, each character as one byte, and reads until the server closes the connection.</summary>
    public static async Task<string> SendAsync(Uri server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read = await stream.ReadAsync(buffer); read > 0; read = await stream.ReadAsync(buffer))
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // A server that closes before it has read everything resets the connection; the answer was there before.
        }

        return answer.ToString();
    }
}

using System.Globalization;
using System.Text;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Http;

/// <summary>The same PUTs as <see cref="PutRequests"/>, twenty in a batch.</summary>
internal sealed class BatchRequests(CorpusBodies bodies, string connectionId, string token)
{
    public const int Size = 20;

    /// <summary>The length stands in front of what it is the length of, so its place is kept.</summary>
    private const string Length = "00000000";

    private readonly byte[] _head = Encoding.ASCII.GetBytes(
        $"POST /v1.0/$batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {Length}\r\n\r\n");

    private readonly string _url = $"/external/connections/{connectionId}/items/";

    public int Write(int number, Span<byte> buffer)
    {
        int first = number * Size;
        if (first + Size > bodies.Count)
        {
            return 0;
        }

        _head.CopyTo(buffer);
        int length = _head.Length;
        Append("{\"requests\":["u8, buffer, ref length);
        for (int i = 0; i < Size; i++)
        {
            length += Encoding.ASCII.GetBytes(
                $"{(i == 0 ? "" : ",")}{{\"id\":\"{i}\",\"method\":\"PUT\",\"url\":\"{_url}{Corpus.IdOf(first + i)}\",\"headers\":{{\"Content-Type\":\"application/json\"}},\"body\":",
                buffer[length..]);
            Append(bodies[first + i], buffer, ref length);
            Append("}"u8, buffer, ref length);
        }

        Append("]}"u8, buffer, ref length);
        Encoding.ASCII.GetBytes((length - _head.Length).ToString("D8", CultureInfo.InvariantCulture), buffer[(_head.Length - Length.Length - 4)..]);
        return length;
    }

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> buffer, ref int length)
    {
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
    }
}

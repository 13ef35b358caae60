using System.Text;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Http;

/// <summary>The PUTs of a corpus: all that does not differ between them is made once.</summary>
/// <param name="bodies">Taken again from the beginning when there are more items than bodies.</param>
/// <param name="connectionId">Where the items go.</param>
/// <param name="token">Whose they are.</param>
/// <param name="items">How many items there are; null for as many as bodies.</param>
internal sealed class PutRequests(CorpusBodies bodies, string connectionId, string token, int? items = null)
{
    private readonly byte[] _start = Encoding.ASCII.GetBytes($"PUT /v1.0/external/connections/{connectionId}/items/");
    private readonly byte[] _headers = Encoding.ASCII.GetBytes(
        $" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: ");

    public int Write(int number, Span<byte> buffer)
    {
        if (number >= (items ?? bodies.Count))
        {
            return 0;
        }

        ReadOnlySpan<byte> body = bodies[number % bodies.Count];
        int length = 0;
        Append(_start, buffer, ref length);
        length += Encoding.ASCII.GetBytes(Corpus.IdOf(number), buffer[length..]);
        Append(_headers, buffer, ref length);
        System.Buffers.Text.Utf8Formatter.TryFormat(body.Length, buffer[length..], out int digits);
        length += digits;
        Append("\r\n\r\n"u8, buffer, ref length);
        Append(body, buffer, ref length);
        return length;
    }

    private static void Append(ReadOnlySpan<byte> bytes, Span<byte> buffer, ref int length)
    {
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
    }
}

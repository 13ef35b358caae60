using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Tributary.Graph;

/// <summary>
/// How the bytes of request headers become text. Bytes beyond ASCII are valid (RFC 9110 5.5), and clients of old send names of machines and users in Latin-1; left to
/// itself Kestrel ends the request for one that is not UTF-8, and with HTTP/2 the whole connection. Answers keep to ASCII: there Kestrel's own check stands, and what
/// comes back of a request is looked at before.
/// </summary>
internal static class HeaderText
{
    /// <summary>What decides where a message ends and whose it is stays as strict as Kestrel makes it.</summary>
    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TransferEncoding, HeaderNames.Connection, HeaderNames.Upgrade, HeaderNames.Expect, HeaderNames.TE,
    };

    private static readonly Encoding Utf8OrLatin1 = Encoding.GetEncoding(Encoding.UTF8.WebName, EncoderFallback.ExceptionFallback, new Latin1Fallback());

    public static void ApplyTo(KestrelServerOptions kestrel) =>
        kestrel.RequestHeaderEncodingSelector = static name => Framing.Contains(name) ? null : Utf8OrLatin1;

    /// <summary>Whether a response header can carry it: Kestrel throws on anything else.</summary>
    public static bool IsPrintableAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    /// <summary>Of the bytes that are no UTF-8 each is the character of that number.</summary>
    private sealed class Latin1Fallback : DecoderFallback
    {
        /// <summary>The most bytes that the decoder gives up at once.</summary>
        private const int Longest = 4;

        public override int MaxCharCount => Longest;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : DecoderFallbackBuffer
        {
            private readonly char[] _characters = new char[Longest];
            private int _length;
            private int _next;

            public override int Remaining => _length - _next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                _length = Encoding.Latin1.GetChars(bytesUnknown, _characters);
                _next = 0;
                return _length > 0;
            }

            public override char GetNextChar() => _next < _length ? _characters[_next++] : '\0';

            public override bool MovePrevious()
            {
                bool canMove = _next > 0;
                _next -= canMove ? 1 : 0;
                return canMove;
            }

            public override void Reset() => (_length, _next) = (0, 0);
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Tributary.Graph;

/// <summary>
/// Escapes in JSON only what JSON needs escaped (and what cannot be seen), as the real service does. .NET's relaxed encoder does so for the first 65,536
/// characters only: it knows no allowed one beyond, so an emoji left as twelve characters of escapes. Unsafe for pasting into HTML; ours is JSON by its type.
/// </summary>
internal sealed unsafe class PlainTextEncoder : JavaScriptEncoder
{
    public static readonly PlainTextEncoder Instance = new();

    private const int BytesBeyond = 4;

    private static readonly JavaScriptEncoder Relaxed = UnsafeRelaxedJsonEscaping;

    private PlainTextEncoder()
    {
    }

    public override int MaxOutputCharactersPerInputCharacter => Relaxed.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => !IsBeyond(unicodeScalar) && Relaxed.WillEncode(unicodeScalar);

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        int from = 0;
        while (from < textLength)
        {
            int found = Relaxed.FindFirstCharacterToEncode(text + from, textLength - from);
            if (found < 0)
            {
                return -1;
            }

            from += found;
            if (from + 1 >= textLength || !char.IsSurrogatePair(text[from], text[from + 1]))
            {
                return from;
            }

            from += 2;
        }

        return -1;
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        int from = 0;
        while (from < utf8Text.Length)
        {
            int found = Relaxed.FindFirstCharacterToEncodeUtf8(utf8Text[from..]);
            if (found < 0)
            {
                return -1;
            }

            from += found;
            if (!StartsBeyond(utf8Text[from..]))
            {
                return from;
            }

            from += BytesBeyond;
        }

        return -1;
    }

    /// <summary>Copies what stays in long pieces: content has a line break or a quote somewhere, which must not make the rest of it slow.</summary>
    public override OperationStatus EncodeUtf8(ReadOnlySpan<byte> utf8Source, Span<byte> utf8Destination, out int bytesConsumed, out int bytesWritten, bool isFinalBlock = true)
    {
        bytesConsumed = 0;
        bytesWritten = 0;
        while (bytesConsumed < utf8Source.Length)
        {
            ReadOnlySpan<byte> rest = utf8Source[bytesConsumed..];
            int plain = FindFirstCharacterToEncodeUtf8(rest);
            plain = plain < 0 ? rest.Length : plain;
            if (plain > utf8Destination.Length - bytesWritten)
            {
                return OperationStatus.DestinationTooSmall;
            }

            rest[..plain].CopyTo(utf8Destination[bytesWritten..]);
            bytesConsumed += plain;
            bytesWritten += plain;
            rest = rest[plain..];
            if (rest.IsEmpty)
            {
                break;
            }

            OperationStatus decoded = Rune.DecodeFromUtf8(rest, out _, out int length);
            if (decoded == OperationStatus.NeedMoreData && !isFinalBlock)
            {
                return OperationStatus.NeedMoreData;
            }

            OperationStatus status = Relaxed.EncodeUtf8(rest[..length], utf8Destination[bytesWritten..], out int consumed, out int written);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            bytesConsumed += consumed;
            bytesWritten += written;
        }

        return OperationStatus.Done;
    }

    public override OperationStatus Encode(ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true)
    {
        charsConsumed = 0;
        charsWritten = 0;
        while (charsConsumed < source.Length)
        {
            ReadOnlySpan<char> rest = source[charsConsumed..];
            int plain = FirstToEncode(rest);
            plain = plain < 0 ? rest.Length : plain;
            if (plain > destination.Length - charsWritten)
            {
                return OperationStatus.DestinationTooSmall;
            }

            rest[..plain].CopyTo(destination[charsWritten..]);
            charsConsumed += plain;
            charsWritten += plain;
            rest = rest[plain..];
            if (rest.IsEmpty)
            {
                break;
            }

            if (rest.Length == 1 && char.IsHighSurrogate(rest[0]) && !isFinalBlock)
            {
                return OperationStatus.NeedMoreData;
            }

            // A pair stays, so what is found is always one.
            OperationStatus status = Relaxed.Encode(rest[..1], destination[charsWritten..], out int consumed, out int written);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            charsConsumed += consumed;
            charsWritten += written;
        }

        return OperationStatus.Done;
    }

    private static bool IsBeyond(int unicodeScalar) => unicodeScalar > char.MaxValue;

    private static bool StartsBeyond(ReadOnlySpan<byte> utf8) =>
        utf8[0] >= 0xF0 && Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) == OperationStatus.Done && length == BytesBeyond && IsBeyond(rune.Value);

    private int FirstToEncode(ReadOnlySpan<char> text)
    {
        fixed (char* first = text)
        {
            return FindFirstCharacterToEncode(first, text.Length);
        }
    }
}

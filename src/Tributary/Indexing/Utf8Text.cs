using System.Buffers;
using System.Text;

namespace Tributary.Indexing;

/// <summary>Text measured in the bytes that the index keeps of it.</summary>
internal static class Utf8Text
{
    /// <summary>As many whole characters as fit into <paramref name="maxBytes"/> of UTF-8.</summary>
    public static string Beginning(string text, int maxBytes)
    {
        if (text.Length <= maxBytes / 3)
        {
            return text;
        }

        int bytes = 0;
        int chars = 0;
        while (chars < text.Length)
        {
            bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(chars), out Rune rune, out int length) == OperationStatus.Done;
            bytes += isWhole ? rune.Utf8SequenceLength : 3;
            if (bytes > maxBytes)
            {
                break;
            }

            chars += length;
        }

        return text[..chars];
    }
}

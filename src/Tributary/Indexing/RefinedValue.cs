using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lucene.Net.Util;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>
/// A value of a refinable property as the index counts it: bytes whose order is the order of values, and the key that a bucket has for it. Text to the letter;
/// numbers, dates and Booleans as eight bytes.
/// </summary>
internal static class RefinedValue
{
    /// <summary>
    /// Lucene takes at most 32,766 bytes; but a bucket's token is the hex of its key, and a filter that sends it back has at most 2,048 characters (search 12).
    /// </summary>
    public const int MaxBytes = 1000;

    private const string CutSign = "…";
    private const int DigestChars = 2 * SHA256.HashSizeInBytes;

    /// <summary>
    /// The text as a bucket's key: itself, or when it is longer than <see cref="MaxBytes"/> its beginning and a digest of all of it, so that different texts
    /// stay different. The key of a key is itself.
    /// </summary>
    public static string KeyOf(string text)
    {
        if (text.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        string digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return string.Concat(Utf8Text.Beginning(text, MaxBytes - DigestChars - Encoding.UTF8.GetByteCount(CutSign)), CutSign, digest);
    }

    /// <summary>The number that orders doubles as they are ordered; the two zeros are one.</summary>
    public static long Sortable(double number) => NumericUtils.DoubleToSortableInt64(DocumentBuilder.Normalise(number));

    public static BytesRef BytesOf(long sortable)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sortable ^ long.MinValue);
        return new BytesRef(bytes);
    }

    /// <summary>What <see cref="BytesOf"/> was made of.</summary>
    public static long SortableOf(BytesRef bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes.Bytes.AsSpan(bytes.Offset, sizeof(long))) ^ long.MinValue;

    /// <summary>The key of a bucket, by the type of the property's elements.</summary>
    public static string KeyOf(PropertyType element, BytesRef bytes) => element switch
    {
        PropertyType.Int64 => SortableOf(bytes).ToString(CultureInfo.InvariantCulture),
        PropertyType.Double => NumericUtils.SortableInt64ToDouble(SortableOf(bytes)).ToString("R", CultureInfo.InvariantCulture),
        PropertyType.DateTime => new DateTime(SortableOf(bytes), DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        PropertyType.Boolean => SortableOf(bytes) != 0 ? bool.TrueString : bool.FalseString,
        _ => bytes.Utf8ToString(),
    };
}

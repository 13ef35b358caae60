using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Storage;

/// <summary>
/// The store's surrogate numbers as they are shown. By themselves they count what everybody writes, other tenants included, and who sees some of them could tell how much
/// there is that he does not see. So what is shown is another number: the same for good, different for each, and in no order; the key comes from the store's identity.
/// </summary>
internal sealed class OpaqueNumbers(ISqlDatabase database)
{
    private const int HalfBits = 26;
    private const uint HalfMask = (1u << HalfBits) - 1;

    /// <summary>Of a Feistel network over the two halves; four make it as good as its round function.</summary>
    private const int Rounds = 4;

    private readonly Lazy<byte[]> _key = new(() =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(database.Identity.Id), 32, info: "opaque numbers"u8.ToArray()));

    /// <summary>Of an item: below 2^52, so that programs which have no whole numbers but floating ones keep it as it is.</summary>
    /// <param name="key">Its key, which is below 2^52 as well.</param>
    public long OfItem(long key)
    {
        (uint left, uint right) = ((uint)(key >> HalfBits) & HalfMask, (uint)key & HalfMask);
        for (byte round = 0; round < Rounds; round++)
        {
            (left, right) = (right, left ^ Mixed(round, right));
        }

        return ((long)left << HalfBits) | right;
    }

    /// <summary>Of a connection: 16 hexadecimal digits.</summary>
    public string OfConnection(long key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"connection {key}")), hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    private uint Mixed(byte round, uint half)
    {
        Span<byte> input = stackalloc byte[5];
        input[0] = round;
        BinaryPrimitives.WriteUInt32LittleEndian(input[1..], half);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Value, input, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) & HalfMask;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tributary.Storage;

namespace Tributary.Graph;

/// <summary>
/// Makes and reads <c>$skiptoken</c>s: where a page ended, sealed so that a token says nothing and holds only for the list and the store that it was made
/// for, for a day.
/// </summary>
/// <remarks>
/// Nothing that is shown rests on a token: each page is read for the caller of that request, under his tenant and the connection's surrogate key, and a token
/// only tells where to go on. The key comes from the identity of the store, so that all nodes of one store read each other's tokens and a restart keeps them.
/// </remarks>
internal sealed class SkipTokens(ISqlDatabase database, TimeProvider time)
{
    public static readonly TimeSpan Validity = TimeSpan.FromHours(24);

    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MaxLength = 4096;

    private readonly Lazy<byte[]> _key = new(() => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(database.Identity.Id),
        32,
        info: Encoding.UTF8.GetBytes($"skiptoken {database.Identity.Epoch}")));

    /// <param name="scope">Names the list: its tenant, surrogate keys and whatever decides which entities are in it and in which order.</param>
    /// <param name="pageSize">How long the pages are, unless the next request says otherwise.</param>
    /// <param name="position">The sort keys of the last entity shown.</param>
    public string Seal(string scope, int pageSize, params ReadOnlySpan<string> position)
    {
        using var payload = new MemoryStream();
        using (var writer = new BinaryWriter(payload))
        {
            writer.Write(time.GetUtcNow().ToUnixTimeMilliseconds());
            writer.Write(pageSize);
            writer.Write(position.Length);
            foreach (string key in position)
            {
                writer.Write(key);
            }
        }

        byte[] plain = payload.ToArray();
        byte[] token = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(token.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key.Value, TagBytes);
        aes.Encrypt(
            token.AsSpan(0, NonceBytes), plain, token.AsSpan(NonceBytes, plain.Length), token.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(scope));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What was sealed for exactly this scope within the last day, or null.</summary>
    public SkipToken? OpenOrNull(string scope, string token)
    {
        if (token.Length > MaxLength || !Base64Url.IsValid(token))
        {
            return null;
        }

        byte[] bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        byte[] plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key.Value, TagBytes);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(^TagBytes..), plain, Encoding.UTF8.GetBytes(scope));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(plain));
        if (time.GetUtcNow().ToUnixTimeMilliseconds() - reader.ReadInt64() > Validity.TotalMilliseconds)
        {
            return null;
        }

        int pageSize = reader.ReadInt32();
        string[] position = new string[reader.ReadInt32()];
        for (int i = 0; i < position.Length; i++)
        {
            position[i] = reader.ReadString();
        }

        return new SkipToken(pageSize, position);
    }
}

/// <summary>An opened token.</summary>
/// <param name="PageSize">How long the pages were.</param>
/// <param name="Position">The sort keys of the last entity that was shown.</param>
internal sealed record SkipToken(int PageSize, IReadOnlyList<string> Position);

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Auth.DevIssuer;

/// <summary>What a refresh token stands for.</summary>
/// <param name="TenantId">Of the user.</param>
/// <param name="AppId">Nobody else may use it.</param>
/// <param name="UserId">Object id.</param>
/// <param name="Scope">What is given when no scope is asked for, as version 2 writes it.</param>
/// <param name="Issued">When.</param>
internal sealed record RefreshToken(string TenantId, string AppId, string UserId, string Scope, DateTimeOffset Issued);

[JsonSerializable(typeof(RefreshToken))]
internal sealed partial class RefreshTokenJson : JsonSerializerContext;

/// <summary>
/// Refresh tokens are sealed with a key that follows from the signing key and kept nowhere: they outlive a restart, cost no memory, and end with the signing key. Each use gives
/// a new one; as with Entra, the one that was used stays good until its own end (https://learn.microsoft.com/entra/identity-platform/refresh-tokens).
/// </summary>
internal sealed class RefreshTokens(DevIssuerKey key, AuthOptions options, TimeProvider time) : IDisposable
{
    private const string Purpose = "tributary refresh tokens 1";
    private const int LongestText = 8 * 1024;

    private readonly Lazy<AesGcm> _cipher = new(() => new AesGcm(key.DeriveSecret(Purpose), AesGcm.TagByteSizes.MaxSize));

    private static int NonceSize => AesGcm.NonceByteSizes.MaxSize;

    private static int TagSize => AesGcm.TagByteSizes.MaxSize;

    public string Seal(string tenantId, string appId, string userId, string scope)
    {
        byte[] plain = JsonSerializer.SerializeToUtf8Bytes(new RefreshToken(tenantId, appId, userId, scope, time.GetUtcNow()), RefreshTokenJson.Default.RefreshToken);
        byte[] box = new byte[NonceSize + TagSize + plain.Length];
        Span<byte> nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        lock (_cipher)
        {
            _cipher.Value.Encrypt(nonce, plain, box.AsSpan(NonceSize + TagSize), box.AsSpan(NonceSize, TagSize));
        }

        return Base64Url.EncodeToString(box);
    }

    public (RefreshToken? Token, EntraError? Error) Open(string text)
    {
        if (text.Length > LongestText || !Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { } box || box.Length <= NonceSize + TagSize)
        {
            return (null, EntraError.UnknownCode);
        }

        byte[] plain = new byte[box.Length - NonceSize - TagSize];
        try
        {
            lock (_cipher)
            {
                _cipher.Value.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize + TagSize), box.AsSpan(NonceSize, TagSize), plain);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return (null, EntraError.UnknownCode);
        }

        RefreshToken token = JsonSerializer.Deserialize(plain, RefreshTokenJson.Default.RefreshToken)!;
        return token.Issued + options.Development.RefreshTokenLifetime <= time.GetUtcNow()
            ? (null, EntraError.ExpiredRefreshToken(token.Issued, options.Development.RefreshTokenLifetime))
            : (token, null);
    }

    public void Dispose()
    {
        if (_cipher.IsValueCreated)
        {
            _cipher.Value.Dispose();
        }
    }
}

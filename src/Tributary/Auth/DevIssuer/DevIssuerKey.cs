using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Auth.DevIssuer;

/// <summary>The signing key of the development issuer: <c>issuer.key</c> in the data directory, made when the first token is asked for.</summary>
internal sealed class DevIssuerKey(string dataDirectory) : IDisposable
{
    public const string FileName = "issuer.key";

    private readonly string _path = Path.Combine(dataDirectory, FileName);
    private readonly Lock _loading = new();
    private volatile Loaded? _loaded;

    /// <summary>Null until the key was needed.</summary>
    public SigningKeys? LoadedPublicKeys => _loaded?.PublicKeys;

    /// <summary>The public half; null when there is no key yet, so that no token can be ours.</summary>
    public SigningKeys? FindPublicKeysOrNull() => _loaded is null && !File.Exists(_path) ? null : Load().PublicKeys;

    public SigningCredentials Credentials => Load().Credentials;

    public RsaSecurityKey PublicKey => Load().PublicKey;

    public void Dispose() => _loaded?.Rsa.Dispose();

    private Loaded Load()
    {
        if (_loaded is { } loaded)
        {
            return loaded;
        }

        // Half a second of key making, once in the life of a data directory.
        lock (_loading)
        {
            return _loaded ??= Read();
        }
    }

    private Loaded Read()
    {
        string pem = OwnerOnlyFile.ReadOrCreate(_path, () =>
        {
            using RSA made = RSA.Create(2048);
            return made.ExportPkcs8PrivateKeyPem() + "\n";
        });

        RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            // The inner exception says nothing about the key's content; the text itself goes nowhere.
            throw new InvalidOperationException(
                $"{FileName} in the data directory is no RSA private key. Delete it to have a new one made.", exception);
        }

        var publicKey = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false));
        publicKey.KeyId = Base64UrlEncoder.Encode(publicKey.ComputeJwkThumbprint());
        var signingKey = new RsaSecurityKey(rsa)
        {
            KeyId = publicKey.KeyId,
            // The library's cache of signers is one for the process and by key id: another server with this key would sign with ours after its end.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
        return new Loaded(rsa, publicKey, new SigningKeys([publicKey]), new SigningCredentials(signingKey, SecurityAlgorithms.RsaSha256));
    }

    private sealed record Loaded(RSA Rsa, RsaSecurityKey PublicKey, SigningKeys PublicKeys, SigningCredentials Credentials);
}

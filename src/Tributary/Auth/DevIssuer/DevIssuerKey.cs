using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Auth.DevIssuer;

/// <summary>The signing key of the development issuer: <c>issuer.key</c> in the data directory, made when the first token is asked for.</summary>
internal sealed class DevIssuerKey(string dataDirectory) : IDisposable
{
    public const string FileName = "issuer.key";

    private const int KeyBits = 2048;

    private readonly string _path = Path.Combine(dataDirectory, FileName);
    private readonly Lock _loading = new();
    private volatile Loaded? _loaded;

    /// <summary>Null until the key was needed.</summary>
    public SigningKeys? LoadedPublicKeys => _loaded?.PublicKeys;

    /// <summary>The public half; null when there is no key yet, so that no token can be ours.</summary>
    public SigningKeys? FindPublicKeysOrNull() => _loaded is null && !File.Exists(_path) ? null : Load().PublicKeys;

    public SigningCredentials Credentials => Load().Credentials;

    /// <summary>By which the header of a token names the certificate too (<c>x5t</c>).</summary>
    public SigningCredentials CredentialsWithCertificate => Load().CredentialsWithCertificate;

    public RsaSecurityKey PublicKey => Load().PublicKey;

    /// <summary>A certificate of the key in DER, the same each time: nothing in it is drawn, and this padding needs no salt.</summary>
    public byte[] Certificate => Load().Certificate.RawData;

    /// <summary><c>x5t</c>: the SHA-1 thumbprint of <see cref="Certificate"/>, in base64url.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 7515 4.1.7 says SHA-1; it names the certificate and proves nothing.")]
    public string Thumbprint => Base64UrlEncoder.Encode(SHA1.HashData(Certificate));

    /// <summary>A secret of 32 bytes that follows from the private key, another one for each purpose.</summary>
    public byte[] DeriveSecret(string purpose)
    {
        byte[] key = Load().Rsa.ExportPkcs8PrivateKey();
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Reads the key if there is one, so that a damaged file stops the start and not, much later, a request.</summary>
    /// <exception cref="InvalidDataException">The file is no key; the message names it and says what to do.</exception>
    public void LoadIfMade()
    {
        if (Path.Exists(_path))
        {
            Load();
        }
    }

    public void Dispose()
    {
        _loaded?.Rsa.Dispose();
        _loaded?.Certificate.Dispose();
    }

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
            using RSA made = RSA.Create(KeyBits);
            return made.ExportPkcs8PrivateKeyPem() + "\n";
        });

        RSA rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            ShouldSign(rsa);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            rsa.Dispose();

            // The inner exception says nothing about the key's content; the text itself goes nowhere.
            throw new InvalidDataException(
                $"The key file {_path} holds no RSA private key of {KeyBits} bits or more: it is damaged. "
                + "Restore it from a backup, or delete it to have a new key made; tokens of the old one are refused from then on.",
                exception);
        }

        var publicKey = new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false));
        publicKey.KeyId = Base64UrlEncoder.Encode(publicKey.ComputeJwkThumbprint());
        var signingKey = new RsaSecurityKey(rsa)
        {
            KeyId = publicKey.KeyId,
            // The library's cache of signers is one for the process and by key id: another server with this key would sign with ours after its end.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
        X509Certificate2 certificate = MakeCertificate(rsa);
        var certificateKey = new X509SecurityKey(certificate, publicKey.KeyId) { CryptoProviderFactory = signingKey.CryptoProviderFactory };
        return new Loaded(
            rsa,
            publicKey,
            new SigningKeys([publicKey]),
            new SigningCredentials(signingKey, SecurityAlgorithms.RsaSha256),
            new SigningCredentials(certificateKey, SecurityAlgorithms.RsaSha256),
            certificate);
    }

    private static X509Certificate2 MakeCertificate(RSA rsa)
    {
        var name = new X500DistinguishedName("CN=Tributary development issuer");
        var request = new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        byte[] serial = SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())[..16];
        serial[0] &= 0x7F;
        using X509Certificate2 certificate = request.Create(
            name, X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(179), serial);
        return certificate.CopyWithPrivateKey(rsa);
    }

    /// <summary>A public key is read without complaint too, and so are some private ones with damaged numbers.</summary>
    private static void ShouldSign(RSA rsa)
    {
        ReadOnlySpan<byte> sample = "tributary"u8;
        if (rsa.KeySize < KeyBits
            || !rsa.VerifyData(sample, rsa.SignData(sample, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw new CryptographicException("The key cannot sign.");
        }
    }

    private sealed record Loaded(RSA Rsa, RsaSecurityKey PublicKey, SigningKeys PublicKeys, SigningCredentials Credentials, SigningCredentials CredentialsWithCertificate,
        X509Certificate2 Certificate);
}

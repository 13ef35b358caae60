using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// The JWT that an application signs with its certificate to prove itself (<c>private_key_jwt</c>): https://learn.microsoft.com/entra/identity-platform/certificate-credentials. An
/// application without credentials in the seed file proves as much as with any secret: its claims are checked, its signature where it sends the certificate along.
/// </summary>
internal sealed class ClientAssertions(IssuerNames names, TimeProvider time)
{
    /// <summary>Those that are valid still, so that none is taken twice. One more is refused: to forget one would be to take it again.</summary>
    public const int MostRemembered = 10_000;

    /// <summary>As for access tokens.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 32 * 1024 };

    private readonly Dictionary<string, DateTime> _seen = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public async Task<EntraError?> CheckAsync(HttpContext context, string assertion, SeedTenantApp app, IssuerTenant tenant, string tenantId)
    {
        if (!AccessTokens.TryRead(assertion, out JsonWebToken? jwt))
        {
            return EntraError.MalformedAssertion("It has three parts of base64url with JSON in the first two.");
        }

        if (jwt.Alg is not (SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSsaPssSha256))
        {
            return EntraError.MalformedAssertion("Its alg has to be PS256 or RS256.");
        }

        if (CheckClaims(context, jwt, app, tenant, tenantId) is { } wrong)
        {
            return wrong;
        }

        (X509Certificate2? certificate, EntraError? noKey) = FindCertificate(jwt, app);
        using (certificate)
        {
            if (noKey is not null)
            {
                return noKey;
            }

            if (certificate is not null && await CheckSignatureAsync(jwt, certificate) is { } wrongSignature)
            {
                return wrongSignature;
            }
        }

        return Remember(app.AppId, jwt, assertion);
    }

    private EntraError? CheckClaims(HttpContext context, JsonWebToken jwt, SeedTenantApp app, IssuerTenant tenant, string tenantId)
    {
        if (!app.AppId.Equals(jwt.Issuer, StringComparison.OrdinalIgnoreCase) || !app.AppId.Equals(jwt.Subject, StringComparison.OrdinalIgnoreCase))
        {
            return EntraError.AssertionClient;
        }

        if (!jwt.Audiences.Any(audience => IsTokenEndpoint(audience, context, tenant, tenantId)))
        {
            return EntraError.AssertionAudience(string.Join(' ', jwt.Audiences));
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        bool isInTime = jwt.TryGetPayloadValue("exp", out long _) && now - jwt.ValidTo < Skew && jwt.ValidFrom - now <= Skew;
        return isInTime ? null : EntraError.AssertionTime;
    }

    /// <summary>Both versions' token endpoint and issuer, by any name of this server and of the clouds: libraries take the one of their authority.</summary>
    private bool IsTokenEndpoint(string audience, HttpContext context, IssuerTenant tenant, string tenantId)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out Uri? uri) || uri.Query.Length > 0 || uri.AbsolutePath.Split('/') is not [_, var segment, .. var rest])
        {
            return false;
        }

        bool isOurs = LocalNames.IsLocalHost(uri.Authority)
            || $"{uri.Scheme}://{uri.Authority}" == names.Of(context.Request).Origin
            || NationalCloud.All.Any(cloud => cloud.LoginHosts.Contains(uri.Authority) || cloud.StsHost == uri.Authority);
        bool isEndpoint = string.Join('/', rest) is "oauth2/v2.0/token" or "oauth2/token" or "v2.0" or "";
        (IssuerTenant? named, _) = IssuerTenant.Read(segment, context.RequestServices.GetRequiredService<SeedDirectory>());
        return isOurs && isEndpoint && named is not null && (named.TenantId == tenantId || named == tenant);
    }

    /// <summary>Neither for an application without credentials that sends no certificate along.</summary>
    private (X509Certificate2? Certificate, EntraError? Error) FindCertificate(JsonWebToken jwt, SeedTenantApp app)
    {
        X509Certificate2? sent = SentCertificateOrNull(jwt);
        if (!app.HasCredentials && !names.AllowsRemote)
        {
            return (sent, null);
        }

        foreach (string known in app.Certificates)
        {
            if (sent is not null && SeedCertificate.IsThumbprintOf(known, sent))
            {
                return (sent, null);
            }

            X509Certificate2? whole = SeedCertificate.ReadOrNull(known);
            if (whole is not null && IsNamedBy(jwt, whole))
            {
                sent?.Dispose();
                return (whole, null);
            }

            whole?.Dispose();
        }

        sent?.Dispose();
        return (null, EntraError.AssertionKey("The key was not found. It has to be among the certificates of the application, named by x5t#S256, x5t or kid; or by x5c if only its thumbprint is."));
    }

    /// <summary>MSAL has put the thumbprint into <c>kid</c> as well, in hexadecimal; that of Python pads its base64url.</summary>
    private static bool IsNamedBy(JsonWebToken jwt, X509Certificate2 certificate)
    {
        string sha1 = certificate.GetCertHashString(HashAlgorithmName.SHA1);
        string sha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        return (jwt.TryGetHeaderValue("x5t#S256", out string? name) && name?.TrimEnd('=') == Base64UrlEncoder.Encode(Convert.FromHexString(sha256)))
            || (jwt.TryGetHeaderValue("x5t", out name) && name?.TrimEnd('=') == Base64UrlEncoder.Encode(Convert.FromHexString(sha1)))
            || (!string.IsNullOrEmpty(jwt.Kid) && (jwt.Kid.Equals(sha1, StringComparison.OrdinalIgnoreCase) || jwt.Kid.Equals(sha256, StringComparison.OrdinalIgnoreCase)));
    }

    private static X509Certificate2? SentCertificateOrNull(JsonWebToken jwt)
    {
        try
        {
            // A chain with the certificate first, or that one alone.
            using JsonDocument header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedHeader));
            string? first = !header.RootElement.TryGetProperty("x5c", out JsonElement chain) ? null
                : chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0 ? chain[0].GetString()
                : chain.GetString();
            return first is null ? null : X509CertificateLoader.LoadCertificate(Convert.FromBase64String(first));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<EntraError?> CheckSignatureAsync(JsonWebToken jwt, X509Certificate2 certificate)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
        {
            return EntraError.AssertionKey("The key used is expired.");
        }

        using RSA? key = certificate.GetRSAPublicKey();
        if (key is null)
        {
            return EntraError.AssertionKey("The certificate has no RSA key.");
        }

        TokenValidationResult result = await Handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            // Checked before, by this server's clock and names.
            ValidateAudience = false,
            ValidateIssuer = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
            IssuerSigningKeyResolver = (_, _, _, _) => [new RsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }],
        });
        return result.IsValid ? null : EntraError.AssertionKey("The key was found, but the signature is not by it.");
    }

    private EntraError? Remember(string appId, JsonWebToken jwt, string assertion)
    {
        string id = string.IsNullOrEmpty(jwt.Id) ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(assertion))) : jwt.Id;
        string key = $"{appId} {(id.Length <= 100 ? id : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id))))}";
        DateTime now = time.GetUtcNow().UtcDateTime;
        lock (_lock)
        {
            if (_seen.TryGetValue(key, out DateTime end) && now - end < Skew)
            {
                return EntraError.AssertionKey("The assertion was used before (jti).");
            }

            if (_seen.Count >= MostRemembered)
            {
                foreach (string old in _seen.Where(entry => now - entry.Value >= Skew).Select(entry => entry.Key).ToArray())
                {
                    _seen.Remove(old);
                }

                if (_seen.Count >= MostRemembered)
                {
                    return EntraError.Busy;
                }
            }

            _seen[key] = jwt.ValidTo;
            return null;
        }
    }
}

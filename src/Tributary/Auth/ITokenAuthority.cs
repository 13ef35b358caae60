using Microsoft.IdentityModel.Tokens;

namespace Tributary.Auth;

/// <summary>Whose tokens are accepted: a real OpenID Connect issuer or the development issuer.</summary>
internal interface ITokenAuthority
{
    /// <summary>
    /// The keys known now, without waiting; null before the first reading. The same object as long as the keys are the same: a token validated under
    /// another object is not valid any more.
    /// </summary>
    SigningKeys? Current { get; }

    /// <summary>The keys, read if necessary; null when the authority cannot be reached.</summary>
    /// <param name="missingKeyId">A key id that is not among <see cref="Current"/>: a reason to read again, within limits.</param>
    /// <param name="cancellation">The request's.</param>
    ValueTask<SigningKeys?> GetKeysAsync(string? missingKeyId, CancellationToken cancellation);

    /// <summary>Whether <paramref name="issuer"/> is the <c>iss</c> of this authority for that tenant.</summary>
    bool IsIssuer(string issuer, string tenantId);

    /// <summary><c>authorization_uri</c> of the challenge: where a client goes for a token.</summary>
    string AuthorizationUri(HttpRequest request);
}

/// <summary>A snapshot of an authority's public keys; compared by reference.</summary>
/// <param name="keys">All of them.</param>
/// <param name="issuers">By key id, for keys that sign for one issuer only, as Entra publishes them; <c>{tenantid}</c> stands for any tenant.</param>
internal sealed class SigningKeys(IReadOnlyList<SecurityKey> keys, IReadOnlyDictionary<string, string>? issuers = null)
{
    public IReadOnlyList<SecurityKey> Keys => keys;

    /// <summary>The issuer that the key signs for, in a tenant; null when it signs for all.</summary>
    public string? IssuerOfOrNull(string keyId, string tenantId) =>
        issuers?.GetValueOrDefault(keyId)?.Replace("{tenantid}", tenantId, StringComparison.OrdinalIgnoreCase);

    public bool Has(string keyId)
    {
        foreach (SecurityKey key in keys)
        {
            if (key.KeyId == keyId)
            {
                return true;
            }
        }

        return false;
    }
}

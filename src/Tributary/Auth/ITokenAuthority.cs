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
internal sealed class SigningKeys(IReadOnlyList<SecurityKey> keys)
{
    public IReadOnlyList<SecurityKey> Keys => keys;

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

namespace Tributary.Auth.DevIssuer;

/// <summary>Accepts what this process issued, whatever name and port it was asked by.</summary>
internal sealed class DevIssuerAuthority(DevIssuerKey key, IssuerNames names) : ITokenAuthority
{
    /// <summary>Before the first token was asked for there is no key, and no token of ours.</summary>
    private static readonly SigningKeys NoKeys = new([]);

    public SigningKeys? Current => key.LoadedPublicKeys;

    public ValueTask<SigningKeys?> GetKeysAsync(string? missingKeyId, CancellationToken cancellation) =>
        ValueTask.FromResult<SigningKeys?>(key.FindPublicKeysOrNull() ?? NoKeys);

    public bool IsIssuer(string issuer, string tenantId) => names.IsIssuer(issuer, tenantId);

    /// <summary>The form observed for Entra, on this host. Kestrel has checked the Host header: nothing in it can break out of the quotes.</summary>
    public string AuthorizationUri(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}/common/oauth2/authorize";
}

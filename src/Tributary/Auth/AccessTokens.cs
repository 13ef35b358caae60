using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Graph;
using Tributary.Telemetry;

namespace Tributary.Auth;

/// <summary>
/// The bearer token of a request: found, validated, remembered. Microsoft.IdentityModel is used directly, not ASP.NET Core's authentication handler
/// around it: that one validates every request anew, builds a principal nobody reads, and knows neither Graph's messages nor an injected clock.
/// </summary>
internal sealed class AccessTokens(
    ITokenAuthority authority, AuthOptions options, CallerFactory callers, TimeProvider time, AccessTokenCache cache, CacheMetrics metrics)
{
    /// <summary>Entra's own tokens stay far below; a longer one is not worth decoding.</summary>
    public const int LongestToken = 16 * 1024;

    private const string Scheme = "Bearer ";
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = LongestToken };

    private readonly AcceptedTenants _tenants = options.AcceptedTenants;

    /// <summary>Okta's access tokens say nothing of their type, so of another provider than Entra that is taken too (RFC 7519: <c>typ</c> is optional).</summary>
    private readonly bool _needsType = options.Ids is null;

    private Rules? _rules;

    /// <summary>The caller, or the error to answer; never both, never neither.</summary>
    public ValueTask<(Caller? Caller, GraphError? Error)> AuthenticateAsync(HttpContext context)
    {
        if (!TryGetToken(context.Request, out ReadOnlySpan<char> token, out GraphError? error))
        {
            return new((null, error));
        }

        Caller? known = authority.Current is { } keys ? cache.FindOrNull(token, keys, time.GetUtcNow()) : null;
        metrics.Looked("token", known is not null);
        return known is not null ? new((known, null)) : new(ValidateAsync(token.ToString(), context.RequestAborted));
    }

    /// <summary>The text after <c>Bearer</c>, or the 401 of a request that has none.</summary>
    public static bool TryGetToken(HttpRequest request, out ReadOnlySpan<char> token, [NotNullWhen(false)] out GraphError? error)
    {
        token = default;
        error = null;
        StringValues header = request.Headers.Authorization;
        if (header.Count > 1)
        {
            error = TokenErrors.InvalidBecause("There is more than one Authorization header.");
            return false;
        }

        // Another scheme carries no access token, as far as Graph is concerned.
        ReadOnlySpan<char> value = header.ToString();
        if (value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            token = value[Scheme.Length..].Trim(' ');
        }

        if (token.IsEmpty)
        {
            error = TokenErrors.Empty;
        }
        else if (token.Length > LongestToken)
        {
            error = TokenErrors.InvalidBecause($"The token is longer than {LongestToken} characters.");
        }

        return error is null;
    }

    private async Task<(Caller? Caller, GraphError? Error)> ValidateAsync(string token, CancellationToken cancellation)
    {
        if (!token.Contains('.'))
        {
            return (null, TokenErrors.Malformed);
        }

        if (!TryRead(token, out JsonWebToken? jwt))
        {
            return (null, TokenErrors.InvalidBecause("The token is not a signed JWT of three base64url parts."));
        }
        // RFC 7515 4.1.11: a critical extension that is not understood makes the token invalid. None is understood.
        if (jwt.TryGetHeaderValue("crit", out object _))
        {
            return (null, TokenErrors.InvalidBecause("The token's header has critical extensions (crit)."));
        }

        // Before any key is looked for; the library would name the signature only.
        if (!options.AcceptedAlgorithms.Contains(jwt.Alg, StringComparer.Ordinal))
        {
            return (null, TokenErrors.InvalidBecause($"The token's algorithm (alg) is not {string.Join(" or ", options.AcceptedAlgorithms)}."));
        }

        SigningKeys? keys = await authority.GetKeysAsync(missingKeyId: null, cancellation);
        if (keys is not null && !string.IsNullOrEmpty(jwt.Kid) && !keys.Has(jwt.Kid))
        {
            keys = await authority.GetKeysAsync(jwt.Kid, cancellation);
        }

        if (keys is null)
        {
            return (null, GraphErrors.Unavailable("The signing keys of the token authority could not be read.", OidcAuthority.RetryAfterSeconds));
        }

        // The library would also look for it by x5t, or try all; but for whom a key signs is known by its kid.
        if (string.IsNullOrEmpty(jwt.Kid) || !keys.Has(jwt.Kid))
        {
            return (null, UnknownKey);
        }

        TokenValidationResult result = await Handler.ValidateTokenAsync(jwt, ParametersFor(keys));
        if (!result.IsValid)
        {
            return (null, ErrorFor(result.Exception, jwt));
        }

        (Caller? caller, string? problem) = callers.Create(jwt);
        if (caller is null)
        {
            return (null, TokenErrors.InvalidBecause(problem!));
        }

        // A personal account hears that it is one.
        if (!_tenants.Has(caller.TenantId) && !caller.IsPersonalAccount)
        {
            return (null, TokenErrors.InvalidBecause("The token's tenant (tid) is not one of Auth:Tenants."));
        }

        cache.Add(token, new AccessTokenCache.Entry(caller, keys, Utc(jwt.ValidFrom), Utc(jwt.ValidTo)));
        return (caller, null);
    }

    private static GraphError UnknownKey => TokenErrors.InvalidBecause("The token names a key that the authority does not publish (kid).");

    /// <summary>A signed JWT as it is written; nothing in it is believed yet.</summary>
    public static bool TryRead(string token, [NotNullWhen(true)] out JsonWebToken? jwt)
    {
        jwt = null;
        // Five parts would be an encrypted token, for which there is no key.
        if (token.AsSpan().Count('.') != 2)
        {
            return false;
        }

        try
        {
            jwt = new JsonWebToken(token);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or FormatException or JsonException)
        {
            return false;
        }
    }

    private static GraphError ErrorFor(Exception? exception, JsonWebToken token) => exception switch
    {
        SecurityTokenExpiredException => TokenErrors.Expired,
        SecurityTokenNotYetValidException => TokenErrors.InvalidBecause("The token is not valid yet (nbf)."),
        SecurityTokenNoExpirationException => TokenErrors.InvalidBecause("The token has no expiry (exp)."),
        SecurityTokenInvalidLifetimeException => TokenErrors.InvalidBecause("The token's lifetime makes no sense (nbf, exp)."),
        SecurityTokenInvalidAudienceException => TokenErrors.WrongAudience,
        SecurityTokenInvalidIssuerException => TokenErrors.InvalidBecause("The token's issuer (iss) is not the accepted one for its tenant (tid)."),
        SecurityTokenSignatureKeyNotFoundException => UnknownKey,
        SecurityTokenInvalidTypeException => TokenErrors.InvalidBecause("The token is not an access token (typ)."),

        // Entra changes the nonce in the header of tokens for Microsoft Graph after signing; only Graph knows how
        // (https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet/issues/609).
        SecurityTokenInvalidSignatureException when token.TryGetHeaderValue("nonce", out object _) => TokenErrors.InvalidBecause(
            "The token was issued for Microsoft Graph itself (its header has a nonce), which nobody else can validate. Ask for a token of this server's own API."),
        _ => TokenErrors.InvalidBecause("The token's signature or form is wrong."),
    };

    /// <summary>One set of parameters per snapshot of keys.</summary>
    private TokenValidationParameters ParametersFor(SigningKeys keys)
    {
        Rules? rules = _rules;
        if (rules is null || !ReferenceEquals(rules.Keys, keys))
        {
            _rules = rules = new Rules(keys, CreateParameters(keys));
        }

        return rules.Parameters;
    }

    private TokenValidationParameters CreateParameters(SigningKeys keys) => new()
    {
        IssuerSigningKeys = keys.Keys,
        // The key that the token names, or none: trying all would only help a token that names another.
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ValidAlgorithms = options.AcceptedAlgorithms,
        TypeValidator = ValidateType,
        ValidAudiences = options.AcceptedAudiences,
        IssuerValidator = (issuer, token, _) => ValidateIssuer(issuer, token, keys),
        LifetimeValidator = ValidateLifetime,
    };

    private string ValidateIssuer(string issuer, SecurityToken token, SigningKeys keys) =>
        token is JsonWebToken jwt
        && callers.TenantOf(jwt) is { } tenantId
        && authority.IsIssuer(issuer, tenantId)
        && (keys.IssuerOfOrNull(jwt.Kid, tenantId) is not { } ofKey || authority.IsIssuer(ofKey, tenantId))
            ? issuer
            : throw new SecurityTokenInvalidIssuerException();

    /// <summary>RFC 9068 section 4: a token that says to be of another kind, such as of a log-out, is no access token.</summary>
    private string ValidateType(string type, SecurityToken token, TokenValidationParameters parameters) =>
        string.IsNullOrEmpty(type)
            ? _needsType ? throw new SecurityTokenInvalidTypeException() : "JWT"
            : Types.Contains(type, StringComparer.OrdinalIgnoreCase) ? type : throw new SecurityTokenInvalidTypeException();

    /// <summary>The library's own check reads the machine's clock.</summary>
    private bool ValidateLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        if (expires is not { } end)
        {
            throw new SecurityTokenNoExpirationException();
        }

        if (notBefore > end)
        {
            throw new SecurityTokenInvalidLifetimeException();
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        if (notBefore is { } start && start - now > options.ClockSkew)
        {
            throw new SecurityTokenNotYetValidException();
        }

        if (now - end >= options.ClockSkew)
        {
            throw new SecurityTokenExpiredException();
        }

        return true;
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private sealed record Rules(SigningKeys Keys, TokenValidationParameters Parameters);
}

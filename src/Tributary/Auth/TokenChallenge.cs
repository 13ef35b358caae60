using System.Text;

namespace Tributary.Auth;

/// <summary><c>WWW-Authenticate</c> of a 401, in the observed form (protocol 9.3): order and quotes as clients split them.</summary>
internal static class TokenChallenge
{
    /// <param name="claims">What a new token has to claim, see <see cref="ClaimsFrom"/>; null where a new one would not help.</param>
    public static string HeaderFor(HttpContext context, string? claims = null)
    {
        string authorizationUri = context.RequestServices?.GetService<ITokenAuthority>()?.AuthorizationUri(context.Request) ?? "";
        string header = $"Bearer realm=\"\", authorization_uri=\"{authorizationUri}\", client_id=\"{AuthOptions.GraphAppId}\"";
        return claims is null ? header : $"{header}, error=\"insufficient_claims\", claims=\"{claims}\"";
    }

    /// <summary>
    /// The claims challenge that asks for a token from now on, which an authority gives to nobody who is locked out
    /// (https://learn.microsoft.com/entra/identity-platform/claims-challenge).
    /// </summary>
    public static string ClaimsFrom(DateTimeOffset now) => Convert.ToBase64String(
        Encoding.UTF8.GetBytes($$$$"""{"access_token":{"nbf":{"essential":true,"value":"{{{{now.ToUnixTimeSeconds()}}}}"}}}"""));
}

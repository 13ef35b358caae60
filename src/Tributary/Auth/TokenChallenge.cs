namespace Tributary.Auth;

/// <summary><c>WWW-Authenticate</c> of a 401, in the observed form (protocol 9.3): order and quotes as clients split them.</summary>
internal static class TokenChallenge
{
    public static string HeaderFor(HttpContext context)
    {
        string authorizationUri = context.RequestServices?.GetService<ITokenAuthority>()?.AuthorizationUri(context.Request) ?? "";
        return $"Bearer realm=\"\", authorization_uri=\"{authorizationUri}\", client_id=\"{AuthOptions.GraphAppId}\"";
    }
}

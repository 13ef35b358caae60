using System.Text.Json;

namespace Tributary.Auth;

/// <summary>
/// What a payload says of the kind of its token, where the header says <c>JWT</c> for every kind: an ID token or a refresh token may be signed with the same key
/// for an audience that fits.
/// </summary>
internal static class TokenKind
{
    /// <summary>A claim that tells kinds apart, and its values in access tokens; none: no access token has it.</summary>
    private static readonly (string Claim, string[] OfAccessTokens)[] Claims =
    [
        // Keycloak: ID, Refresh, Offline, Logout and others; DPoP is bound to a key, whose proof is not asked for here.
        ("typ", ["Bearer", "JWT", "at+jwt", "application/at+jwt"]),

        // Amazon Cognito: id, access.
        ("token_use", ["access"]),

        // ForgeRock, Ping: id_token, refresh_token.
        ("tokenName", ["access_token"]),

        // OpenID Connect Core 3.1.3.6 and 3.3.2.11: of ID tokens.
        ("at_hash", []),
        ("c_hash", []),

        // RFC 8417: of security events, such as log-outs.
        ("events", []),
    ];

    /// <summary>Why it is no access token; null when nothing says so.</summary>
    public static string? ProblemOrNull(JsonElement payload)
    {
        foreach ((string claim, string[] ofAccessTokens) in Claims)
        {
            // A value that is no text is none of those that are known.
            if (payload.TryGetProperty(claim, out JsonElement value)
                && !(value.ValueKind == JsonValueKind.String && ofAccessTokens.Contains(value.GetString(), StringComparer.OrdinalIgnoreCase)))
            {
                return $"The token is not an access token ({claim}).";
            }
        }

        return null;
    }
}

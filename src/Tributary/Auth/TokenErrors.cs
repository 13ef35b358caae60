using Tributary.Graph;

namespace Tributary.Auth;

/// <summary>The 401s, with the messages of protocol 9.3 to the letter. The reason inside never quotes the token.</summary>
internal static class TokenErrors
{
    private const string Failure = "Access token validation failure.";

    public static readonly GraphError Empty = GraphErrors.InvalidToken("Access token is empty.");

    public static readonly GraphError Malformed = GraphErrors.InvalidToken(
        "IDX14100: JWT is not well formed, there are no dots (.).\n" +
        "The token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EndcodedPayload.EncodedSignature'. " +
        "(JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.");

    public static readonly GraphError Expired = GraphErrors.InvalidToken("Lifetime validation failed, the token is expired.");

    public static readonly GraphError WrongAudience = GraphErrors.InvalidToken(Failure + " Invalid audience.");

    public static readonly GraphError Invalid = GraphErrors.InvalidToken(Failure);

    public static GraphError InvalidBecause(string reason) => Invalid with { Reason = reason };
}

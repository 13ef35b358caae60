using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>PKCE (RFC 7636). Without a method it is <c>plain</c>, as with Entra.</summary>
internal sealed record CodeChallenge(string Value, bool IsHashed)
{
    private const int Shortest = 43;
    private const int Longest = 128;

    /// <summary>No challenge and no error when the client uses none.</summary>
    public static (CodeChallenge? Challenge, EntraError? Error) Read(string? challenge, string? method)
    {
        if (challenge is null)
        {
            return (null, method is null ? null : EntraError.MissingChallenge);
        }

        if (method is not (null or "plain" or "S256"))
        {
            return (null, EntraError.ChallengeMethod);
        }

        bool isWellFormed = challenge.Length is >= Shortest and <= Longest && challenge.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~');
        return isWellFormed ? (new CodeChallenge(challenge, method == "S256"), null) : (null, EntraError.ChallengeSize);
    }

    /// <summary>A verifier for which there was no challenge is refused too: somebody may have taken the challenge away on its way.</summary>
    public static EntraError? Check(CodeChallenge? challenge, string? verifier)
    {
        if (challenge is null || verifier is null)
        {
            return challenge is null == verifier is null ? null : EntraError.NoVerifier;
        }

        string made = challenge.IsHashed ? Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier))) : verifier;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(made), Encoding.UTF8.GetBytes(challenge.Value)) ? null : EntraError.WrongVerifier;
    }
}

using System.Text.Json;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public class TokenKindTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "typ": "Bearer" }""")]
    [InlineData("""{ "typ": "bearer" }""")]
    [InlineData("""{ "typ": "at+jwt" }""")]
    [InlineData("""{ "typ": "JWT", "nonce": "x", "auth_time": 1 }""")]
    [InlineData("""{ "token_use": "access" }""")]
    [InlineData("""{ "tokenName": "access_token" }""")]
    public void An_access_token_says_so_or_nothing(string payload) => Assert.Null(ProblemOf(payload));

    [Theory]
    [InlineData("""{ "typ": "ID" }""", "typ")]
    [InlineData("""{ "typ": "Bearer ID" }""", "typ")]
    [InlineData("""{ "typ": ["Bearer"] }""", "typ")]
    [InlineData("""{ "typ": null }""", "typ")]
    [InlineData("""{ "typ": "Bearer", "at_hash": "x" }""", "at_hash")]
    [InlineData("""{ "c_hash": null }""", "c_hash")]
    [InlineData("""{ "events": {} }""", "events")]
    [InlineData("""{ "token_use": "id" }""", "token_use")]
    [InlineData("""{ "tokenName": "id_token" }""", "tokenName")]
    public void Any_other_is_told_by_the_claim_that_gives_it_away(string payload, string claim) =>
        Assert.Equal($"The token is not an access token ({claim}).", ProblemOf(payload));

    private static string? ProblemOf(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        return TokenKind.ProblemOrNull(document.RootElement);
    }
}

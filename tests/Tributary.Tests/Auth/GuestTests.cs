using Tributary.Auth;
using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Auth;

/// <summary>Who is a guest, which search serves only when it is told to: the directory decides, else <c>acct</c>, else where the user comes from.</summary>
public sealed class GuestTests
{
    private const string Unknown = "99999999-8888-4777-8666-555555555555";
    private const string Body = """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/x"], "query": { "queryString": "x" } } ] }""";

    [Theory]
    [InlineData(true, 0, null, true)]
    [InlineData(true, null, null, true)]
    [InlineData(false, 1, null, false)]
    [InlineData(false, null, "https://sts.windows.net/12345678-1234-4234-8234-123456789abc/", false)]
    [InlineData(false, null, null, false)]
    public async Task The_directory_decides_about_a_user_whom_it_knows(bool isGuestThere, int? acct, string? idp, bool isGuest)
    {
        string seed = $$"""{ "users": [ { "userPrincipalName": "ada@contoso.test", "oid": "{{TokenBuilder.User}}", "guest": {{(isGuestThere ? "true" : "false")}} } ] }""";

        Assert.Equal(isGuest, await IsGuestAsync(seed, TokenBuilder.User, acct, idp));
    }

    [Theory]
    [InlineData(1, null, true)]
    [InlineData(0, null, false)]
    [InlineData(0, "https://sts.windows.net/12345678-1234-4234-8234-123456789abc/", false)]
    [InlineData(null, "https://sts.windows.net/12345678-1234-4234-8234-123456789abc/", true)]
    [InlineData(null, "https://sts.windows.net/7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f/", false)]
    public async Task The_token_decides_about_a_user_whom_no_directory_knows(int? acct, string? idp, bool isGuest)
    {
        Assert.Equal(isGuest, await IsGuestAsync("{}", Unknown, acct, idp));
        Assert.Equal(isGuest, await IsGuestAsync(null, Unknown, acct, idp));
    }

    [Fact]
    public async Task Of_whom_neither_tells_anything_may_be_a_guest_where_a_directory_would_know_its_members_and_is_a_member_elsewhere()
    {
        Answer refused = (await AskAsync("{}", Unknown, null, null)).ShouldBe(403, "Forbidden");

        Assert.Equal(SearchErrors.MayBeGuest.Message, refused.ErrorMessage);
        Assert.False(await IsGuestAsync(null, Unknown, null, null));
    }

    /// <param name="seed">The directory; null for none.</param>
    private static async Task<bool> IsGuestAsync(string? seed, string user, int? acct, string? idp)
    {
        Answer answer = await AskAsync(seed, user, acct, idp);
        Assert.True(answer.Status is 200 or 403, answer.ToString());
        return answer.Status == 403;
    }

    private static async Task<Answer> AskAsync(string? seed, string user, int? acct, string? idp)
    {
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        string[] settings = [.. entra.EntraSettings(NationalCloud.Global).Select(setting => $"{setting.Key}={setting.Value}")];
        await using TestServer server = seed is null ? await TestServer.StartAsync(settings) : await TestServer.StartWithSeedAsync(seed, settings);
        TokenBuilder token = TokenBuilder.OfEntra(NationalCloud.Global, DateTimeOffset.UtcNow).Delegated("ExternalItem.Read.All", administrator: false).Claim("oid", user);
        if (acct is not null)
        {
            token.Claim("acct", acct);
        }

        if (idp is not null)
        {
            token.Claim("idp", idp);
        }

        return await server.PostAsync("/v1.0/search/query", Body, token.Signed());
    }
}

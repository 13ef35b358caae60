using System.Net;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;
using static Tributary.Tests.Auth.DevIssuer.SignInSeed;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class LogoutEndpointTests
{
    [Fact]
    public async Task Signing_out_ends_the_session_and_goes_only_where_the_application_is_at_home()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        await browser.SignInAsync(Browser.Authorize(), "ada@contoso.test");
        string logout = $"/{Tenant}/oauth2/v2.0/logout";

        HttpResponseMessage foreign = await browser.GetAsync($"{logout}?post_logout_redirect_uri=https://evil.example/&client_id={App}");
        Assert.StartsWith("AADSTS50011: ", await ErrorOnPageAsync(foreign), StringComparison.Ordinal);
        Assert.Equal("login_required", Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("prompt", "none"))))["error"]);

        Assert.Equal(Registered + "?state=s", (await browser.GetAsync($"{logout}?post_logout_redirect_uri={Registered}&client_id={App}&state=s")).Headers.Location!.OriginalString);
        Assert.Null((await browser.GetAsync($"{logout}?post_logout_redirect_uri={Registered}")).Headers.Location);
        Assert.Null((await browser.GetAsync($"{logout}?post_logout_redirect_uri={Registered}&client_id={OtherApp}")).Headers.Location);
        Assert.Equal("http://localhost:3000/", (await browser.GetAsync($"/common/oauth2/logout?post_logout_redirect_uri=http://localhost:3000/")).Headers.Location!.OriginalString);
        Assert.Equal("You signed out", (await Browser.ReadAsync(await browser.GetAsync(logout))).QuerySelector("h1")!.TextContent);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(logout + "?id_token_hint=nonsense")).StatusCode);
    }

    [Fact]
    public async Task The_hint_tells_the_application_and_one_that_is_no_token_tells_none()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        async Task<string?> Goes(string hint) =>
            (await browser.GetAsync($"/{Tenant}/oauth2/v2.0/logout?post_logout_redirect_uri={Registered}&id_token_hint={hint}")).Headers.Location?.OriginalString;
        static string Part(string json) => Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(json);
        string Hint(string payload) => $"{Part("""{"alg":"RS256"}""")}.{Part(payload)}.AAAA";

        Assert.Equal(Registered, await Goes(Hint($$"""{"aud":"{{App}}"}""")));
        Assert.Equal(Registered, await Goes(Hint($$"""{"aud":["{{App}}","x"]}""")));
        foreach (string hint in (string[])
            [Hint($$"""{"aud":"{{OtherApp}}"}"""), Hint("{}"), Hint("""{"aud":{}}"""), Hint("""{"aud":[7,null]}"""), Hint("[]"), Hint("no json"), "nonsense", "a.b", "a.b.c", "..", "a.b.c.d.e", "%00.%00.%00"])
        {
            Assert.Null(await Goes(hint));
        }
    }
}

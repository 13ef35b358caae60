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
}

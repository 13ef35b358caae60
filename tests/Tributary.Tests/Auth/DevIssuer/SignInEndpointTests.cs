using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.IdentityModel.JsonWebTokens;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;
using static Tributary.Tests.Auth.DevIssuer.SignInSeed;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class SignInEndpointTests
{
    [Fact]
    public async Task A_page_that_posts_the_form_by_itself_gets_nothing()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());

        // Another origin, even with the right token, and a browser that tells no origin.
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PressAsync(page, "user", "admin@tributary.local", origin: "https://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PressAsync(page, "user", "admin@tributary.local", origin: "null")).StatusCode);

        // The own origin without the token of a page, or with a made-up one.
        foreach (Dictionary<string, string> form in (Dictionary<string, string>[])[Form(("user", "admin@tributary.local")), Form(("user", "admin@tributary.local"), ("token", new string('A', 43)))])
        {
            HttpResponseMessage response = await browser.PostAsync("/common/login", form);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.StartsWith("AADSTS50089: ", await ErrorOnPageAsync(response), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await browser.PressAsync(page, "user", "admin@tributary.local")).StatusCode);
    }

    [Fact]
    public async Task A_page_is_good_once_and_for_half_an_hour()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        HttpResponseMessage late = await browser.GetAsync(Browser.Authorize());
        HttpResponseMessage tooLate = await browser.GetAsync(Browser.Authorize());

        Assert.Equal(HttpStatusCode.Redirect, (await browser.PressAsync(page, "user", "reader@tributary.local")).StatusCode);
        Assert.StartsWith("AADSTS50089: ", await ErrorOnPageAsync(await browser.PressAsync(page, "user", "reader@tributary.local")), StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PressAsync(late, "user", "reader@tributary.local")).StatusCode);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("AADSTS50089: ", await ErrorOnPageAsync(await browser.PressAsync(tooLate, "user", "reader@tributary.local")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_signed_in_is_not_asked_again_unless_the_client_or_another_name_says_so()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        using Browser other = new(host);
        await browser.SignInAsync(Browser.Authorize());
        async Task<int> Status(params (string, string?)[] changes) => (int)(await browser.GetAsync(Browser.Authorize(changes: changes))).StatusCode;

        Assert.True(Browser.AnswerOf(await browser.GetAsync(Browser.Authorize())).ContainsKey("code"));
        Assert.True(Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("prompt", "none")))).ContainsKey("code"));
        Assert.True(Browser.AnswerOf(await browser.GetAsync(Browser.Authorize("organizations"))).ContainsKey("code"));
        Assert.True(Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("login_hint", "READER@tributary.local")))).ContainsKey("code"));
        Assert.Equal("200 200 200", string.Join(' ', new[] { await Status(("prompt", "login")), await Status(("prompt", "select_account")), await Status(("prompt", "consent")) }));
        Assert.Equal(200, await Status(("login_hint", "admin@tributary.local")));
        Assert.Equal("interaction_required",
            Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: [("login_hint", "admin@tributary.local"), ("prompt", "none")])))["error"]);
        Assert.Equal(200, (int)(await browser.GetAsync(Browser.Authorize("12345678-1234-4234-8234-123456789abc"))).StatusCode);
        Assert.Equal(200, (int)(await other.GetAsync(Browser.Authorize())).StatusCode);
        host.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(200, await Status());
    }

    [Fact]
    public async Task The_cookie_of_a_session_is_for_no_script()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.PressAsync(await browser.GetAsync(Browser.Authorize()), "user", "reader@tributary.local");

        Assert.Matches("^tributary-sign-in=[A-Za-z0-9_-]{43}; path=/; samesite=lax; httponly$", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task Any_name_can_be_typed_and_hints_fill_it_in()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);

        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize(changes: ("login_hint", "ada@contoso.test")));
        Assert.Equal("ada@contoso.test", ((IHtmlInputElement)(await Browser.ReadAsync(page)).QuerySelector("#username")!).Value);
        Assert.True(Browser.AnswerOf(await browser.PressAsync(page, "go")).ContainsKey("code"));

        IHtmlDocument hinted = await Browser.ReadAsync(await browser.GetAsync(Browser.Authorize(changes: [("domain_hint", "contoso.test"), ("prompt", "login")])));
        Assert.Equal(["ada@contoso.test"], hinted.QuerySelectorAll("button[name=user]").Select(button => button.GetAttribute("value")));
    }

    [Fact]
    public async Task A_name_that_is_wrong_or_disabled_is_told_on_the_page_which_can_be_tried_again()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());

        page = await browser.PressAsync(page, "go", "nobody@contoso.test");
        Assert.StartsWith("AADSTS50034: ", await ErrorOnPageAsync(page), StringComparison.Ordinal);
        page = await browser.PressAsync(page, "go", "gone@contoso.test");
        Assert.StartsWith("AADSTS50057: ", await ErrorOnPageAsync(page), StringComparison.Ordinal);
        page = await browser.PressAsync(page, "go", "");
        Assert.StartsWith("AADSTS900144: ", await ErrorOnPageAsync(page), StringComparison.Ordinal);
        Assert.True(Browser.AnswerOf(await browser.PressAsync(page, "user", "ada@contoso.test")).ContainsKey("code"));
    }

    [Fact]
    public async Task A_user_with_a_password_gives_it_and_common_finds_the_users_tenant()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize("common"));

        page = await browser.PressAsync(page, "go", "grace@fabrikam.test");
        Assert.StartsWith("AADSTS50126: ", await ErrorOnPageAsync(page), StringComparison.Ordinal);
        page = await browser.PressAsync(page, "go", "grace@fabrikam.test", "wrong");
        Assert.StartsWith("AADSTS50126: ", await ErrorOnPageAsync(page), StringComparison.Ordinal);
        string code = Browser.AnswerOf(await browser.PressAsync(page, "go", "grace@fabrikam.test", "grace's own"))["code"];

        JsonWebToken token = (await host.TokensAsync(
            Form(("grant_type", "authorization_code"), ("client_id", App), ("code", code), ("redirect_uri", Browser.Redirect)), "/common/oauth2/v2.0/token")).Token();
        Assert.Equal("12345678-1234-4234-8234-123456789abc", token.Claim("tid"));
        Assert.DoesNotContain("grace's own", string.Join('\n', host.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_cancels_and_who_has_not_consented_sends_the_client_an_error()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);

        Assert.Equal("access_denied", Browser.AnswerOf(await browser.PressAsync(await browser.GetAsync(Browser.Authorize()), "cancel"))["error"]);
        Assert.StartsWith("AADSTS65001: ", Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("client_id", OtherApp))))["error_description"], StringComparison.Ordinal);
        Assert.Equal(200, (int)(await browser.GetAsync(Browser.Authorize(changes: [("client_id", OtherApp), ("scope", "openid")]))).StatusCode);
    }
}

using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>Users whom an identity provider provisions sign in with the development issuer, as those of the seed file do.</summary>
public sealed class IssuerUsersTests
{
    private const string AdaId = "0a000000-0000-4000-8000-00000000000a";
    private const string AdaName = "ada@contoso.test";
    private const string Ada = $$""", "externalId": "{{AdaId}}" """;
    private const string EveryGrantsScope = "openid profile offline_access https://graph.microsoft.com/.default";
    private const string TokenPath = $"/{Tenant}/oauth2/v2.0/token";

    [Fact]
    public async Task A_provisioned_user_signs_in_with_any_password_and_the_token_says_what_the_directory_does()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync(AdaName, Ada + """, "displayName": "Ada Byron", "name": { "givenName": "Ada", "familyName": "Byron" }, "userType": "Member" """);
        string inner = await scim.GroupAsync("inner", AdaId);
        string outer = await scim.GroupAsync("outer", inner);

        JsonWebToken token = (await SignInAsync(scim, AdaName.ToUpperInvariant())).Token();

        Assert.Equal(
            (AdaId, AdaName, AdaName, "Ada Byron", "Ada", "Byron", "0", ""),
            (token.Claim("oid"), token.Claim("upn"), token.Claim("preferred_username"), token.Claim("name"), token.Claim("given_name"), token.Claim("family_name"), token.Claim("acct"), token.Claim("idp")));
        Assert.Equal(new[] { inner, outer }.Order(StringComparer.Ordinal), token.Claim("groups").Split(' ').Order(StringComparer.Ordinal));
        Assert.DoesNotContain(AuthOptions.GlobalAdministrator, token.Claim("wids"), StringComparison.Ordinal);
        Assert.Equal(AdaId, (await scim.Server.GetAsync("/v1.0/me", token.EncodedToken)).ShouldBe(200).Json.GetProperty("id").GetString());
        Assert.Equal("Ada Byron", (await scim.Server.GetAsync("/oidc/userinfo", (await SignInAsync(scim, AdaName, "openid")).Token().EncodedToken)).ShouldBe(200).Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_guest_and_a_user_of_few_words_are_told_as_such()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync("guest", """, "userType": "Guest" """);

        JsonElement answer = await SignInAsync(scim, "guest");

        Assert.Equal(("1", "guest", "guest", "guest"), (answer.Token().Claim("acct"), answer.Token().Claim("upn"), answer.Token().Claim("name"), answer.Token("id_token").Claim("name")));
        Assert.StartsWith("https://sts.windows.net/", answer.Token().Claim("idp"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_signs_in_by_an_object_id_or_in_another_tenant()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync(AdaName, Ada);
        await scim.UserAsync(OtherApp);

        await AssertRefusedAsync(scim, Password(AdaId), 50034);
        await AssertRefusedAsync(scim, Password(OtherApp), 50034);
        await AssertRefusedAsync(scim, Password("nobody@contoso.test"), 50034);
        await AssertRefusedAsync(scim, Password(AdaName), 50034, path: "/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token");
        await SignInAsync(scim, AdaName);
    }

    [Fact]
    public async Task Who_is_disabled_or_deleted_gets_no_token_by_any_grant_and_who_comes_back_does()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync(AdaName, Ada);
        using Browser browser = BrowserOf(scim);
        string refresh = (await SignInAsync(scim, AdaName)).GetProperty("refresh_token").GetString()!;
        string assertion = (await SignInAsync(scim, AdaName, $"api://{App}/access_as_user", OtherApp)).Token().EncodedToken;
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        string code = (await browser.SignInAsync(Browser.Authorize(), AdaName))["code"];
        (string deviceCode, HttpResponseMessage pick) = await BeginDeviceAsync(scim, browser);
        await browser.PressAsync(pick, "user", AdaName);
        Dictionary<string, string>[] grants =
        [
            Password(AdaName),
            Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", refresh)),
            Form(("grant_type", "authorization_code"), ("client_id", App), ("code", code), ("redirect_uri", Browser.Redirect)),
            Form(("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", App), ("device_code", deviceCode)),
            Form(("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("client_id", App), ("client_secret", "any"), ("assertion", assertion),
                ("scope", "https://graph.microsoft.com/.default"), ("requested_token_use", "on_behalf_of")),
        ];

        await SetActiveAsync(scim, AdaId, isActive: false);
        foreach (Dictionary<string, string> grant in grants)
        {
            await AssertRefusedAsync(scim, grant, 50057);
        }

        Assert.StartsWith("AADSTS50057: ", await SignInSeed.ErrorOnPageAsync(await browser.PressAsync(page, "user", AdaName)), StringComparison.Ordinal);
        Assert.Equal("login_required", Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("prompt", "none"))))["error"]);
        Assert.DoesNotContain(AdaName, await ButtonsAsync(await browser.GetAsync(Browser.Authorize())));

        await SetActiveAsync(scim, AdaId, isActive: true);
        foreach (Dictionary<string, string> grant in grants)
        {
            await TokensAsync(scim, grant);
        }

        Assert.True(Browser.AnswerOf(await browser.GetAsync(Browser.Authorize(changes: ("prompt", "none")))).ContainsKey("code"));
        (await scim.DeleteAsync($"{ScimServer.Users}/{AdaId}")).ShouldBe(204);
        await AssertRefusedAsync(scim, grants[0], 50034);
        await AssertRefusedAsync(scim, grants[1], 50034);
    }

    [Theory]
    [InlineData($$"""{ "userPrincipalName": "{{AdaName}}", "oid": "{{AdaId}}" }""")]
    [InlineData($$"""{ "userPrincipalName": "{{AdaName}}" }""")]
    public async Task Who_is_in_the_seed_file_too_gets_no_token_either_while_the_directory_has_him_disabled(string user)
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ {{user}} ] }""");
        await SignInAsync(scim, AdaName);
        await scim.UserAsync(AdaName, Ada + """, "active": false""");
        using Browser browser = BrowserOf(scim);

        await AssertRefusedAsync(scim, Password(AdaName), 50057);
        Assert.DoesNotContain(AdaName, await ButtonsAsync(await browser.GetAsync(Browser.Authorize())));
        await SignInAsync(scim, "reader@tributary.local");
    }

    [Fact]
    public async Task Whom_the_seed_file_has_disabled_stays_so()
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ { "userPrincipalName": "{{AdaName}}", "disabled": true } ] }""");
        await scim.UserAsync(AdaName, Ada);
        using Browser browser = BrowserOf(scim);

        await AssertRefusedAsync(scim, Password(AdaName), 50057);
        Assert.DoesNotContain(AdaName, await ButtonsAsync(await browser.GetAsync(Browser.Authorize())));
    }

    [Fact]
    public async Task The_seed_file_adds_password_and_administrator_to_the_directorys_user_of_that_name_or_id()
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""
            { "users": [ { "userPrincipalName": "{{AdaName}}", "displayName": "Not her", "password": "her own", "administrator": true },
                         { "userPrincipalName": "other@contoso.test", "oid": "{{OtherApp}}", "password": "his own" } ] }
            """);
        await scim.UserAsync(AdaName, Ada + """, "displayName": "Ada Byron" """);
        await scim.UserAsync("bob@contoso.test", $$""", "externalId": "{{OtherApp}}" """);

        JsonWebToken token = (await TokensAsync(scim, Password(AdaName, "her own"))).Token();
        Assert.Equal((AdaId, "Ada Byron"), (token.Claim("oid"), token.Claim("name")));
        Assert.Contains(AuthOptions.GlobalAdministrator, token.Claim("wids"), StringComparison.Ordinal);
        await AssertRefusedAsync(scim, Password(AdaName, "any"), 50126);

        // Whatever name he signs in by, it is the same person with the same password.
        foreach (string name in (string[])["other@contoso.test", "bob@contoso.test"])
        {
            await AssertRefusedAsync(scim, Password(name, "any"), 50126);
            Assert.Equal((OtherApp, "bob@contoso.test"), ((token = (await TokensAsync(scim, Password(name, "his own"))).Token()).Claim("oid"), token.Claim("upn")));
        }

        using Browser browser = BrowserOf(scim);
        Assert.All(await ButtonsAsync(await browser.GetAsync(Browser.Authorize())), name => Assert.EndsWith("@tributary.local", name, StringComparison.Ordinal));
    }

    /// <summary>The Kelvin sign and the capital sharp s are a k and a sharp s to SCIM's comparison, and not to the seed file's.</summary>
    [Theory]
    [InlineData("kim@contoso.test", "\u212Aim@contoso.test")]
    [InlineData("stra\u00DFe@contoso.test", "STRA\u1E9EE@contoso.test")]
    public async Task Another_spelling_gets_round_neither_password_nor_disabled(string inFile, string provisioned)
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ { "userPrincipalName": "{{inFile}}", "password": "the one" } ] }""");
        await scim.UserAsync(provisioned, Ada);
        using Browser browser = BrowserOf(scim);

        foreach (string name in (string[])[inFile, provisioned])
        {
            await AssertRefusedAsync(scim, Password(name), 50126);
            Assert.Equal(AdaId, (await TokensAsync(scim, Password(name, "the one"))).Token().Claim("oid"));
        }

        Assert.DoesNotContain(provisioned, await ButtonsAsync(await browser.GetAsync(Browser.Authorize())));
        await scim.WriteSeedAsync($$"""{ "users": [ { "userPrincipalName": "{{inFile}}", "disabled": true } ] }""");
        foreach (string name in (string[])[inFile, provisioned])
        {
            await AssertRefusedAsync(scim, Password(name), 50057);
        }
    }

    [Fact]
    public async Task A_name_is_the_files_before_it_is_the_directorys()
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ { "userPrincipalName": "{{AdaName}}", "oid": "{{OtherApp}}" } ] }""");
        await scim.UserAsync(AdaName, Ada);
        string group = await scim.GroupAsync("of the other", AdaId);
        using Browser browser = BrowserOf(scim);

        JsonWebToken token = (await SignInAsync(scim, AdaName)).Token();

        Assert.Equal((OtherApp, ""), (token.Claim("oid"), token.Claim("groups")));
        Assert.Single(await ButtonsAsync(await browser.GetAsync(Browser.Authorize())), name => name == AdaName);
        Assert.Equal([AdaId], await scim.MembersAsync(group));
    }

    [Fact]
    public async Task Who_gets_another_object_id_by_being_provisioned_signs_in_anew()
    {
        await using ScimServer scim = await ScimServer.StartAsync($$"""{ "users": [ { "userPrincipalName": "{{AdaName}}" } ] }""");
        string refresh = (await SignInAsync(scim, AdaName)).GetProperty("refresh_token").GetString()!;
        await scim.UserAsync(AdaName, Ada);

        await AssertRefusedAsync(scim, Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", refresh)), 50034);
        Assert.Equal(AdaId, (await SignInAsync(scim, AdaName)).Token().Claim("oid"));
    }

    [Fact]
    public async Task The_page_lists_the_files_users_and_no_more_than_fifty_and_the_rest_type_their_names()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        using Browser browser = BrowserOf(scim);
        for (int i = 0; i < 47; i++)
        {
            await scim.UserAsync($"user{i:d2}@contoso.test");
        }

        IHtmlDocument all = await Browser.ReadAsync(await browser.GetAsync(Browser.Authorize()));
        Assert.Equal(50, Buttons(all).Length);
        Assert.All(Buttons(all)[..3], name => Assert.EndsWith("@tributary.local", name, StringComparison.Ordinal));
        Assert.DoesNotContain("There are more.", all.Body!.TextContent, StringComparison.Ordinal);
        await scim.UserAsync("last@contoso.test");
        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        IHtmlDocument cut = await Browser.ReadAsync(page);
        Assert.Equal(50, Buttons(cut).Length);
        Assert.Contains("There are more.", cut.Body!.TextContent, StringComparison.Ordinal);

        Assert.True(Browser.AnswerOf(await browser.PressAsync(page, "go", "LAST@contoso.test")).ContainsKey("code"));
        Assert.Equal(48, (await ButtonsAsync(await browser.GetAsync(Browser.Authorize(changes: [("domain_hint", "contoso.test"), ("prompt", "login")])))).Length);
    }

    [Fact]
    public async Task The_page_looks_at_no_more_than_two_hundred_of_the_directory()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        for (int i = 0; i < 200; i++)
        {
            await scim.UserAsync($"user{i:d3}@contoso.test", $$""", "externalId": "10000000-0000-4000-8000-000000000{{i:d3}}", "active": false""");
        }

        using Browser browser = BrowserOf(scim);
        Assert.DoesNotContain("There are more.", await (await browser.GetAsync(Browser.Authorize())).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await scim.UserAsync("beyond@contoso.test", """, "externalId": "20000000-0000-4000-8000-000000000000" """);

        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        Assert.Equal(3, (await ButtonsAsync(page)).Length);
        Assert.Contains("There are more.", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(Browser.AnswerOf(await browser.PressAsync(page, "go", "beyond@contoso.test")).ContainsKey("code"));
    }

    [Fact]
    public async Task A_name_is_text_on_the_page_and_no_markup()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        await scim.UserAsync("<b>x@contoso.test", """, "displayName": "\"><script>alert(1)</script>" """);
        using Browser browser = BrowserOf(scim);

        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());
        IHtmlDocument document = await Browser.ReadAsync(page);

        Assert.Empty(document.QuerySelectorAll("script, b"));
        Assert.Contains("\"><script>alert(1)</script> (<b>x@contoso.test)", document.QuerySelectorAll("button[name=user]").Select(button => button.TextContent));
        Assert.True(Browser.AnswerOf(await browser.PressAsync(page, "user", "<b>x@contoso.test")).ContainsKey("code"));
    }

    private static Dictionary<string, string> Password(string userName, string password = "any", string scope = EveryGrantsScope, string app = App) =>
        Form(("grant_type", "password"), ("client_id", app), ("username", userName), ("password", password), ("scope", scope));

    private static Task<JsonElement> SignInAsync(ScimServer scim, string userName, string scope = EveryGrantsScope, string app = App) =>
        TokensAsync(scim, Password(userName, scope: scope, app: app));

    private static async Task<JsonElement> TokensAsync(ScimServer scim, Dictionary<string, string> form, string path = TokenPath) =>
        (await PostAsync(scim, form, path)).ShouldBe(200).Json;

    private static async Task AssertRefusedAsync(ScimServer scim, Dictionary<string, string> form, int code, string path = TokenPath)
    {
        Answer answer = (await PostAsync(scim, form, path)).ShouldBe(400);
        Assert.False(answer.Json.TryGetProperty("access_token", out _), "There is a token.");
        Assert.Equal(("invalid_grant", code), (answer.Json.GetProperty("error").GetString(), answer.Json.GetProperty("error_codes")[0].GetInt32()));
    }

    private static async Task<Answer> PostAsync(ScimServer scim, Dictionary<string, string> form, string path)
    {
        using HttpResponseMessage response = await scim.Server.Http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form));
        return await Answer.ReadAsync(response);
    }

    private static async Task SetActiveAsync(ScimServer scim, string id, bool isActive) => (await scim.PatchAsync(
        $"{ScimServer.Users}/{id}", ScimServer.Patch($$"""{ "op": "Replace", "path": "active", "value": {{(isActive ? "true" : "false")}} }"""))).ShouldBe(200);

    private static async Task<(string DeviceCode, HttpResponseMessage Page)> BeginDeviceAsync(ScimServer scim, Browser browser)
    {
        JsonElement device = await TokensAsync(scim, Form(("client_id", App), ("scope", EveryGrantsScope)), $"/{Tenant}/oauth2/v2.0/devicecode");
        HttpResponseMessage page = await browser.PostAsync("/common/oauth2/deviceauth", Form(("otc", device.GetProperty("user_code").GetString())));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return (device.GetProperty("device_code").GetString()!, page);
    }

    private static Browser BrowserOf(ScimServer scim) => new(scim.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));

    private static async Task<string[]> ButtonsAsync(HttpResponseMessage page) => Buttons(await Browser.ReadAsync(page));

    private static string[] Buttons(IHtmlDocument document) => [.. document.QuerySelectorAll("button[name=user]").Select(button => button.GetAttribute("value")!)];
}

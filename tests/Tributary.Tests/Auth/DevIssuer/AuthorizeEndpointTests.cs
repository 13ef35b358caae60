using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AngleSharp.Html.Dom;
using Microsoft.IdentityModel.JsonWebTokens;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;
using static Tributary.Tests.Auth.DevIssuer.SignInSeed;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class AuthorizeEndpointTests
{
    [Fact]
    public async Task The_page_is_plain_says_what_it_is_and_can_be_read_by_everybody()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.GetAsync(Browser.Authorize());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        IHtmlDocument page = await Browser.ReadAsync(response);
        Assert.Equal(("en", "Pick a user – Tributary", "Pick a user"), (page.DocumentElement.GetAttribute("lang"), page.Title, page.QuerySelector("main h1")!.TextContent));
        Assert.Empty(page.Scripts);
        Assert.Empty(page.QuerySelectorAll("b, img, link, iframe"));
        Assert.Contains("<b>App</b> wants to act for a user of Contoso <&> Sons.", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("not Microsoft", page.Body.TextContent, StringComparison.Ordinal);
        Assert.All(page.QuerySelectorAll("input:not([type=hidden])"), input => Assert.NotNull(page.QuerySelector($"label[for={input.Id}]")));
        Assert.All(page.QuerySelectorAll("button"), button => Assert.NotEmpty(button.TextContent));
        string[] users = [.. page.QuerySelectorAll("button[name=user]").Select(button => button.TextContent)];
        Assert.Contains("Ada \"A\" Byron (ada@contoso.test)", users);
        Assert.DoesNotContain(users, user => user.Contains("gone@", StringComparison.Ordinal) || user.Contains("grace@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_is_in_no_frame_runs_no_script_and_is_kept_nowhere()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        foreach (string path in (string[])[Browser.Authorize(), Browser.Authorize(changes: ("client_id", null)), "/common/oauth2/deviceauth", $"/{Tenant}/oauth2/v2.0/logout", "/common/oauth2/nativeclient"])
        {
            HttpResponseMessage response = await browser.GetAsync(path);

            string policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            string style = (await Browser.ReadAsync(response)).QuerySelector("style")!.TextContent;
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy, StringComparison.Ordinal);
            Assert.Equal(("DENY", "no-store, no-cache", "same-origin"),
                (response.Headers.GetValues("X-Frame-Options").Single(), response.Headers.GetValues("Cache-Control").Single(), response.Headers.GetValues("Referrer-Policy").Single()));
        }
    }

    [Fact]
    public async Task The_policy_lets_the_form_end_at_the_client_and_nowhere_else()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        async Task<string> Action(string redirect) =>
            (await browser.GetAsync(Browser.Authorize(changes: ("redirect_uri", redirect)))).Headers.GetValues("Content-Security-Policy").Single().Split("; ")[2];

        Assert.Equal("form-action 'self' http://localhost:8400", await Action(Browser.Redirect));
        Assert.Equal("form-action 'self' https://app.example", await Action(Registered));
        Assert.Equal("form-action 'self' http:", await Action("http://[::1]:8400/"));
        Assert.Equal($"form-action 'self' msal{App}:", await Action($"msal{App}://auth"));
    }

    [Theory]
    [InlineData("https://evil.example/take")]
    [InlineData("https://app.example/signed-in/")]
    [InlineData("https://app.example/Signed-in")]
    [InlineData("https://app.example/signed-in?x=1")]
    [InlineData("https://app.example.evil.example/signed-in")]
    [InlineData("http://localhost@evil.example/")]
    [InlineData("http://localhost:80@evil.example/")]
    [InlineData("http://localhost.evil.example/")]
    [InlineData("http://localhost:8400\\@evil.example/")]
    [InlineData("http://evil.example\\.localhost/")]
    [InlineData("http://localhost#@evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("http://127.0.0.2/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://127.1/")]
    [InlineData("ftp://localhost/")]
    [InlineData("https://login.microsoftonline.com/")]
    [InlineData("http://local\u0131host/")]
    [InlineData("http://localhost/\r\nSet-Cookie: x=y")]
    public async Task A_hostile_page_that_brings_its_own_redirect_uri_gets_neither_code_nor_error(string redirect)
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);
        await browser.SignInAsync(Browser.Authorize(), "ada@contoso.test");
        foreach (string? prompt in (string?[])[null, "none", "select_account"])
        {
            HttpResponseMessage response = await browser.GetAsync(Browser.Authorize(changes: [("redirect_uri", redirect), ("prompt", prompt), ("response_type", "nonsense")]));

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.StartsWith("AADSTS50011: ", await ErrorOnPageAsync(response), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(App, Registered)]
    [InlineData(App, "http://localhost")]
    [InlineData(App, "http://LOCALHOST:5/x?y=z")]
    [InlineData(App, "https://127.0.0.1:8443/")]
    [InlineData(App, "http://[::1]:1/")]
    [InlineData(App, "https://login.microsoftonline.com/common/oauth2/nativeclient")]
    [InlineData(App, "urn:ietf:wg:oauth:2.0:oob")]
    [InlineData(App, $"msal{App}://auth")]
    [InlineData("99999999-0000-4000-8000-000000000001", "http://localhost:8400/")]
    public async Task Registered_native_and_loopback_addresses_get_their_code(string app, string redirect)
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.PressAsync(await browser.GetAsync(Browser.Authorize(changes: [("client_id", app), ("redirect_uri", redirect)])), "user", "ada@contoso.test");

        Assert.StartsWith(redirect + (redirect.Contains('?', StringComparison.Ordinal) ? "&code=" : "?code="), response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal("a state & more", Browser.AnswerOf(response)["state"]);
    }

    [Theory]
    [InlineData("99999999-0000-4000-8000-000000000001", Registered)]
    [InlineData("99999999-0000-4000-8000-000000000001", "https://login.microsoftonline.com/common/oauth2/nativeclient")]
    [InlineData("99999999-0000-4000-8000-000000000001", "msal99999999-0000-4000-8000-000000000001://auth")]
    [InlineData(OtherApp, Registered)]
    [InlineData(App, $"msal{OtherApp}://auth")]
    public async Task What_is_registered_for_one_application_is_so_for_no_other(string app, string redirect)
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);
        using Browser browser = new(host);

        Assert.StartsWith("AADSTS50011: ",
            await ErrorOnPageAsync(await browser.GetAsync(Browser.Authorize(changes: [("client_id", app), ("redirect_uri", redirect)]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_id", null, 900144)]
    [InlineData("client_id", "no-guid", 700016)]
    [InlineData("redirect_uri", null, 900971)]
    public async Task What_is_wrong_with_the_client_is_told_to_the_person(string name, string? value, int code)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.GetAsync(Browser.Authorize(changes: (name, value)));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith($"AADSTS{code}: ", await ErrorOnPageAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_that_is_not_there_and_a_doubled_parameter_are_told_to_the_person()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        Assert.StartsWith("AADSTS90002: ", await ErrorOnPageAsync(await browser.GetAsync(Browser.Authorize("nobody.test"))), StringComparison.Ordinal);
        Assert.StartsWith("AADSTS9002332: ", await ErrorOnPageAsync(await browser.GetAsync(Browser.Authorize("consumers"))), StringComparison.Ordinal);
        Assert.StartsWith("AADSTS9002313: ",
            await ErrorOnPageAsync(await browser.GetAsync(Browser.Authorize() + "&redirect_uri=https://evil.example/")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response_type", null, "invalid_request", 900144)]
    [InlineData("response_type", "token", "unsupported_response_type", 70005)]
    [InlineData("response_type", "code code", "unsupported_response_type", 70005)]
    [InlineData("response_type", "id_token", "invalid_request", 900144)]
    [InlineData("response_mode", "web_message", "invalid_request", 70007)]
    [InlineData("prompt", "create", "invalid_request", 90023)]
    [InlineData("prompt", "none", "login_required", 50058)]
    [InlineData("scope", null, "invalid_request", 900144)]
    [InlineData("scope", "Nothing.Known", "invalid_scope", 650053)]
    [InlineData("resource", "https://graph.microsoft.com", "invalid_request", 901002)]
    [InlineData("code_challenge_method", "S256", "invalid_request", 50147)]
    [InlineData("code_challenge", "short", "invalid_request", 501491)]
    public async Task Everything_else_is_told_to_the_client(string name, string? value, string error, int code)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.GetAsync(Browser.Authorize(changes: (name, value)));

        IReadOnlyDictionary<string, string> answer = Browser.AnswerOf(response);
        Assert.StartsWith(Browser.Redirect, response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal((error, "a state & more"), (answer["error"], answer["state"]));
        Assert.StartsWith($"AADSTS{code}: ", answer["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_method_of_a_challenge_and_its_length_are_checked_at_both_ends()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        async Task<int> Status(string challenge, string? method) =>
            (int)(await browser.GetAsync(Browser.Authorize(changes: [("code_challenge", challenge), ("code_challenge_method", method)]))).StatusCode;

        Assert.Equal("200 302 302", string.Join(' ', new[] { await Status(new string('a', 43), "S256"), await Status(new string('a', 42), "S256"), await Status(new string('a', 43), "S512") }));
        Assert.Equal("200 302 302", string.Join(' ', new[] { await Status(new string('a', 128), null), await Status(new string('a', 129), null), await Status(new string('a', 42) + "+", null) }));
    }

    [Theory]
    [InlineData("code id_token", "fragment")]
    [InlineData("id_token", null)]
    [InlineData("code", "fragment")]
    public async Task Answers_go_behind_a_hash_when_the_client_wants_them_there(string type, string? mode)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.PressAsync(
            await browser.GetAsync(Browser.Authorize(changes: [("response_type", type), ("response_mode", mode), ("nonce", "n")])), "user", "reader@tributary.local");

        Assert.StartsWith(Browser.Redirect + "#", response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        IReadOnlyDictionary<string, string> answer = Browser.AnswerOf(response);
        Assert.Equal((type.Contains("code", StringComparison.Ordinal), type.Contains("id_token", StringComparison.Ordinal)), (answer.ContainsKey("code"), answer.ContainsKey("id_token")));
        if (answer.TryGetValue("id_token", out string? idToken))
        {
            Assert.Equal("n", new JsonWebToken(idToken).Claim("nonce"));
        }
    }

    [Fact]
    public async Task An_id_token_beside_a_code_carries_its_hash_and_never_goes_into_a_query()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);
        HttpResponseMessage refused = await browser.GetAsync(Browser.Authorize(changes: [("response_type", "code id_token"), ("response_mode", "query"), ("nonce", "n")]));
        Assert.StartsWith("AADSTS70007: ", Browser.AnswerOf(refused)["error_description"], StringComparison.Ordinal);
        Assert.Contains("#error=", refused.Headers.Location!.OriginalString, StringComparison.Ordinal);

        HttpResponseMessage response = await browser.PressAsync(
            await browser.GetAsync(Browser.Authorize(changes: [("response_type", "code id_token"), ("response_mode", "form_post"), ("nonce", "n")])), "user", "reader@tributary.local");

        IHtmlDocument page = await Browser.ReadAsync(response);
        IHtmlFormElement form = page.Forms.Single();
        Dictionary<string, string> fields = form.QuerySelectorAll("input").ToDictionary(field => field.GetAttribute("name")!, field => field.GetAttribute("value")!);
        Assert.Equal((Browser.Redirect, "post", "a state & more"), (form.GetAttribute("action"), form.GetAttribute("method"), fields["state"]));
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(fields["code"])).AsSpan(..16)), new JsonWebToken(fields["id_token"]).Claim("c_hash"));
        Assert.Single(page.QuerySelectorAll("button"));
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains($"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page.Scripts.Single().Text)))}'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' http://localhost:8400;", policy, StringComparison.Ordinal);
        await host.TokensAsync(Form(("grant_type", "authorization_code"), ("client_id", App), ("code", fields["code"]), ("redirect_uri", Browser.Redirect)));
    }

    [Fact]
    public async Task An_id_token_needs_the_scope_openid()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        HttpResponseMessage response = await browser.GetAsync(Browser.Authorize(changes: [("response_type", "id_token"), ("nonce", "n"), ("scope", "User.Read")]));

        Assert.StartsWith("AADSTS70011: ", Browser.AnswerOf(response)["error_description"], StringComparison.Ordinal);
    }
}

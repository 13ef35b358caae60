using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class AuthorizationCodeGrantTests
{
    private const string Verifier = "a-verifier-of-forty-three-letters-or-more.~_";

    private static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private static Dictionary<string, string> Redeem(string code) =>
        Form(("grant_type", "authorization_code"), ("client_id", App), ("code", code), ("redirect_uri", Browser.Redirect));

    private static async Task<string> CodeAsync(AuthHost host, params (string, string?)[] changes)
    {
        using Browser browser = new(host);
        return (await browser.SignInAsync(Browser.Authorize(changes: changes)))["code"];
    }

    [Fact]
    public async Task A_code_gets_the_tokens_of_the_user_who_was_picked()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host, ("nonce", "a nonce"), ("code_challenge", Challenge), ("code_challenge_method", "S256"));

        JsonElement answer = await host.TokensAsync(Redeem(code).With("code_verifier", Verifier).With("client_info", "1"));

        Assert.Equal("openid profile https://graph.microsoft.com/ExternalItem.Read.All", answer.GetProperty("scope").GetString());
        JsonWebToken access = answer.Token();
        JsonWebToken id = answer.Token("id_token");
        Assert.Equal(("reader@tributary.local", "openid profile ExternalItem.Read.All", "0"), (access.Claim("upn"), access.Claim("scp"), access.Claim("azpacr")));
        Assert.Equal(("a nonce", App, access.Claim("oid"), "reader@tributary.local"), (id.Claim("nonce"), id.Claim("aud"), id.Claim("oid"), id.Claim("login_hint")));
        Assert.Contains(access.Claim("oid"), Encoding.UTF8.GetString(Base64Url.DecodeFromChars(answer.GetProperty("client_info").GetString())), StringComparison.Ordinal);
        Assert.True(answer.GetProperty("refresh_token").GetString()!.Length > 40);
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.Search, access.EncodedToken)).StatusCode);
    }

    [Fact]
    public async Task Without_offline_access_and_openid_there_is_an_access_token_only()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement answer = await host.TokensAsync(Redeem(await CodeAsync(host, ("scope", "ExternalItem.Read.All"))));

        Assert.Equal(["token_type", "scope", "expires_in", "ext_expires_in", "access_token"], answer.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host);

        await host.TokensAsync(Redeem(code));

        await host.AssertErrorAsync(Redeem(code), "invalid_grant", 54005);
    }

    [Fact]
    public async Task Of_those_who_race_for_a_code_one_gets_tokens()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => host.PostTokenAsync(Tenant, Redeem(code))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_is_good_for_ten_minutes()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string early = await CodeAsync(host);
        string late = await CodeAsync(host);

        host.Time.Advance(AuthorizationCodes.Lifetime - TimeSpan.FromSeconds(1));
        await host.TokensAsync(Redeem(early));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Redeem(late), "invalid_grant", 70008);
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.AssertErrorAsync(Redeem(late), "invalid_grant", 9002313);
    }

    [Fact]
    public async Task A_code_that_was_not_given_is_refused_for_what_is_wrong_and_a_failed_try_does_not_use_it_up()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host, ("code_challenge", Challenge), ("code_challenge_method", "S256"));
        Dictionary<string, string> good = Redeem(code).With("code_verifier", Verifier);

        await host.AssertErrorAsync(good.With("code", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("code", "made-up"), "invalid_grant", 9002313);
        await host.AssertErrorAsync(good.With("client_id", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("client_id", OtherApp), "invalid_grant", 70000);
        await host.AssertErrorAsync(good.With("redirect_uri", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("redirect_uri", Browser.Redirect + "/"), "invalid_grant", 500112);
        await host.AssertErrorAsync(good.With("code_verifier", null), "invalid_grant", 50148);
        await host.AssertErrorAsync(good.With("code_verifier", Verifier + "x"), "invalid_grant", 501481);
        await host.AssertErrorAsync(good.With("code_verifier", Challenge), "invalid_grant", 501481);
        await host.AssertErrorAsync(good.With("scope", "Nothing.Known"), "invalid_scope", 650053);
        await host.AssertErrorAsync(good, "invalid_grant", 700005, path: "/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token");
        await host.TokensAsync(good, "/organizations/oauth2/v2.0/token");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("plain")]
    public async Task A_plain_challenge_is_the_verifier_itself(string? method)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host, ("code_challenge", Verifier), ("code_challenge_method", method));

        await host.AssertErrorAsync(Redeem(code).With("code_verifier", Challenge), "invalid_grant", 501481);
        await host.TokensAsync(Redeem(code).With("code_verifier", Verifier));
    }

    [Fact]
    public async Task A_verifier_whose_challenge_was_taken_away_on_the_way_is_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        await host.AssertErrorAsync(Redeem(await CodeAsync(host)).With("code_verifier", Verifier), "invalid_grant", 50148);
    }

    [Fact]
    public async Task A_user_who_is_disabled_meanwhile_gets_nothing()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-seed-").FullName;
        await using AuthHost host = await StartWithSeedAsync("{}", directory: directory);
        string code = await CodeAsync(host);
        await File.WriteAllTextAsync(Path.Combine(directory, "seed.json"), """{ "users": [{ "userPrincipalName": "reader@tributary.local", "disabled": true }] }""");

        await host.AssertErrorAsync(Redeem(code), "invalid_grant", 50057);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_confidential_client_proves_itself_here_too()
    {
        await using AuthHost host = await StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", "secrets": [{ "secret": "the secret" }] }] }""");
        string code = await CodeAsync(host);

        await host.AssertErrorAsync(Redeem(code), "invalid_client", 7000218, 401);
        await host.AssertErrorAsync(Redeem(code).With("client_secret", "another"), "invalid_client", 7000215, 401);
        Assert.Equal("1", (await host.TokensAsync(Redeem(code).With("client_secret", "the secret"))).Token().Claim("azpacr"));
    }

    [Fact]
    public async Task No_code_or_token_is_in_the_log()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string code = await CodeAsync(host);
        JsonElement answer = await host.TokensAsync(Redeem(code));

        string log = string.Join('\n', host.Log.Lines);
        foreach (string secret in (string[])[code, answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!])
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }
}

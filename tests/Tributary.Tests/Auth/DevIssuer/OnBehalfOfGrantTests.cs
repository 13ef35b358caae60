using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Tributary.Auth;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class OnBehalfOfGrantTests
{
    private static Dictionary<string, string> Exchange(string assertion) => Form(
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("client_id", App), ("client_secret", "any"), ("assertion", assertion),
        ("scope", "https://graph.microsoft.com/ExternalItem.Read.All offline_access"), ("requested_token_use", "on_behalf_of"));

    private static Dictionary<string, string> Password(string scope) => Form(
        ("grant_type", "password"), ("client_id", OtherApp), ("username", "reader@tributary.local"), ("password", "any"), ("scope", scope));

    private static async Task<string> UserTokenAsync(AuthHost host, string scope = $"api://{App}/access_as_user", string version = "v2.0/") =>
        (await host.TokensAsync(Password(scope), $"/{Tenant}/oauth2/{version}token")).GetProperty("access_token").GetString()!;

    [Theory]
    [InlineData($"api://{App}/access_as_user")]
    [InlineData($"{App}/.default")]
    [InlineData($"api://{App}/anything.it-likes_")]
    public async Task An_api_asks_Graph_in_the_name_of_its_caller(string scope)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string assertion = await UserTokenAsync(host, scope);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.Search, assertion)).StatusCode);

        JsonElement answer = await host.TokensAsync(Exchange(assertion));

        Assert.Equal(("reader@tributary.local", App, "1", "ExternalItem.Read.All"),
            (answer.Token().Claim("upn"), answer.Token().Claim("azp"), answer.Token().Claim("azpacr"), answer.Token().Claim("scp")));
        Assert.True(answer.TryGetProperty("refresh_token", out _));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.Search, answer.Token().EncodedToken)).StatusCode);
    }

    [Fact]
    public async Task A_token_of_version_1_is_as_good()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string assertion = (await host.TokensAsync(Password("").With("scope", null).With("resource", $"api://{App}"), $"/{Tenant}/oauth2/token")).GetProperty("access_token").GetString()!;

        await host.TokensAsync(Exchange(assertion));
    }

    [Fact]
    public async Task What_is_missing_or_unknown_is_told()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        Dictionary<string, string> good = Exchange(await UserTokenAsync(host));

        await host.AssertErrorAsync(good.With("requested_token_use", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("requested_token_use", "something"), "invalid_request", 9002313);
        await host.AssertErrorAsync(good.With("assertion", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("client_id", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("scope", null), "invalid_request", 900144);
        await host.AssertErrorAsync(good.With("client_secret", null), "invalid_client", 7000218, 401);
        await host.AssertErrorAsync(good, "invalid_grant", 700005, path: "/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token");
        await host.TokensAsync(good, "/common/oauth2/v2.0/token");
    }

    [Fact]
    public async Task A_token_for_another_api_or_for_Graph_is_not_for_this_client()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        await host.AssertErrorAsync(Exchange(await UserTokenAsync(host, $"api://{OtherApp}/access_as_user")), "invalid_grant", 500131);
        await host.AssertErrorAsync(Exchange(await UserTokenAsync(host, "https://graph.microsoft.com/.default")), "invalid_grant", 500131);
    }

    [Fact]
    public async Task An_applications_token_and_an_id_token_stand_for_nobody()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        JsonElement app = await host.TokensAsync(Form(("grant_type", "client_credentials"), ("client_id", OtherApp), ("client_secret", "any"), ("scope", $"api://{App}/.default")));
        Assert.Equal("", app.Token().Claim("roles"));
        JsonElement user = await host.TokensAsync(Password("openid").With("client_id", App));

        await host.AssertErrorAsync(Exchange(app.GetProperty("access_token").GetString()!), "invalid_grant", 7000114);
        await host.AssertErrorAsync(Exchange(user.GetProperty("id_token").GetString()!), "invalid_grant", 240002);
    }

    [Fact]
    public async Task An_assertion_is_good_until_it_expires()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string assertion = await UserTokenAsync(host);

        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        await host.TokensAsync(Exchange(assertion));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Exchange(assertion), "invalid_grant", 500133);
    }

    [Fact]
    public async Task What_this_issuer_did_not_sign_is_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string good = await UserTokenAsync(host);
        using RSA other = RSA.Create(2048);
        TokenBuilder made = AuthHost.Token(host).Delegated("access_as_user", administrator: false).Claim("aud", App);

        // The builder signs with the issuer's own key, so that only what is changed is wrong.
        await host.AssertErrorAsync(Exchange(made.Signed(other)), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange(made.Signed()[..^4] + "AAAA"), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange(AuthHost.Token(host).Delegated("s", false).Claim("aud", App).Claim("iss", "https://evil.example/" + Tenant + "/v2.0").Signed()), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange(AuthHost.Token(host).Delegated("s", false).Claim("aud", App).Header("alg", "none").Unsigned() + "."), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange("not.a.token"), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange("nonsense"), "invalid_grant", 50013);
        await host.AssertErrorAsync(Exchange(made.Signed()), "invalid_grant", 50034);
        await host.TokensAsync(Exchange(good));
    }
}

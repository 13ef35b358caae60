using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>The endpoints without v2.0 in their paths, which older libraries ask.</summary>
public sealed class Version1Tests
{
    private const string Endpoint = $"/{Tenant}/oauth2/token";

    private static Dictionary<string, string> Application() =>
        Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", "any"), ("resource", "https://graph.microsoft.com"));

    private static Dictionary<string, string> User(string name = "reader@tributary.local") => Form(
        ("grant_type", "password"), ("client_id", App), ("username", name), ("password", "any"), ("resource", "https://graph.microsoft.com/"));

    [Fact]
    public async Task An_application_gets_a_token_and_numbers_as_text()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        long now = host.Time.GetUtcNow().ToUnixTimeSeconds();

        JsonElement answer = await host.TokensAsync(Application(), Endpoint);

        Assert.Equal(["token_type", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource", "access_token"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("3600", $"{now + 3600}", $"{now}", "https://graph.microsoft.com"),
            (answer.GetProperty("expires_in").GetString(), answer.GetProperty("expires_on").GetString(), answer.GetProperty("not_before").GetString(), answer.GetProperty("resource").GetString()));
        JsonWebToken token = answer.Token();
        Assert.Equal(("1.0", $"{host.Url}/{Tenant}/", App, "1", "app", ""),
            (token.Claim("ver"), token.Claim("iss"), token.Claim("appid"), token.Claim("appidacr"), token.Claim("idtyp"), token.Claim("azp")));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsWrite, token.EncodedToken)).StatusCode);
    }

    [Fact]
    public async Task A_user_gets_all_that_was_granted_and_a_refresh_token_and_an_id_token_always()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement answer = await host.TokensAsync(User(), Endpoint);

        JsonWebToken token = answer.Token();
        Assert.Equal(("https://graph.microsoft.com/", "reader@tributary.local", "reader@tributary.local", "0", ""),
            (token.Claim("aud"), token.Claim("upn"), token.Claim("unique_name"), token.Claim("appidacr"), token.Claim("preferred_username")));
        Assert.Contains("ExternalItem.Read.All", token.Claim("scp").Split(' '));
        Assert.Equal(("1.0", App, "reader@tributary.local"), (answer.Token("id_token").Claim("ver"), answer.Token("id_token").Claim("aud"), answer.Token("id_token").Claim("unique_name")));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.Search, token.EncodedToken)).StatusCode);

        JsonElement again = await host.TokensAsync(
            Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", answer.GetProperty("refresh_token").GetString())), Endpoint);
        Assert.Equal(("1.0", "reader@tributary.local"), (again.Token().Claim("ver"), again.Token().Claim("upn")));
    }

    [Fact]
    public async Task A_code_comes_without_a_scope()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        using Browser browser = new(host);

        string code = (await browser.SignInAsync(Browser.Authorize(path: "oauth2/authorize", changes: [("scope", null), ("resource", "https://graph.microsoft.com")])))["code"];

        JsonWebToken token = (await host.TokensAsync(
            Form(("grant_type", "authorization_code"), ("client_id", App), ("code", code), ("redirect_uri", Browser.Redirect), ("resource", "https://graph.microsoft.com")), Endpoint)).Token();
        Assert.Equal(("1.0", "https://graph.microsoft.com"), (token.Claim("ver"), token.Claim("aud")));
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_version_1s_names()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.PostAsync(Endpoint, Application().With("resource", null));
        Assert.Contains("'resource'", (await response.ReadJsonAsync()).GetProperty("error_description").GetString(), StringComparison.Ordinal);
        await host.AssertErrorAsync(User().With("resource", null), "invalid_request", 900144, path: Endpoint);
        await host.AssertErrorAsync(Application().With("resource", "https://vault.azure.net"), "invalid_resource", 500011, path: Endpoint);
    }

    [Fact]
    public async Task The_header_names_the_certificate_that_the_keys_have()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement key = (await (await host.GetAsync("/common/discovery/keys")).ReadJsonAsync()).GetProperty("keys")[0];

        JsonWebToken token = (await host.TokensAsync(Application(), Endpoint)).Token();
        Assert.Equal((key.GetProperty("x5t").GetString(), key.GetProperty("kid").GetString()), (token.X5t, token.Kid));
    }
}

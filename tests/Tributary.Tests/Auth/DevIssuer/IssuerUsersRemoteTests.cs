using System.Security.Cryptography;
using System.Text;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>Where other machines may ask, a directory's users are let in by a password of the seed file or not at all.</summary>
public sealed class IssuerUsersRemoteTests
{
    private static readonly string Seed = $$"""
        {
          "tenants": [{ "tenantId": "{{Tenant}}" }],
          "apps": [{ "appId": "{{App}}", "secrets": [{ "hash": "{{Hash("the secret")}}" }], "publicClient": true, "redirectUris": ["{{Browser.Redirect}}"] }],
          "users": [{ "userPrincipalName": "ada@contoso.test", "passwordHash": "{{Hash("her own")}}" }]
        }
        """;

    private static string Hash(string text) => "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Dictionary<string, string> Password(string name, string password) => Form(
        ("grant_type", "password"), ("client_id", App), ("username", name), ("password", password), ("scope", "offline_access https://graph.microsoft.com/.default"));

    private static async Task<Answer> PostAsync(ScimServer scim, Dictionary<string, string> form)
    {
        using HttpResponseMessage response = await scim.Server.Http.PostAsync(new Uri($"/{Tenant}/oauth2/v2.0/token", UriKind.Relative), new FormUrlEncodedContent(form));
        return await Answer.ReadAsync(response);
    }

    private static int Code(Answer answer) => answer.ShouldBe(400).Json.GetProperty("error_codes")[0].GetInt32();

    [Fact]
    public async Task Any_password_is_none_and_a_configured_one_is_asked_for()
    {
        await using ScimServer scim = await ScimServer.StartAsync(Seed, "Auth:Development:AllowRemote=true");
        string ada = await scim.UserAsync("ada@contoso.test");
        await scim.UserAsync("bob@contoso.test");

        Answer refused = await PostAsync(scim, Password("bob@contoso.test", "any"));
        Assert.Equal(50056, Code(refused));
        Assert.Contains("passwordHash", refused.Json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(50126, Code(await PostAsync(scim, Password("ada@contoso.test", "any"))));
        string token = (await PostAsync(scim, Password("ada@contoso.test", "her own"))).ShouldBe(200).Json.GetProperty("access_token").GetString()!;
        Assert.Equal(ada, TokenClaims.Of(token).GetProperty("oid").GetString());
    }

    [Fact]
    public async Task Who_signed_in_with_any_password_before_has_to_be_given_one()
    {
        await using ScimServer scim = await ScimServer.StartAsync(Seed);
        await scim.UserAsync("bob@contoso.test");
        string refresh = (await PostAsync(scim, Password("bob@contoso.test", "any"))).ShouldBe(200).Json.GetProperty("refresh_token").GetString()!;
        Dictionary<string, string> form = Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", refresh));
        (await PostAsync(scim, form)).ShouldBe(200);

        await scim.RestartAsync("Auth:Development:AllowRemote=true");

        Assert.Equal(50056, Code(await PostAsync(scim, form)));
    }

    [Fact]
    public async Task The_page_tells_nobody_who_is_provisioned()
    {
        await using ScimServer scim = await ScimServer.StartAsync(Seed, "Auth:Development:AllowRemote=true");
        await scim.UserAsync("bob@contoso.test");
        using Browser browser = new(scim.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));

        HttpResponseMessage page = await browser.GetAsync(Browser.Authorize());

        Assert.DoesNotContain("bob", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("AADSTS50056: ", await SignInSeed.ErrorOnPageAsync(await browser.PressAsync(page, "go", "bob@contoso.test", "any")), StringComparison.Ordinal);
    }
}

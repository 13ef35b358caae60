using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Directories.Seed;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DevTokensTests
{
    private static readonly string Seed = $$"""
        { "apps": [{ "appId": "{{App}}", "displayName": "Connector" }],
          "users": [{ "userPrincipalName": "ada@contoso.test", "displayName": "Ada Byron", "givenName": "Ada", "surname": "Byron", "mail": "ada.byron@contoso.test" },
                    { "userPrincipalName": "visitor@partner.test", "guest": true }] }
        """;

    private static Dictionary<string, string> Password(string user, string scope = "openid email profile https://graph.microsoft.com/ExternalItem.Read.All") => Form(
        ("grant_type", "password"), ("client_id", App), ("username", user), ("password", "any"), ("scope", scope));

    [Fact]
    public async Task A_users_token_has_the_claims_of_Entras()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);

        JsonWebToken token = (await host.TokensAsync(Password("ada@contoso.test"))).Token();

        Assert.Equal(
            ["acct", "acr", "amr", "app_displayname", "appid", "aud", "azp", "azpacr", "exp", "family_name", "given_name", "iat", "idtyp", "ipaddr", "iss", "name", "nbf", "oid",
             "preferred_username", "scp", "sub", "tenant_region_scope", "tid", "upn", "uti", "ver", "wids", "xms_st"],
            token.Claims.Select(claim => claim.Type).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(("Ada Byron", "Ada", "Byron", "Connector", "127.0.0.1", "1", "pwd"),
            (token.Claim("name"), token.Claim("given_name"), token.Claim("family_name"), token.Claim("app_displayname"), token.Claim("ipaddr"), token.Claim("acr"), token.Claim("amr")));
    }

    [Fact]
    public async Task A_user_is_the_same_subject_to_a_client_in_its_id_token_and_another_to_each_audience()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);

        JsonElement one = await host.TokensAsync(Password("ada@contoso.test"));
        JsonElement other = await host.TokensAsync(Password("ada@contoso.test").With("client_id", OtherApp));

        Assert.Equal(one.Token().Claim("sub"), other.Token().Claim("sub"));
        Assert.NotEqual(one.Token("id_token").Claim("sub"), other.Token("id_token").Claim("sub"));
        Assert.NotEqual(one.Token().Claim("sub"), one.Token("id_token").Claim("sub"));
        Assert.Equal(one.Token("id_token").Claim("sub"), JsonDocument.Parse(one.Token().Claim("xms_st")).RootElement.GetProperty("sub").GetString());
        Assert.Equal(one.Token().Claim("oid"), one.Token("id_token").Claim("oid"));
    }

    [Fact]
    public async Task Tokens_for_Graph_are_for_an_audience_that_this_server_accepts()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Audiences:0"] = "https://search.example" });
        foreach (string scope in (string[])["ExternalItem.Read.All", "https://graph.microsoft.com/.default", "https://graph.microsoft.us/.default", "https://search.example/.default"])
        {
            JsonWebToken token = (await host.TokensAsync(Password("reader@tributary.local", scope))).Token();

            Assert.Equal("https://search.example", token.Claim("aud"));
            Assert.Equal(System.Net.HttpStatusCode.OK, (await host.AskAsync(Tributary.Auth.GraphOperation.Search, token.EncodedToken)).StatusCode);
        }
    }

    [Fact]
    public async Task An_id_token_tells_the_mail_address_when_asked_for_it()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);

        Assert.Equal("ada.byron@contoso.test", (await host.TokensAsync(Password("ada@contoso.test"))).Token("id_token").Claim("email"));
        Assert.Equal("", (await host.TokensAsync(Password("ada@contoso.test", "openid"))).Token("id_token").Claim("email"));
    }

    [Fact]
    public async Task A_guests_home_is_another_issuer()
    {
        await using AuthHost host = await StartWithSeedAsync(Seed);

        JsonElement guest = await host.TokensAsync(Password("visitor@partner.test"));

        Assert.Equal($"https://sts.windows.net/{SeedTenantView.HomeOfGuest("other@PARTNER.test")}/", guest.Token().Claim("idp"));
        Assert.Equal(("1", guest.Token().Claim("idp")), (guest.Token().Claim("acct"), guest.Token("id_token").Claim("idp")));
        Assert.Equal("", (await host.TokensAsync(Password("ada@contoso.test"))).Token().Claim("idp"));
    }

    [Fact]
    public async Task Scopes_are_those_that_the_file_grants()
    {
        await using AuthHost host = await StartWithSeedAsync(
            $$"""{ "apps": [{ "appId": "{{App}}", "scopes": ["externalitem.read.all"] }, { "appId": "{{OtherApp}}", "exposedScopes": ["Items.Read", "Items.Write"] }] }""");
        const string user = "reader@tributary.local";

        Assert.Equal("ExternalItem.Read.All", (await host.TokensAsync(Password(user, ".default"))).Token().Claim("scp"));
        Assert.Equal("ExternalItem.Read.All", (await host.TokensAsync(Password(user, "ExternalItem.Read.All"))).Token().Claim("scp"));
        await host.AssertErrorAsync(Password(user, "ExternalItem.Read.All User.Read"), "invalid_grant", 65001);
        HttpResponseMessage refused = await host.PostAsync($"/{Tenant}/oauth2/v2.0/token", Password(user, "User.Read"));
        Assert.Equal("consent_required", (await refused.ReadJsonAsync()).GetProperty("suberror").GetString());

        Assert.Equal("Items.Read Items.Write", (await host.TokensAsync(Password(user, $"api://{OtherApp}/.default"))).Token().Claim("scp"));
        Assert.Equal("Items.Read", (await host.TokensAsync(Password(user, $"api://{OtherApp}/items.read"))).Token().Claim("scp"));
        await host.AssertErrorAsync(Password(user, $"api://{OtherApp}/access_as_user"), "invalid_scope", 650053);
    }

    [Theory]
    [InlineData("00000003-0000-0000-c000-000000000000")]
    [InlineData("api://00000003-0000-0000-c000-000000000000")]
    [InlineData("API://00000003-0000-0000-C000-000000000000")]
    [InlineData("https://graph.microsoft.us")]
    public async Task Graph_by_another_name_gives_no_more_than_was_consented_to(string graph)
    {
        await using AuthHost host = await StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", "scopes": ["User.Read"] }] }""");
        const string user = "reader@tributary.local";

        await host.AssertErrorAsync(Password(user, $"{graph}/Directory.ReadWrite.All"), "invalid_grant", 65001);
        Assert.Equal("User.Read", (await host.TokensAsync(Password(user, $"{graph}/.default"))).Token().Claim("scp"));
    }

    [Theory]
    [InlineData("\t")]
    [InlineData(" ")]
    public async Task White_space_makes_no_other_application_and_no_other_resource(string space)
    {
        await using AuthHost host = await StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", "scopes": ["User.Read"] }] }""");
        Dictionary<string, string> application = Form(("grant_type", "client_credentials"), ("client_id", space + App), ("client_secret", "any"), ("scope", ".default"));

        await host.AssertErrorAsync(application, "unauthorized_client", 700016);
        HttpResponseMessage refused = await host.PostAsync(
            $"/{Tenant}/oauth2/v2.0/token", Password("reader@tributary.local", $"{space}00000003-0000-0000-c000-000000000000/Directory.Read.All"));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task An_application_of_one_tenant_is_unknown_in_another()
    {
        const string id = "12345678-1234-4234-8234-123456789abc";
        await using AuthHost host = await StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", "tenantId": "{{id}}", "secrets": [{ "secret": "of-the-test" }] }] }""");
        Dictionary<string, string> application = Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", "any"), ("scope", ".default"));

        await host.AssertErrorAsync(application, "unauthorized_client", 700016);
    }

    [Theory]
    [InlineData("organizations")]
    [InlineData("contoso.test")]
    [InlineData("CONTOSO.test")]
    public async Task A_tenant_goes_by_its_domain_and_by_that_of_its_users(string tenant)
    {
        const string id = "12345678-1234-4234-8234-123456789abc";
        await using AuthHost host = await StartWithSeedAsync($$"""
            { "tenants": [{ "tenantId": "{{Tenant}}" }, { "tenantId": "{{id}}", "domains": ["contoso.test"] }],
              "users": [{ "userPrincipalName": "ada@contoso.test" }, { "userPrincipalName": "eve@elsewhere.test", "tenantId": "{{id}}" }] }
            """);

        Assert.Equal(id, (await host.TokensAsync(Password("ada@contoso.test"), $"/{tenant}/oauth2/v2.0/token")).Token().Claim("tid"));
        Assert.Equal(id, (await host.TokensAsync(Password("eve@elsewhere.test"), "/organizations/oauth2/v2.0/token")).Token().Claim("tid"));
    }

    [Fact]
    public async Task An_application_that_names_no_tenant_is_in_its_own_or_in_the_first()
    {
        const string id = "12345678-1234-4234-8234-123456789abc";
        Dictionary<string, string> application = Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", "any"), ("scope", ".default"));
        await using AuthHost none = await AuthHost.StartAsync();
        await using AuthHost own = await StartWithSeedAsync($$"""{ "apps": [{ "appId": "{{App}}", "tenantId": "{{id}}" }] }""");
        await using AuthHost first = await StartWithSeedAsync($$"""{ "tenants": [{ "tenantId": "{{id.ToUpperInvariant()}}" }] }""");

        Assert.Equal(Tenant, (await none.TokensAsync(application, "/common/oauth2/v2.0/token")).Token().Claim("tid"));
        Assert.Equal(id, (await own.TokensAsync(application, "/organizations/oauth2/v2.0/token")).Token().Claim("tid"));
        Assert.Equal(id, (await first.TokensAsync(application, "/common/oauth2/v2.0/token")).Token().Claim("tid"));
    }

    [Theory]
    [InlineData("\"password\": \"her own\"")]
    [InlineData("\"passwordHash\"")]
    public async Task A_password_of_the_file_is_asked_for(string password)
    {
        string hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("her own"u8));
        string line = password.StartsWith("\"passwordHash", StringComparison.Ordinal) ? $"\"passwordHash\": \"sha256:{hash}\"" : password;
        await using AuthHost host = await StartWithSeedAsync(
            $$"""{ "users": [{ "userPrincipalName": "ada@contoso.test", {{line}} }, { "userPrincipalName": "gone@contoso.test", "disabled": true }] }""");

        await host.TokensAsync(Password("ada@contoso.test").With("password", "her own"));
        await host.AssertErrorAsync(Password("ada@contoso.test"), "invalid_grant", 50126);
        await host.AssertErrorAsync(Password("ada@contoso.test").With("password", null), "invalid_grant", 50126);
        await host.AssertErrorAsync(Password("gone@contoso.test"), "invalid_grant", 50057);
        await host.TokensAsync(Password("reader@tributary.local"));
    }
}

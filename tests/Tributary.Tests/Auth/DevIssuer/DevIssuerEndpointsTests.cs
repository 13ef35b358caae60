using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class DevIssuerEndpointsTests
{
    private const string Tenant = DevDefaults.TenantId;

    [Fact]
    public async Task Discovery_leads_to_keys_with_which_an_issued_token_proves_itself()
    {
        await using AuthHost host = await AuthHost.StartAsync(withKey: false);

        JsonElement document = await (await host.GetAsync($"/{Tenant}/v2.0/.well-known/openid-configuration")).ReadJsonAsync();
        Assert.Equal($"{host.Url}/{Tenant}/v2.0", document.GetProperty("issuer").GetString());
        Assert.Equal($"{host.Url}/{Tenant}/oauth2/v2.0/token", document.GetProperty("token_endpoint").GetString());

        string keys = await host.Client.GetStringAsync(new Uri(document.GetProperty("jwks_uri").GetString()!));
        HttpResponseMessage answer = await host.PostTokenAsync(Tenant, new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = DevDefaults.AppId,
            ["client_secret"] = "any",
            ["scope"] = ".default",
        });
        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync((await answer.ReadJsonAsync()).GetProperty("access_token").GetString(), new()
        {
            IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
            ValidIssuer = document.GetProperty("issuer").GetString(),
            ValidAudience = "https://graph.microsoft.com",
            ValidateLifetime = false,
        });
        Assert.True(result.IsValid);
        Assert.DoesNotContain("\"d\"", keys, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_realm_of_a_user_is_managed()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement realm = await (await host.GetAsync("/common/userrealm/admin%40tributary.local?api-version=1.0")).ReadJsonAsync();

        Assert.Equal(("Managed", "tributary.local", "1.0"),
            (realm.GetProperty("account_type").GetString(), realm.GetProperty("domain_name").GetString(), realm.GetProperty("ver").GetString()));
    }

    [Theory]
    [InlineData($"/{Tenant}/v2.0/.well-known/openid-configuration", $"{Tenant}/v2.0", $"{Tenant}/oauth2/v2.0/", $"{Tenant}/discovery/v2.0/keys", "oidc/userinfo")]
    [InlineData("/tributary.local/v2.0/.well-known/openid-configuration", $"{Tenant}/v2.0", $"{Tenant}/oauth2/v2.0/", $"{Tenant}/discovery/v2.0/keys", "oidc/userinfo")]
    [InlineData("/common/v2.0/.well-known/openid-configuration", "{tenantid}/v2.0", "common/oauth2/v2.0/", "common/discovery/v2.0/keys", "oidc/userinfo")]
    [InlineData($"/{Tenant}/.well-known/openid-configuration", $"{Tenant}/", $"{Tenant}/oauth2/", "common/discovery/keys", $"{Tenant}/openid/userinfo")]
    [InlineData("/organizations/.well-known/openid-configuration", "{tenantid}/", "organizations/oauth2/", "common/discovery/keys", "organizations/openid/userinfo")]
    public async Task A_document_has_what_Entras_has(string path, string issuer, string oauth, string keys, string userInfo)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement document = await (await host.GetAsync(path)).ReadJsonAsync();

        string[] entras =
        [
            "token_endpoint", "token_endpoint_auth_methods_supported", "jwks_uri", "response_modes_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
            "response_types_supported", "scopes_supported", "issuer", "request_uri_parameter_supported", "userinfo_endpoint", "authorization_endpoint", "device_authorization_endpoint",
            "http_logout_supported", "frontchannel_logout_supported", "end_session_endpoint", "claims_supported", "tenant_region_scope", "cloud_instance_name", "cloud_graph_host_name",
            "msgraph_host", "rbac_url",
        ];
        Assert.Empty(entras.Except(document.EnumerateObject().Select(member => member.Name)));
        string Of(string name) => document.GetProperty(name).GetString()![(host.Url.Length + 1)..];
        Assert.Equal((issuer, keys, userInfo), (Of("issuer"), Of("jwks_uri"), Of("userinfo_endpoint")));
        Assert.Equal((oauth + "token", oauth + "authorize", oauth + "devicecode", oauth + "logout"),
            (Of("token_endpoint"), Of("authorization_endpoint"), Of("device_authorization_endpoint"), Of("end_session_endpoint")));
        Assert.Equal(("microsoftonline.com", new Uri(host.Url).Authority), (document.GetProperty("cloud_instance_name").GetString(), document.GetProperty("msgraph_host").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/" + Of("jwks_uri"))).StatusCode);
    }

    [Fact]
    public async Task Every_endpoint_that_a_document_names_is_there()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (string version in (string[])["v2.0/", ""])
        {
            JsonElement document = await (await host.GetAsync($"/{Tenant}/{version}.well-known/openid-configuration")).ReadJsonAsync();
            foreach (JsonProperty member in document.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal)))
            {
                Assert.NotEqual(HttpStatusCode.NotFound, (await host.Client.GetAsync(new Uri(member.Value.GetString()!))).StatusCode);
            }
        }
    }

    [Theory]
    [InlineData("/consumers/v2.0/.well-known/openid-configuration", 9002332)]
    [InlineData("/nobody.test/v2.0/.well-known/openid-configuration", 90002)]
    [InlineData("/nobody/discovery/v2.0/keys", 900023)]
    [InlineData("/common/discovery/instance", 900144)]
    [InlineData("/common/discovery/instance?authorization_endpoint=https://evil.example/common/oauth2/v2.0/authorize", 50049)]
    [InlineData("/common/discovery/instance?authorization_endpoint=nonsense", 50049)]
    [InlineData("/common/discovery/instance?authorization_endpoint=https://login.microsoftonline.com/", 50049)]
    public async Task What_is_not_served_is_told_in_Entras_shape(string path, int code)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await response.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task Instance_discovery_knows_the_clouds_and_this_host()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string own = new Uri(host.Url).Authority;

        JsonElement known = await (await host.GetAsync(
            "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://login.microsoftonline.com/common/oauth2/v2.0/authorize")).ReadJsonAsync();
        JsonElement local = await (await host.GetAsync($"/common/discovery/instance?api-version=1.1&authorization_endpoint={host.Url}/{Tenant}/oauth2/v2.0/authorize")).ReadJsonAsync();

        Assert.Equal("https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration", known.GetProperty("tenant_discovery_endpoint").GetString());
        Assert.Equal($"{host.Url}/{Tenant}/v2.0/.well-known/openid-configuration", local.GetProperty("tenant_discovery_endpoint").GetString());
        string[] groups =
        [
            .. known.GetProperty("metadata").EnumerateArray().Select(group =>
                $"{group.GetProperty("preferred_network").GetString()} {group.GetProperty("preferred_cache").GetString()}: "
                + string.Join(' ', group.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()))),
        ];
        Assert.Equal(
            ["login.microsoftonline.com login.windows.net: login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net",
             "login.microsoftonline.us login.microsoftonline.us: login.microsoftonline.us login.usgovcloudapi.net",
             "login.partner.microsoftonline.cn login.partner.microsoftonline.cn: login.partner.microsoftonline.cn login.chinacloudapi.cn",
             $"127.0.0.1 127.0.0.1: 127.0.0.1 {own}"],
            groups);
    }

    [Fact]
    public async Task The_key_comes_with_its_certificate_which_is_the_same_after_a_restart()
    {
        string[] certificates = new string[2];
        for (int i = 0; i < 2; i++)
        {
            await using AuthHost host = await AuthHost.StartAsync();
            JsonElement key = (await (await host.GetAsync($"/{Tenant}/discovery/v2.0/keys")).ReadJsonAsync()).GetProperty("keys")[0];
            certificates[i] = key.GetProperty("x5c")[0].GetString()!;
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificates[i]));
            using RSA publicKey = certificate.GetRSAPublicKey()!;

            Assert.Equal(Base64UrlEncoder.Encode(publicKey.ExportParameters(false).Modulus), key.GetProperty("n").GetString());
            Assert.Equal(Base64UrlEncoder.Encode(certificate.GetCertHash()), key.GetProperty("x5t").GetString());
            Assert.Equal("CN=Tributary development issuer", certificate.Subject);
            Assert.True(certificate.NotAfter > new DateTime(2100, 1, 1));
        }

        Assert.Equal(certificates[0], certificates[1]);
    }

    [Fact]
    public async Task A_user_is_told_who_it_is()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        async Task<JsonElement> Tokens(string scope) => await host.TokensAsync(IssuerCalls.Form(
            ("grant_type", "password"), ("client_id", DevDefaults.AppId), ("username", "reader@tributary.local"), ("password", "any"), ("scope", scope)));

        JsonElement tokens = await Tokens("openid email");
        foreach (string path in (string[])["/oidc/userinfo", $"/{Tenant}/openid/userinfo"])
        {
            JsonElement user = await (await host.GetAsync(path, "Bearer " + tokens.GetProperty("access_token").GetString())).ReadJsonAsync();
            Assert.Equal((tokens.Token("id_token").Claim("sub"), "Tributary Reader", "reader@tributary.local"),
                (user.GetProperty("sub").GetString(), user.GetProperty("name").GetString(), user.GetProperty("email").GetString()));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/oidc/userinfo")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/oidc/userinfo", "Bearer " + tokens.GetProperty("id_token").GetString())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await host.GetAsync("/oidc/userinfo", "Bearer " + (await Tokens("User.Read")).GetProperty("access_token").GetString())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/oidc/userinfo", "Bearer " + AuthHost.Token(host).Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await host.GetAsync("/oidc/userinfo", "Bearer " + AuthHost.Token(host).Delegated("openid", administrator: false).Signed())).StatusCode);
    }

    [Fact]
    public async Task The_realm_is_told_by_a_query_as_well()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement realm = await (await host.GetAsync("/common/UserRealm?user=ada%40contoso.test&api-version=2.1")).ReadJsonAsync();

        Assert.Equal("contoso.test", realm.GetProperty("domain_name").GetString());
    }

    [Fact]
    public async Task Nothing_of_it_is_there_when_a_real_authority_is_set()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = "https://login.example/t/v2.0" });

        Assert.Equal(HttpStatusCode.NotFound, (await host.PostTokenAsync(Tenant, [])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/{Tenant}/discovery/v2.0/keys")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/{Tenant}/oauth2/v2.0/authorize")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/msi/token")).StatusCode);
    }
}

using System.Net;
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
    [InlineData("/common/v2.0/.well-known/openid-configuration", 900023)]
    [InlineData("/common/discovery/v2.0/keys", 900023)]
    [InlineData("/7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f/oauth2/v2.0/authorize", 700054)]
    public async Task What_is_not_served_is_told_in_Entras_shape(string path, int code)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, (await response.ReadJsonAsync()).GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task Nothing_of_it_is_there_when_a_real_authority_is_set()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = "https://login.example/t/v2.0" });

        Assert.Equal(HttpStatusCode.NotFound, (await host.PostTokenAsync(Tenant, [])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/{Tenant}/discovery/v2.0/keys")).StatusCode);
    }
}

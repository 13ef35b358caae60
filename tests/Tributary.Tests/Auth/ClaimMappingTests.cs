using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Auth;
using static Tributary.Tests.Auth.TokenBuilder;

namespace Tributary.Tests.Auth;

/// <summary>Tokens in the shapes that Keycloak, Okta and Auth0 document, of a provider hosted here; and what the server makes of them.</summary>
public sealed class ClaimMappingTests : IAsyncLifetime
{
    private const string TenantOfAll = "5a0a1d4c-8a57-4f0e-8d53-0b1f6f3f9a11";
    private const string UserId = "8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11";

    private TestProvider _provider = null!;

    public async ValueTask InitializeAsync() => _provider = await TestProvider.StartAsync();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    internal static Dictionary<string, string?> KeycloakSettings(TestProvider provider) => new()
    {
        ["Auth:Authority"] = provider.Authority,
        ["Auth:TenantId"] = TenantOfAll,
        ["Auth:Claims:App"] = "azp",
        ["Auth:Claims:User"] = "sub",
        ["Auth:Claims:Groups"] = "groups",
        ["Auth:Claims:Roles"] = "realm_access.roles",
        ["Auth:Claims:Scopes"] = "scope",
        ["Auth:Claims:Application"] = "client_id",
        ["Auth:Claims:Administrator"] = "realm_access.roles=tributary-admin",
        ["Auth:Claims:Guest"] = "guest",
    };

    private Dictionary<string, string?> OktaSettings() => new()
    {
        ["Auth:Authority"] = _provider.Authority,
        ["Auth:TenantId"] = TenantOfAll,
        ["Auth:Audiences:0"] = "api://tributary",
        ["Auth:Claims:App"] = "cid",
        ["Auth:Claims:User"] = "uid",
        ["Auth:Claims:ApplicationPermissions"] = "scp",
        ["Auth:Claims:Application"] = "sub={cid}",
        ["Auth:Claims:Administrator"] = "groups=Tributary administrators",
    };

    private Dictionary<string, string?> Auth0Settings() => new()
    {
        ["Auth:Authority"] = _provider.Authority + "/",
        ["Auth:TenantId"] = TenantOfAll,
        ["Auth:Audiences:0"] = "https://tributary.example.org",
        ["Auth:Claims:User"] = "sub",
        ["Auth:Claims:Groups"] = "https://tributary.example.org/groups",
        ["Auth:Claims:Scopes"] = "scope",
        ["Auth:Claims:ApplicationPermissions"] = "scope",
        ["Auth:Claims:Application"] = "gty=client-credentials",
        ["Auth:Claims:Permissions:0"] = "read:items=ExternalItem.Read.All",
        ["Auth:Claims:Permissions:1"] = "write:connections=ExternalConnection.ReadWrite.OwnedBy",
    };

    private string Id(IdKind kind, string value) => new StableIds(_provider.Authority).Of(kind, value);

    [Fact]
    public async Task A_service_account_of_Keycloak_is_an_application_by_its_nested_roles()
    {
        await using AuthHost host = await AuthHost.StartAsync(KeycloakSettings(_provider));

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsWrite, OfKeycloak(_provider, host.Time.GetUtcNow()).Signed());

        Assert.Equal($"{TenantOfAll} {Id(IdKind.App, "hr-connector")} app", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_user_of_Keycloak_has_the_scopes_of_the_client_and_no_right_by_a_role()
    {
        await using AuthHost host = await AuthHost.StartAsync(KeycloakSettings(_provider));
        TokenBuilder User(string scope, params string[] roles) => OfKeycloak(_provider, host.Time.GetUtcNow()).Without("client_id").Claim("azp", "hr-portal")
            .Claim("sub", UserId).Claim("scope", scope).Claim("realm_access", new JsonObject { ["roles"] = Names(roles) });

        HttpResponseMessage reader = await host.AskAsync(GraphOperation.UsersRead, User("openid User.ReadBasic.All").Signed());
        HttpResponseMessage byRole = await host.AskAsync(GraphOperation.ConnectionsRead, User("openid", "ExternalConnection.ReadWrite.All", "tributary-admin").Signed());
        HttpResponseMessage administrator = await host.AskAsync(GraphOperation.ConnectionsRead, User("ExternalConnection.Read.All", "tributary-admin").Signed());
        HttpResponseMessage nobody = await host.AskAsync(GraphOperation.ConnectionsRead, User("ExternalConnection.Read.All", "tributary-Admin").Signed());

        Assert.Equal($"{TenantOfAll} {Id(IdKind.App, "hr-portal")} {UserId}", await reader.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Forbidden, byRole.StatusCode);
        Assert.Equal(HttpStatusCode.OK, administrator.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, nobody.StatusCode);
    }

    [Fact]
    public async Task Roles_of_a_client_are_reached_by_a_JSON_pointer()
    {
        Dictionary<string, string?> settings = KeycloakSettings(_provider);
        settings["Auth:Claims:Roles"] = "/resource_access/tributary.api/roles";
        await using AuthHost host = await AuthHost.StartAsync(settings);
        TokenBuilder token = OfKeycloak(_provider, host.Time.GetUtcNow()).Without("realm_access");

        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Signed())).StatusCode);
        token.Claim("resource_access", new JsonObject { ["tributary.api"] = new JsonObject { ["roles"] = Names("ExternalConnection.Read.All") } });
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token.Signed())).StatusCode);
    }

    [Fact]
    public async Task Tokens_of_Okta_say_nothing_of_their_type_and_have_their_scopes_in_a_list()
    {
        await using AuthHost host = await AuthHost.StartAsync(OktaSettings());
        TokenBuilder Okta() => new TokenBuilder("", host.Time.GetUtcNow()).Without("tid").Without("azp").Without("idtyp").Without("oid").Without("roles").Without("nbf").Without("typ")
            .Claim("iss", _provider.Issuer).Claim("ver", 1).Claim("aud", "api://tributary").Claim("cid", "0oa1gjh63g214q0Hq0g4");
        TokenBuilder app = Okta().Claim("sub", "0oa1gjh63g214q0Hq0g4").Claim("scp", Names("ExternalConnection.ReadWrite.OwnedBy", "ExternalItem.ReadWrite.OwnedBy"));
        TokenBuilder user = Okta().Claim("sub", "ada@example.org").Claim("uid", "00uid4BxXw6I6TV4m0g3").Claim("scp", Names("openid", "ExternalConnection.Read.All"))
            .Claim("groups", Names("Everyone", "Tributary administrators"));

        Assert.Equal($"{TenantOfAll} {Id(IdKind.App, "0oa1gjh63g214q0Hq0g4")} app", await TextAsync(host, GraphOperation.ConnectionsWrite, app));
        Assert.Equal(
            $"{TenantOfAll} {Id(IdKind.App, "0oa1gjh63g214q0Hq0g4")} {Id(IdKind.User, "00uid4BxXw6I6TV4m0g3")}",
            await TextAsync(host, GraphOperation.ConnectionsRead, user));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, user.Without("groups").Signed())).StatusCode);

        // Without its uid it is neither a user nor an application.
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, user.Without("uid").Signed())).StatusCode);
    }

    [Fact]
    public async Task Tokens_of_Auth0_may_have_permissions_by_other_names_and_claims_named_by_URLs()
    {
        _provider.Issuer = _provider.Authority + "/";
        await using AuthHost host = await AuthHost.StartAsync(Auth0Settings());
        TokenBuilder Auth0() => new TokenBuilder("", host.Time.GetUtcNow()).Without("tid").Without("idtyp").Without("oid").Without("roles").Without("nbf")
            .Claim("iss", _provider.Issuer).Claim("aud", Names("https://tributary.example.org", "https://tenant.auth0.example/userinfo")).Claim("azp", "k3Xb");
        TokenBuilder app = Auth0().Claim("sub", "k3Xb@clients").Claim("gty", "client-credentials").Claim("scope", "write:connections");
        TokenBuilder user = Auth0().Claim("sub", "auth0|5f7c8ec7c33c6c004bbafe82").Claim("scope", "openid read:items");

        Assert.Equal($"{TenantOfAll} {Id(IdKind.App, "k3Xb")} app", await TextAsync(host, GraphOperation.ConnectionsWrite, app));
        Assert.Equal($"{TenantOfAll} {Id(IdKind.App, "k3Xb")} {Id(IdKind.User, "auth0|5f7c8ec7c33c6c004bbafe82")}", await TextAsync(host, GraphOperation.Search, user));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ItemsRead, app.Signed())).StatusCode);
    }

    [Fact]
    public async Task Users_who_administer_may_be_configured_by_the_names_that_the_provider_gives_them()
    {
        Dictionary<string, string?> settings = KeycloakSettings(_provider);
        settings["Auth:Administrators:0"] = "f:ldap/ada";
        await using AuthHost host = await AuthHost.StartAsync(settings);
        TokenBuilder User(string sub) => OfKeycloak(_provider, host.Time.GetUtcNow()).Without("client_id").Claim("sub", sub).Claim("scope", "ExternalConnection.Read.All");

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, User("f:ldap/ada").Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, User("f:ldap/bob").Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.AskAsync(GraphOperation.ConnectionsRead, User(Id(IdKind.User, "f:ldap/ada")).Signed())).StatusCode);
    }

    [Fact]
    public async Task Another_algorithm_is_accepted_when_it_is_asked_for_and_only_then()
    {
        using ECDsa elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _provider.Keys.Add((JsonNode)TestProvider.PublicKey(elliptic, "elliptic"));
        Dictionary<string, string?> settings = KeycloakSettings(_provider);
        await using AuthHost rs256 = await AuthHost.StartAsync(settings);
        settings["Auth:SigningAlgorithms:0"] = "ES256";
        settings["Auth:SigningAlgorithms:1"] = "PS256";
        await using AuthHost others = await AuthHost.StartAsync(settings);
        string Signed(AuthHost host, string algorithm)
        {
            string unsigned = OfKeycloak(_provider, host.Time.GetUtcNow()).Header("alg", algorithm).Header("kid", algorithm == "ES256" ? "elliptic" : KeyId).Unsigned();
            byte[] bytes = Encoding.ASCII.GetBytes(unsigned);
            byte[] signature = algorithm switch
            {
                "ES256" => elliptic.SignData(bytes, HashAlgorithmName.SHA256),
                "PS256" => AuthHost.IssuerKey.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                _ => AuthHost.IssuerKey.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            };
            return $"{unsigned}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
        }

        foreach (string algorithm in (string[])["RS256", "ES256", "PS256"])
        {
            HttpStatusCode byDefault = (await rs256.AskAsync(GraphOperation.ConnectionsRead, Signed(rs256, algorithm))).StatusCode;
            HttpStatusCode asAsked = (await others.AskAsync(GraphOperation.ConnectionsRead, Signed(others, algorithm))).StatusCode;

            Assert.Equal(algorithm == "RS256" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, byDefault);
            Assert.Equal(algorithm == "RS256" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, asAsked);
        }

        HttpResponseMessage refused = await others.AskAsync(GraphOperation.ConnectionsRead, Signed(others, "RS256"));
        Assert.Equal("The token's algorithm (alg) is not ES256 or PS256.", (await refused.ReadErrorAsync()).Reason);
    }

    [Fact]
    public async Task The_tenant_may_be_a_claim_and_be_restricted()
    {
        Dictionary<string, string?> settings = KeycloakSettings(_provider);
        settings.Remove("Auth:TenantId");
        settings["Auth:Claims:Tenant"] = "organization.id";
        settings["Auth:Tenants"] = Id(IdKind.Tenant, "org_contoso");
        await using AuthHost host = await AuthHost.StartAsync(settings);
        TokenBuilder Of(string tenant) => OfKeycloak(_provider, host.Time.GetUtcNow()).Claim("organization", new JsonObject { ["id"] = tenant });

        Assert.StartsWith(Id(IdKind.Tenant, "org_contoso"), await TextAsync(host, GraphOperation.ConnectionsRead, Of("org_contoso")), StringComparison.Ordinal);
        HttpResponseMessage other = await host.AskAsync(GraphOperation.ConnectionsRead, Of("org_fabrikam").Signed());
        Assert.Equal("The token's tenant (tid) is not one of Auth:Tenants.", (await other.ReadErrorAsync()).Reason);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("any", true)]
    [InlineData(Tenant, true)]
    public async Task A_placeholder_in_the_providers_issuer_stands_only_for_tenants_that_were_asked_for(string? tenants, bool isAccepted)
    {
        _provider.Issuer = "https://login.example/{tenantid}";
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = _provider.Authority, ["Auth:Tenants"] = tenants });
        TokenBuilder token = new TokenBuilder("", host.Time.GetUtcNow()).Claim("iss", $"https://login.example/{Tenant}");

        HttpStatusCode status = (await host.AskAsync(GraphOperation.ConnectionsRead, token.Signed())).StatusCode;
        HttpStatusCode literal = (await host.AskAsync(GraphOperation.ConnectionsRead, token.Claim("iss", $"https://login.example/{TenantOfAll}").Signed())).StatusCode;

        Assert.Equal((isAccepted ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (status, literal));
    }

    [Fact]
    public async Task A_document_that_never_ends_is_as_good_as_none()
    {
        _provider.Keys.Add((JsonNode)new JsonObject { ["kty"] = "RSA", ["padding"] = new string('x', 1024 * 1024) });
        await using AuthHost host = await AuthHost.StartAsync(KeycloakSettings(_provider));

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, OfKeycloak(_provider, host.Time.GetUtcNow()).Signed());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Claims_that_are_not_mapped_are_read_as_Entra_has_them_but_for_ids_that_are_no_GUIDs()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = _provider.Authority });

        string text = await TextAsync(host, GraphOperation.ConnectionsRead, new TokenBuilder("", host.Time.GetUtcNow()).Claim("iss", _provider.Issuer).Claim("azp", "connector"));

        Assert.Equal($"{Tenant} {Id(IdKind.App, "connector")} app", text);
    }

    private static async Task<string> TextAsync(AuthHost host, GraphOperation operation, TokenBuilder token) =>
        await (await host.AskAsync(operation, token.Signed())).Content.ReadAsStringAsync();
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth;

/// <summary>
/// Makes tokens by hand, so that a test can make any that a library would refuse to. Starts as a valid one of an application with every permission.
/// </summary>
internal sealed class TokenBuilder
{
    public const string Tenant = DevDefaults.TenantId;
    public const string App = DevDefaults.AppId;
    public const string User = "11111111-2222-4333-8444-555555555555";

    public static readonly string KeyId = Base64UrlEncoder.Encode(
        new RsaSecurityKey(AuthHost.IssuerKey.ExportParameters(includePrivateParameters: false)).ComputeJwkThumbprint());

    private readonly JsonObject _header;
    private readonly JsonObject _payload;

    public TokenBuilder(string origin, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        _header = new JsonObject { ["alg"] = "RS256", ["kid"] = KeyId, ["typ"] = "JWT" };
        _payload = new JsonObject
        {
            ["aud"] = "https://graph.microsoft.com",
            ["iss"] = $"{origin}/{Tenant}/v2.0",
            ["iat"] = seconds,
            ["nbf"] = seconds,
            ["exp"] = seconds + 3600,
            ["tid"] = Tenant,
            ["azp"] = App,
            ["idtyp"] = "app",
            ["oid"] = "99999999-2222-4333-8444-555555555555",
            ["sub"] = "99999999-2222-4333-8444-555555555555",
            ["roles"] = Names("ExternalConnection.ReadWrite.All", "ExternalItem.ReadWrite.All"),
        };
    }

    /// <summary>A token of an application as Entra makes it in that cloud, of version 2 or 1.</summary>
    public static TokenBuilder OfEntra(NationalCloud cloud, DateTimeOffset now, int version = 2)
    {
        TokenBuilder token = new TokenBuilder("", now).Claim("aud", cloud.GraphRoot).Claim("ver", version == 2 ? "2.0" : "1.0");
        return version == 2
            ? token.Claim("iss", cloud.IssuerOf(Tenant))
            : token.Claim("iss", cloud.Version1IssuerOf(Tenant)).Without("azp").Claim("appid", App).Claim("idp", cloud.Version1IssuerOf(Tenant));
    }

    /// <summary>A token of a service account as Keycloak makes it: no tenant, the roles nested, names instead of GUIDs.</summary>
    public static TokenBuilder OfKeycloak(TestProvider provider, DateTimeOffset now) => new TokenBuilder("", now)
        .Without("tid").Without("oid").Without("idtyp").Without("roles").Without("nbf")
        .Claim("iss", provider.Issuer).Claim("typ", "Bearer").Claim("azp", "hr-connector").Claim("client_id", "hr-connector")
        .Claim("sub", "8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11").Claim("scope", "profile email")
        .Claim("realm_access", new JsonObject { ["roles"] = Names("ExternalConnection.ReadWrite.All", "ExternalItem.ReadWrite.All") });

    public static JsonArray Names(params string[] names) => new([.. names.Select(name => (JsonNode)name)]);

    public TokenBuilder Header(string name, JsonNode? value)
    {
        _header[name] = value;
        return this;
    }

    public TokenBuilder Claim(string name, JsonNode? value)
    {
        _payload[name] = value;
        return this;
    }

    public TokenBuilder Without(string name)
    {
        _payload.Remove(name);
        _header.Remove(name);
        return this;
    }

    public TokenBuilder Delegated(string scopes, bool administrator) => Without("roles").Without("idtyp")
        .Claim("oid", User).Claim("sub", "pairwise").Claim("scp", scopes)
        .Claim("wids", administrator ? Names("62e90394-69f5-4237-9190-012177145e10") : Names("b79fbf4d-3ef9-4689-8143-76b194e85509"));

    public TokenBuilder WithRoles(params string[] roles) => Claim("roles", Names(roles));

    /// <summary>Header and payload, joined and encoded.</summary>
    public string Unsigned() => Encode(_header) + "." + Encode(_payload);

    public string Signed(RSA? key = null) => Sign(Unsigned(), key);

    public static string Sign(string unsigned, RSA? key = null) => $"{unsigned}.{Base64Url.EncodeToString(
        (key ?? AuthHost.IssuerKey).SignData(Encoding.UTF8.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

    public static string Encode(JsonNode node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public JsonElement Payload => JsonDocument.Parse(_payload.ToJsonString()).RootElement;
}

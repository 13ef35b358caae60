using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Auth.DevIssuer;

/// <summary>The documents by which clients find their way: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc. Their members are those seen of Entra.</summary>
internal static class DiscoveryEndpoints
{
    public static Task WriteVersion1Async(HttpContext context) => WriteConfigurationAsync(context, version: 1);

    public static Task WriteVersion2Async(HttpContext context) => WriteConfigurationAsync(context, version: 2);

    public static Task WriteKeysAsync(HttpContext context)
    {
        (IssuerTenant? tenant, EntraError? error) = IssuerTenant.Of(context);
        if (tenant is null)
        {
            return error!.WriteAsync(context);
        }

        var key = context.RequestServices.GetRequiredService<DevIssuerKey>();
        RsaSecurityKey publicKey = key.PublicKey;
        string issuer = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request).IssuerOf(tenant.IdOrPlaceholder, version: 2);
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("keys");
            json.WriteStartObject();
            json.WriteString("kty", "RSA");
            json.WriteString("use", "sig");
            json.WriteString("alg", SecurityAlgorithms.RsaSha256);
            json.WriteString("kid", publicKey.KeyId);
            json.WriteString("x5t", key.Thumbprint);
            json.WriteString("n", Base64UrlEncoder.Encode(publicKey.Parameters.Modulus));
            json.WriteString("e", Base64UrlEncoder.Encode(publicKey.Parameters.Exponent));
            WriteStrings(json, "x5c", Convert.ToBase64String(key.Certificate));
            json.WriteString("issuer", issuer);
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    /// <summary>
    /// <c>GET /common/discovery/instance</c>, which MSAL asks which names are one: an authority it does not know, or that is not among its own host's names, it does not go to.
    /// </summary>
    public static Task WriteInstancesAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        if (query["authorization_endpoint"].ToString() is not { Length: > 0 } endpoint)
        {
            return EntraError.MissingParameter("authorization_endpoint").WriteAsync(context);
        }

        IssuerHost host = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request);
        string[] own = [.. new[] { context.Request.Host.Host, context.Request.Host.Value! }.Distinct()];
        string[][] groups = [.. NationalCloud.All.Select(cloud => NamesOf(cloud)).DistinctBy(names => names[0])];
        if (host.Cloud is null)
        {
            groups = [.. groups, own];
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) || uri.AbsolutePath.Split('/') is not [_, { Length: > 0 } tenant, ..]
            || !groups.Any(names => names.Contains(uri.Authority, StringComparer.OrdinalIgnoreCase)))
        {
            return EntraError.UnknownInstance.WriteAsync(context);
        }

        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("tenant_discovery_endpoint", $"{uri.GetLeftPart(UriPartial.Authority)}/{tenant}/v2.0/.well-known/openid-configuration");
            json.WriteString("api-version", "1.1");
            json.WriteStartArray("metadata");
            foreach (string[] names in groups)
            {
                json.WriteStartObject();
                json.WriteString("preferred_network", names[0]);

                // An old cache of the global cloud goes by the old name.
                json.WriteString("preferred_cache", names[0] == NationalCloud.Global.LoginHosts[0] ? NationalCloud.Global.LoginHosts[1] : names[0]);
                WriteStrings(json, "aliases", names);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>
    /// What MSAL for .NET asks before a password grant: whether another identity provider keeps the password. None does; whether the user exists is
    /// the token endpoint's to say.
    /// </summary>
    public static Task WriteUserRealmAsync(HttpContext context)
    {
        string user = context.Request.RouteValues["user"] as string ?? context.Request.Query["user"].ToString();
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("ver", "1.0");
            json.WriteString("account_type", "Managed");
            json.WriteString("domain_name", user[(user.LastIndexOf('@') + 1)..]);
            json.WriteString("cloud_instance_name", "microsoftonline.com");
            json.WriteString("cloud_audience_urn", "urn:federation:MicrosoftOnline");
        });
    }

    private static Task WriteConfigurationAsync(HttpContext context, int version)
    {
        (IssuerTenant? tenant, EntraError? error) = IssuerTenant.Of(context);
        if (tenant is null)
        {
            return error!.WriteAsync(context);
        }

        IssuerHost host = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request);
        string root = $"{host.Origin}/{tenant.Segment}";
        string oauth = version == 1 ? $"{root}/oauth2" : $"{root}/oauth2/v2.0";
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("token_endpoint", $"{oauth}/token");
            WriteStrings(json, "token_endpoint_auth_methods_supported", "client_secret_post", "private_key_jwt", "client_secret_basic");
            WriteStrings(json, "token_endpoint_auth_signing_alg_values_supported", "PS256", "RS256");
            json.WriteString("jwks_uri", version == 1 ? $"{host.Origin}/common/discovery/keys" : $"{root}/discovery/v2.0/keys");
            WriteStrings(json, "response_modes_supported", "query", "fragment", "form_post");
            WriteStrings(json, "subject_types_supported", "pairwise");
            WriteStrings(json, "id_token_signing_alg_values_supported", "RS256");
            WriteStrings(json, "response_types_supported", "code", "id_token", "code id_token");
            WriteStrings(json, "scopes_supported", "openid", "profile", "email", "offline_access");
            WriteStrings(json, "code_challenge_methods_supported", "plain", "S256");
            WriteStrings(json, "grant_types_supported", "client_credentials", "authorization_code", "refresh_token", "password",
                "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            json.WriteString("issuer", host.IssuerOf(tenant.IdOrPlaceholder, version));
            json.WriteBoolean("request_uri_parameter_supported", false);
            json.WriteString("userinfo_endpoint", version == 1 ? $"{root}/openid/userinfo" : $"{host.GraphRoot}{UserInfoEndpoint.Path}");
            json.WriteString("authorization_endpoint", $"{oauth}/authorize");
            json.WriteString("device_authorization_endpoint", $"{oauth}/devicecode");
            json.WriteBoolean("http_logout_supported", true);
            json.WriteBoolean("frontchannel_logout_supported", false);
            json.WriteString("end_session_endpoint", $"{oauth}/logout");
            WriteStrings(json, "claims_supported", "sub", "iss", "aud", "exp", "iat", "acr", "nonce", "preferred_username", "name", "tid", "ver", "c_hash", "email", "oid");
            if (version == 1)
            {
                json.WriteBoolean("microsoft_multi_refresh_token", true);
            }

            NationalCloud cloud = host.Cloud ?? NationalCloud.Global;
            json.WriteString("tenant_region_scope", "WW");
            json.WriteString("cloud_instance_name", cloud.LoginHosts[0][(cloud.LoginHosts[0].IndexOf('.', StringComparison.Ordinal) + 1)..]);
            json.WriteString("cloud_graph_host_name", "graph.windows.net");
            json.WriteString("msgraph_host", new Uri(host.GraphRoot).Authority);
            json.WriteString("rbac_url", "https://pas.windows.net");
        });
    }

    private static string[] NamesOf(NationalCloud cloud) => cloud == NationalCloud.Global ? [.. cloud.LoginHosts, cloud.StsHost] : [.. cloud.LoginHosts];

    private static void WriteStrings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}

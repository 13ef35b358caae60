using Microsoft.IdentityModel.Tokens;
using Tributary.Faults;

namespace Tributary.Auth.DevIssuer;

/// <summary>The paths of the development issuer, as Entra has them. None is there when a real authority is configured.</summary>
internal static class DevIssuerEndpoints
{
    public static void MapDevIssuer(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<DevIssuerKey>() is null)
        {
            return;
        }

        endpoints.MapPost("/{tenant}/oauth2/v2.0/token", Local(TokenEndpoint.HandleAsync)).AllowAnonymousCaller().WithMetadata(new FaultTarget(FaultKind.Token));
        endpoints.MapGet("/{tenant}/oauth2/v2.0/authorize", Local(EntraError.NoInteractiveSignIn.WriteAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", Local(WriteConfigurationAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/discovery/v2.0/keys", Local(WriteKeysAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/common/userrealm/{user}", Local(WriteUserRealmAsync)).AllowAnonymousCaller();
    }

    /// <summary>A tenant is named by its GUID only; <paramref name="tenantId"/> is lower-case.</summary>
    public static bool TryReadTenant(string tenant, out string tenantId)
    {
        bool isGuid = Guid.TryParseExact(tenant, "D", out Guid id);
        tenantId = id.ToString("D");
        return isGuid;
    }

    /// <summary>The server as the client calls it; in lower case, for the issuer is compared letter by letter.</summary>
    public static string Origin(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}".ToLowerInvariant();

    /// <summary>Every path goes through <see cref="LocalOnly"/>.</summary>
    private static RequestDelegate Local(RequestDelegate handler) => context =>
        LocalOnly.Refuse(context) is { } reason ? EntraError.NotLocal(reason).WriteAsync(context) : handler(context);

    /// <summary>https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc</summary>
    private static Task WriteConfigurationAsync(HttpContext context)
    {
        string tenant = (string)context.Request.RouteValues["tenant"]!;
        if (!TryReadTenant(tenant, out string tenantId))
        {
            return EntraError.UnknownTenant(tenant).WriteAsync(context);
        }

        string origin = Origin(context.Request);
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("token_endpoint", $"{origin}/{tenantId}/oauth2/v2.0/token");
            WriteStrings("token_endpoint_auth_methods_supported", "client_secret_post", "client_secret_basic");
            json.WriteString("jwks_uri", $"{origin}/{tenantId}/discovery/v2.0/keys");
            WriteStrings("response_modes_supported", "query");
            WriteStrings("subject_types_supported", "pairwise");
            WriteStrings("id_token_signing_alg_values_supported", "RS256");
            // MSAL for Python wants this member to be there; whoever goes there is told that there is no interactive sign-in.
            WriteStrings("response_types_supported", "code");
            json.WriteString("authorization_endpoint", $"{origin}/{tenantId}/oauth2/v2.0/authorize");
            WriteStrings("grant_types_supported", "client_credentials", "password");
            WriteStrings("scopes_supported", "openid", "profile", "email", "offline_access");
            json.WriteString("issuer", origin + DevTokens.IssuerPath(tenantId));
            WriteStrings("claims_supported", "sub", "iss", "aud", "exp", "iat", "acct", "tid", "ver", "name", "preferred_username", "oid");

            void WriteStrings(string name, params ReadOnlySpan<string> values)
            {
                json.WriteStartArray(name);
                foreach (string value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }
        });
    }

    private static Task WriteKeysAsync(HttpContext context)
    {
        string tenant = (string)context.Request.RouteValues["tenant"]!;
        if (!TryReadTenant(tenant, out string tenantId))
        {
            return EntraError.UnknownTenant(tenant).WriteAsync(context);
        }

        RsaSecurityKey key = context.RequestServices.GetRequiredService<DevIssuerKey>().PublicKey;
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("keys");
            json.WriteStartObject();
            json.WriteString("kty", "RSA");
            json.WriteString("use", "sig");
            json.WriteString("alg", SecurityAlgorithms.RsaSha256);
            json.WriteString("kid", key.KeyId);
            json.WriteString("n", Base64UrlEncoder.Encode(key.Parameters.Modulus));
            json.WriteString("e", Base64UrlEncoder.Encode(key.Parameters.Exponent));
            json.WriteString("issuer", Origin(context.Request) + DevTokens.IssuerPath(tenantId));
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    /// <summary>
    /// What MSAL for .NET asks before a password grant: whether another identity provider keeps the password. None does; whether the user exists is
    /// the token endpoint's to say.
    /// </summary>
    private static Task WriteUserRealmAsync(HttpContext context)
    {
        string user = (string)context.Request.RouteValues["user"]!;
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("ver", "1.0");
            json.WriteString("account_type", "Managed");
            json.WriteString("domain_name", user[(user.LastIndexOf('@') + 1)..]);
            json.WriteString("cloud_instance_name", "microsoftonline.com");
            json.WriteString("cloud_audience_urn", "urn:federation:MicrosoftOnline");
        });
    }
}

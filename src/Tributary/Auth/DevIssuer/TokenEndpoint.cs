using System.Buffers.Text;
using System.Text;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// <c>POST /{tenant}/oauth2/v2.0/token</c>: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc.
/// </summary>
internal static class TokenEndpoint
{
    public static async Task HandleAsync(HttpContext context)
    {
        string tenant = (string)context.Request.RouteValues["tenant"]!;
        if (!DevIssuerEndpoints.TryReadTenant(tenant, out string tenantId))
        {
            await EntraError.UnknownTenant(tenant).WriteAsync(context);
            return;
        }

        (TokenRequest? request, EntraError? error) = await TokenRequest.ReadAsync(context);
        error ??= request!.GrantType switch
        {
            null => EntraError.MissingParameter("grant_type"),
            "client_credentials" => await GrantToApplicationAsync(context, tenantId, request),
            "password" => await GrantToUserAsync(context, tenantId, request),
            { } other => EntraError.UnsupportedGrant(other),
        };

        if (error is not null)
        {
            await error.WriteAsync(context);
        }
    }

    /// <summary>Answers with a token, or returns why not.</summary>
    private static async Task<EntraError?> GrantToApplicationAsync(HttpContext context, string tenantId, TokenRequest request)
    {
        if (!TryReadApp(request, tenantId, out string appId, out EntraError? error))
        {
            return error;
        }

        if (request.ClientSecret is null)
        {
            return EntraError.MissingSecret;
        }

        if (request.Scope is null)
        {
            return EntraError.MissingParameter("scope");
        }

        if (RequestedScopes.CheckForApplication(request.Scope, tenantId, ResourcesOf(context)) is { } wrongScope)
        {
            return wrongScope;
        }

        var tokens = context.RequestServices.GetRequiredService<DevTokens>();
        IReadOnlyList<string> roles = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId).RolesOf(appId);
        string accessToken = tokens.ForApplication(DevIssuerEndpoints.Origin(context.Request), tenantId, appId, roles);
        await DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", tokens.LifetimeSeconds);
            json.WriteNumber("ext_expires_in", tokens.LifetimeSeconds);
            json.WriteString("access_token", accessToken);
            if (request.WantsClientInfo)
            {
                json.WriteString("client_info", ClientInfo(SeedTenantView.ServicePrincipalId(tenantId, appId), tenantId));
            }
        });
        return null;
    }

    /// <summary>Answers with tokens, or returns why not.</summary>
    private static async Task<EntraError?> GrantToUserAsync(HttpContext context, string tenantId, TokenRequest request)
    {
        if (!TryReadApp(request, tenantId, out string appId, out EntraError? error))
        {
            return error;
        }

        if (request.UserName is null)
        {
            return EntraError.MissingParameter("username");
        }

        if (request.Scope is null)
        {
            return EntraError.MissingParameter("scope");
        }

        SeedTenantView directory = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        if (directory.FindUserOrNull(request.UserName) is not { } user)
        {
            return EntraError.UnknownUser(request.UserName, tenantId);
        }

        if (request.Password is null)
        {
            return EntraError.WrongPassword;
        }

        (RequestedScopes? scopes, error) = RequestedScopes.ReadForUser(request.Scope, tenantId, ResourcesOf(context));
        if (scopes is null)
        {
            return error;
        }

        var tokens = context.RequestServices.GetRequiredService<DevTokens>();
        string origin = DevIssuerEndpoints.Origin(context.Request);
        // Entra puts the scopes of OpenID Connect into a token for Graph too, except the one about refresh tokens.
        string[] granted = [.. scopes.OpenId.Where(scope => scope != "offline_access"), .. scopes.Permissions];
        string accessToken = tokens.ForUser(
            origin, tenantId, appId, isPublicClient: request.ClientSecret is null, user, directory.GroupsOf(user.Entry.Id, isTransitive: true), granted);
        string? idToken = scopes.OpenId.Contains("openid") ? tokens.IdTokenFor(origin, tenantId, appId, user.Entry) : null;
        await DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("token_type", "Bearer");
            json.WriteString("scope", GrantedText(scopes));
            json.WriteNumber("expires_in", tokens.LifetimeSeconds);
            json.WriteNumber("ext_expires_in", tokens.LifetimeSeconds);
            json.WriteString("access_token", accessToken);
            if (idToken is not null)
            {
                json.WriteString("id_token", idToken);
            }

            if (request.WantsClientInfo)
            {
                json.WriteString("client_info", ClientInfo(user.Entry.Id, tenantId));
            }
        });
        return null;
    }

    private static bool TryReadApp(TokenRequest request, string tenantId, out string appId, out EntraError? error)
    {
        bool isGuid = Guid.TryParseExact(request.ClientId, "D", out Guid id);
        appId = id.ToString("D");
        error = isGuid ? null
            : request.ClientId is null ? EntraError.MissingParameter("client_id")
            : EntraError.UnknownApplication(request.ClientId, tenantId);
        return isGuid;
    }

    private static IReadOnlyList<string> ResourcesOf(HttpContext context) =>
        RequestedScopes.Resources(context.RequestServices.GetRequiredService<AuthOptions>(), context.Request);

    /// <summary>With the resource before each, and <c>.default</c> when it was asked for: MSAL finds the token in its cache by this list.</summary>
    private static string GrantedText(RequestedScopes scopes)
    {
        IEnumerable<string> permissions = scopes.IsDefault ? scopes.Permissions.Append(".default") : scopes.Permissions;
        IEnumerable<string> withResource = permissions.Select(name => $"{AuthOptions.GraphAudience}/{name}");
        return string.Join(' ', scopes.OpenId.Where(scope => scope != "offline_access").Concat(withResource));
    }

    private static string ClientInfo(string userId, string tenantId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"uid":"{{userId}}","utid":"{{tenantId}}"}"""));
}

using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc</summary>
internal static class PasswordGrant
{
    /// <summary>Answers with tokens, or returns why not.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        if (request.Tenant.IsCommon)
        {
            return EntraError.GrantNotOnCommon;
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string? userName = request.Form["username"];
        string tenantId = request.Tenant.TenantId ?? directory.HomeOfUser(userName ?? "");
        SeedTenantView tenant = directory.Tenant(tenantId);
        (IssuerClient? client, EntraError? error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, tenantId, tenant, needsProof: false);
        if (client is null)
        {
            return error;
        }

        if (userName is null)
        {
            return EntraError.MissingParameter("username");
        }

        if ((request.Scope ?? request.Resource) is null)
        {
            return UserTokens.MissingScope(request);
        }

        (IssuerUser? user, error) = await SignInRules.SignInAsync(context, tenantId, userName, request.Form["password"], canDoWithout: false);
        if (user is null)
        {
            return error;
        }

        (RequestedScopes? scopes, error) = UserTokens.ReadScopes(request, new ScopeContext(context, request.Version, tenantId, tenant, client.App));
        if (scopes is null)
        {
            return error;
        }

        await UserTokens.AnswerAsync(context, request, client, tenantId, user, scopes);
        return null;
    }
}

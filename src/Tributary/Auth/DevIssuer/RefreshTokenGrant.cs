using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token</summary>
internal static class RefreshTokenGrant
{
    private const string OfflineAccess = "offline_access";

    /// <summary>Answers with tokens, a new refresh token always among them, or returns why not.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        if (request.Form["refresh_token"] is not { } text)
        {
            return EntraError.MissingParameter("refresh_token");
        }

        if (request.ClientId is null)
        {
            return EntraError.MissingParameter("client_id");
        }

        (RefreshToken? token, EntraError? error) = context.RequestServices.GetRequiredService<RefreshTokens>().Open(text);
        if (token is null)
        {
            return error;
        }

        if (request.Tenant.TenantId is { } asked && asked != token.TenantId)
        {
            return EntraError.ForeignTenant;
        }

        if (!request.ClientId.Equals(token.AppId, StringComparison.OrdinalIgnoreCase))
        {
            return EntraError.ForeignGrant;
        }

        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(token.TenantId);
        (IssuerClient? client, error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, token.TenantId, tenant, needsProof: false);
        if (client is null)
        {
            return error;
        }

        (IssuerUser? user, error) = await context.RequestServices.GetRequiredService<IssuerUsers>().FindAsync(token.TenantId, token.UserId, context.RequestAborted);
        if (user is null)
        {
            return error;
        }

        (RequestedScopes? scopes, error) = UserTokens.ReadScopes(
            request, new ScopeContext(context, request.Version, token.TenantId, tenant, client.App), token.Scope);
        if (scopes is null)
        {
            return error;
        }

        if (!scopes.WantsRefreshToken)
        {
            scopes = scopes with { OpenId = [.. scopes.OpenId, OfflineAccess] };
        }

        await UserTokens.AnswerAsync(context, request, client, token.TenantId, user, scopes);
        return null;
    }
}

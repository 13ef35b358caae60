using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow</summary>
internal static class AuthorizationCodeGrant
{
    /// <summary>Answers with tokens, or returns why not. A code is used up only by a client that has proved all there is to prove.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        if (request.Form["code"] is not { } text)
        {
            return EntraError.MissingParameter("code");
        }

        if (request.ClientId is null)
        {
            return EntraError.MissingParameter("client_id");
        }

        (IssuedCode? code, EntraError? error) = context.RequestServices.GetRequiredService<AuthorizationCodes>().Find(text);
        if (code is null)
        {
            return error;
        }

        if (request.Tenant.TenantId is { } asked && asked != code.TenantId)
        {
            return EntraError.ForeignTenant;
        }

        string tenantId = code.TenantId;
        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        if (!request.ClientId.Equals(code.Request.App.AppId, StringComparison.OrdinalIgnoreCase))
        {
            return EntraError.ForeignGrant;
        }

        (IssuerClient? client, error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, tenantId, tenant, needsProof: false);
        error ??= CheckRedirect(request, code) ?? CodeChallenge.Check(code.Request.Challenge, request.Form["code_verifier"]);
        if (error is not null)
        {
            return error;
        }

        (IssuerUser? user, error) = await context.RequestServices.GetRequiredService<IssuerUsers>().FindAsync(tenantId, code.UserId, context.RequestAborted);
        if (user is null)
        {
            return error;
        }

        (RequestedScopes? scopes, error) = UserTokens.ReadScopes(
            request, new ScopeContext(context, request.Version, tenantId, tenant, client!.App), code.Request.Scope);
        if (scopes is null)
        {
            return error;
        }

        if (!code.TryRedeem())
        {
            return EntraError.RedeemedCode;
        }

        await UserTokens.AnswerAsync(context, request, client, tenantId, user, scopes, code.Request.Nonce);
        return null;
    }

    /// <summary>RFC 6749 4.1.3: what was sent to the authorization endpoint is sent here again.</summary>
    private static EntraError? CheckRedirect(TokenRequest request, IssuedCode code) => request.Form["redirect_uri"] switch
    {
        null => code.Request.NamesRedirect ? EntraError.MissingParameter("redirect_uri") : null,
        { } sent => sent == code.Request.RedirectUri ? null : EntraError.ReplyAddress(sent),
    };
}

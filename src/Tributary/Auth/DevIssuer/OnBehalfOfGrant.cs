using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow</summary>
internal static class OnBehalfOfGrant
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = AccessTokens.LongestToken };

    /// <summary>Answers with tokens, or returns why not.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        switch (request.Form["requested_token_use"])
        {
            case null:
                return EntraError.MissingParameter("requested_token_use");
            case "on_behalf_of":
                break;
            default:
                return EntraError.Malformed("The requested_token_use has to be on_behalf_of.");
        }

        if (request.Form["assertion"] is not { } assertion)
        {
            return EntraError.MissingParameter("assertion");
        }

        if (request.ClientId is null)
        {
            return EntraError.MissingParameter("client_id");
        }

        (JsonWebToken? jwt, EntraError? error) = await ReadAsync(context, assertion);
        if (jwt is null)
        {
            return error;
        }

        string tenantId = jwt.GetPayloadValue<string>("tid");
        if (request.Tenant.TenantId is { } asked && asked != tenantId)
        {
            return EntraError.ForeignTenant;
        }

        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        (IssuerClient? client, error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, tenantId, tenant, needsProof: true);
        error ??= CheckUse(context, jwt, client!);
        if (error is not null)
        {
            return error;
        }

        (IssuerUser? user, error) = await context.RequestServices.GetRequiredService<IssuerUsers>().FindAsync(tenantId, jwt.GetPayloadValue<string>("oid"), context.RequestAborted);
        if (user is null)
        {
            return error;
        }

        (RequestedScopes? scopes, error) = UserTokens.ReadScopes(request, new ScopeContext(context, request.Version, tenantId, tenant, client!.App));
        if (scopes is null)
        {
            return error;
        }

        await UserTokens.AnswerAsync(context, request, client, tenantId, user, scopes);
        return null;
    }

    /// <summary>The assertion, if this issuer made it.</summary>
    private static async Task<(JsonWebToken? Token, EntraError? Error)> ReadAsync(HttpContext context, string assertion)
    {
        var names = context.RequestServices.GetRequiredService<IssuerNames>();
        SigningKeys? keys = context.RequestServices.GetRequiredService<DevIssuerKey>().FindPublicKeysOrNull();
        TokenValidationResult result = await Handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = keys?.Keys,

            // Both are told apart from a wrong signature below, the lifetime by this server's clock.
            ValidateAudience = false,
            ValidateLifetime = false,
            IssuerValidator = (issuer, token, _) =>
                token is JsonWebToken jwt && jwt.TryGetPayloadValue("tid", out string? tenantId) && tenantId is not null && names.IsIssuer(issuer, tenantId)
                    ? issuer
                    : throw new SecurityTokenInvalidIssuerException(),
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken token } ? (token, null) : (null, EntraError.AssertionSignature);
    }

    /// <summary>Whether it is a user's access token for the API of the client, and still good.</summary>
    private static EntraError? CheckUse(HttpContext context, JsonWebToken jwt, IssuerClient client)
    {
        DateTimeOffset now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var end = new DateTimeOffset(DateTime.SpecifyKind(jwt.ValidTo, DateTimeKind.Utc));
        if (end <= now)
        {
            return EntraError.AssertionExpired(now, end);
        }

        string audience = jwt.Audiences.FirstOrDefault() ?? "";
        return !TokenResource.IsFor(audience, client.AppId) ? EntraError.AssertionOfOther(audience, client.AppId)
            : jwt.TryGetPayloadValue("idtyp", out string? type) && type == "app" ? EntraError.NotOnBehalfOfApp(client.AppId)
            : !jwt.TryGetPayloadValue("scp", out string _) ? EntraError.IdTokenAsAssertion
            : null;
    }
}

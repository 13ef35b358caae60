using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary><c>POST /{tenant}/oauth2/v2.0/token</c> and version 1's <c>/{tenant}/oauth2/token</c>: reads the request and hands it to its grant.</summary>
internal static class TokenEndpoint
{
    public static Task HandleVersion1Async(HttpContext context) => HandleAsync(context, version: 1);

    public static Task HandleVersion2Async(HttpContext context) => HandleAsync(context, version: 2);

    private static async Task HandleAsync(HttpContext context, int version)
    {
        (TokenRequest? request, EntraError? error) = await TokenRequest.ReadAsync(context, version);
        error ??= request!.GrantType switch
        {
            null => EntraError.MissingParameter("grant_type"),
            "client_credentials" => await ClientCredentialsGrant.AnswerAsync(context, request),
            "password" => await PasswordGrant.AnswerAsync(context, request),
            "authorization_code" => await AuthorizationCodeGrant.AnswerAsync(context, request),
            "refresh_token" => await RefreshTokenGrant.AnswerAsync(context, request),
            "urn:ietf:params:oauth:grant-type:device_code" or "device_code" => await DeviceCodeGrant.AnswerAsync(context, request),
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => await OnBehalfOfGrant.AnswerAsync(context, request),
            { } other => EntraError.UnsupportedGrant(other),
        };

        if (error is not null)
        {
            await error.WriteAsync(context);
        }
    }
}

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow</summary>
internal static class ClientCredentialsGrant
{
    /// <summary>Answers with a token, or returns why not.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string tenantId = request.Tenant.TenantId ?? directory.HomeOfApp(request.ClientId ?? "");
        SeedTenantView tenant = directory.Tenant(tenantId);
        if (request.ClientId is { } clientId && request.ClientSecret is null && request.ClientAssertion is null && tenant.FindAppOrNull(clientId) is not null)
        {
            return EntraError.MissingSecret;
        }

        (IssuerClient? client, EntraError? error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, tenantId, tenant, needsProof: true);
        if (client is null)
        {
            return error;
        }

        (TokenResource? resource, error) = Read(request, new ScopeContext(context, request.Version, tenantId, tenant, client.App));
        if (resource is null)
        {
            return error;
        }

        IReadOnlyList<string> roles = resource.Api is null ? tenant.RolesOf(client.AppId) : [];
        var answer = new TokenAnswer
        {
            AccessToken = context.RequestServices.GetRequiredService<DevTokens>()
                .ForApplication(TokenOccasion.Of(context, tenantId, request.Version, client), resource.Audience, roles),
            Resource = resource,
            ClientInfo = request.WantsClientInfo ? TokenAnswer.ClientInfoOf(SeedTenantView.ServicePrincipalId(tenantId, client.AppId), tenantId) : null,
        };
        await answer.WriteAsync(context, request.Version);
        return null;
    }

    private static (TokenResource? Resource, EntraError? Error) Read(TokenRequest request, ScopeContext context) => request switch
    {
        { Version: 1, Resource: { } resource } => context.Find(resource),
        { Scope: { } scope } => RequestedScopes.ReadForApplication(scope, context),
        { Version: 1 } => (null, EntraError.MissingParameter("resource")),
        _ => (null, EntraError.MissingParameter("scope")),
    };
}

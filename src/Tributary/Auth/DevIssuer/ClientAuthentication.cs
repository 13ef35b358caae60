using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>Which application asks, and whether it is that one.</summary>
internal sealed class ClientAuthentication(IssuerNames names, ClientAssertions assertions, SecretChecks checks, TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <param name="context">The request.</param>
    /// <param name="request">Its body.</param>
    /// <param name="tenantId">In whose applications the client is looked for.</param>
    /// <param name="tenant">Those applications.</param>
    /// <param name="needsProof">Whether an application that need not prove itself otherwise has to here.</param>
    public async Task<(IssuerClient? Client, EntraError? Error)> AuthenticateAsync(
        HttpContext context, TokenRequest request, string tenantId, SeedTenantView tenant, bool needsProof)
    {
        if (request.ClientId is not { } clientId)
        {
            return (null, EntraError.MissingParameter("client_id"));
        }

        if (tenant.FindAppOrNull(clientId) is not { } app)
        {
            return (null, EntraError.UnknownApplication(clientId, tenantId));
        }

        if (app is { Entry.PublicClient: true, HasCredentials: false } && (request.ClientSecret ?? request.ClientAssertion) is not null)
        {
            return (null, EntraError.PublicClientWithCredential);
        }

        if (request.ClientAssertion is { } assertion)
        {
            if (request.ClientAssertionType != AssertionType)
            {
                return (null, request.ClientAssertionType is null
                    ? EntraError.MissingParameter("client_assertion_type")
                    : EntraError.Malformed($"The client_assertion_type has to be {AssertionType}."));
            }

            EntraError? wrong = await assertions.CheckAsync(context, assertion, app, request.Tenant, tenantId);
            return wrong is null ? (new IssuerClient(app, ClientProof.Certificate), null) : (null, wrong);
        }

        if (request.ClientSecret is { } secret)
        {
            return await CheckAsync(context, tenantId, app, secret) is { } wrong ? (null, wrong) : (new IssuerClient(app, ClientProof.Secret), null);
        }

        return needsProof || !app.IsPublicClient ? (null, EntraError.MissingCredential) : (new IssuerClient(app, ClientProof.None), null);
    }

    private async Task<EntraError?> CheckAsync(HttpContext context, string tenantId, SeedTenantApp app, string secret)
    {
        if (!app.HasCredentials)
        {
            // Nothing to hold it against: any will do, on this machine.
            return names.AllowsRemote ? EntraError.WrongSecret(app.AppId) : null;
        }

        SeedSecret[] matching = [];
        EntraError? error = await checks.CheckAsync(
            new SignInAccount(tenantId, app.AppId, IsApplication: true, context.Connection.RemoteIpAddress?.ToString()),
            app.Secrets.Any(known => SecretHash.IsSlow(known.Hash)),
            () =>
            {
                matching = [.. app.Secrets.Where(known => known.Hash is { } hash ? SecretHash.Matches(hash, secret) : SecretHash.AreEqual(known.Secret!, secret))];
                return matching.Length > 0;
            },
            EntraError.WrongSecret(app.AppId),
            context.RequestAborted);
        return error ?? (matching.All(known => known.Expires <= time.GetUtcNow()) ? EntraError.ExpiredSecret(app.AppId) : null);
    }
}

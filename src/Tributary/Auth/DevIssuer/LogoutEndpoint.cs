using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// <c>GET /{tenant}/oauth2/v2.0/logout</c>: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request. The browser goes on only to an address that is
/// the application's, which <c>client_id</c> or <c>id_token_hint</c> tells; without them to a loopback one.
/// </summary>
internal static class LogoutEndpoint
{
    public static Task HandleAsync(HttpContext context)
    {
        (SmallForm? form, EntraError? error) = SmallForm.OfQuery(context.Request);
        IssuerTenant? tenant = null;
        if (form is not null)
        {
            (tenant, error) = IssuerTenant.Of(context);
        }

        if (tenant is null)
        {
            return SignInPages.WriteErrorAsync(context, error!);
        }

        context.RequestServices.GetRequiredService<SignInSessions>().End(context);
        if (form!["post_logout_redirect_uri"] is not { } address)
        {
            return SignInPages.WriteNoteAsync(context, "You signed out", "You can close this window.");
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        IssuerHost host = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request);
        string appId = form["client_id"] ?? AudienceOrNull(form["id_token_hint"]) ?? "";
        SeedTenantApp app = directory.Tenant(tenant.TenantId ?? directory.HomeOfApp(appId)).FindAppOrNull(appId) ?? new SeedTenantApp("", null);
        if (!RedirectRules.IsAllowed(address, app, host))
        {
            return SignInPages.WriteErrorAsync(context, EntraError.WrongRedirect(address, appId));
        }

        string separator = address.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        SignInPages.SetHeaders(context.Response, formTarget: null);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = form["state"] is { } state ? $"{address}{separator}state={Uri.EscapeDataString(state)}" : address;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Only a hint: the address has to be one of that application in any case.</summary>
    private static string? AudienceOrNull(string? idToken) =>
        idToken is not null && AccessTokens.TryRead(idToken, out JsonWebToken? jwt) ? jwt.Audiences.FirstOrDefault() : null;
}

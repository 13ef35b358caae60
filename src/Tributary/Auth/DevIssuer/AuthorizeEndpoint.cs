using Tributary.Directories;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// <c>GET /{tenant}/oauth2/v2.0/authorize</c> and version 1's <c>/{tenant}/oauth2/authorize</c>: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and
/// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
/// </summary>
internal static class AuthorizeEndpoint
{
    public static Task HandleVersion1Async(HttpContext context) => HandleAsync(context, version: 1);

    public static Task HandleVersion2Async(HttpContext context) => HandleAsync(context, version: 2);

    private static Task HandleAsync(HttpContext context, int version)
    {
        (SmallForm? form, EntraError? error) = SmallForm.OfQuery(context.Request);
        AuthorizeRequest? request = null;
        if (form is not null)
        {
            (request, error) = AuthorizeRequest.ReadClient(context, form, version);
        }

        if (request is null)
        {
            return SignInPages.WriteErrorAsync(context, error!);
        }

        (request, error) = request.ReadRest(context, form!);
        return error is null ? SignInAsync(context, request) : AuthorizeAnswer.WriteErrorAsync(context, request, error);
    }

    private static async Task SignInAsync(HttpContext context, AuthorizeRequest request)
    {
        if (request.Prompt is "login" or "consent" or "select_account")
        {
            await SignInEndpoint.ShowAsync(context, new PendingSignIn(request, null));
            return;
        }

        SignInSessions.Account? account = context.RequestServices.GetRequiredService<SignInSessions>().FindOrNull(context);
        IssuerUser? user = null;
        if (account is not null)
        {
            try
            {
                (user, _) = await context.RequestServices.GetRequiredService<IssuerUsers>().FindAsync(account.TenantId, account.UserId, context.RequestAborted);
            }
            catch (DirectoryUnavailableException exception) when (request.Prompt == "none")
            {
                // In a frame that nobody sees; RFC 6749 4.1.2.1 has a word for it, as a redirect has no status.
                await AuthorizeAnswer.WriteErrorAsync(context, request, DirectoryOutage.Report(context, exception));
                return;
            }
        }

        bool isMeant = user is not null
            && (request.Tenant.TenantId ?? account!.TenantId) == account!.TenantId
            && (request.LoginHint is null || request.LoginHint.Equals(user.Entry.UserPrincipalName, StringComparison.OrdinalIgnoreCase));
        if (isMeant)
        {
            await SignInEndpoint.FinishAsync(context, request, account!.TenantId, user!);
            return;
        }

        await (request.Prompt == "none"
            ? AuthorizeAnswer.WriteErrorAsync(context, request, user is null ? EntraError.LoginRequired : EntraError.SelectionRequired)
            : SignInEndpoint.ShowAsync(context, new PendingSignIn(request, null)));
    }
}

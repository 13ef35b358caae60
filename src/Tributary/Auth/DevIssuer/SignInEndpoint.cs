using Tributary.Directories;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>What a sign-in page was shown for: a program's request, or a device that waits.</summary>
internal sealed record PendingSignIn(AuthorizeRequest? Authorize, DeviceSignIn? Device)
{
    public IssuerTenant Tenant => Authorize?.Tenant ?? Device!.Tenant;

    public string AppId => Authorize?.App.AppId ?? Device!.AppId;
}

/// <summary>The pages that were shown and not answered yet, each by the token in its form, which is good once.</summary>
internal sealed class PendingSignIns(TimeProvider time)
{
    private const int Most = 1000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly ExpiringStore<PendingSignIn> _pages = new(Most, Lifetime, time);

    public string Add(PendingSignIn page) => _pages.Add(page);

    public PendingSignIn? TakeOrNull(string? token) => _pages.TakeOrNull(token);
}

/// <summary>
/// The page on which a person picks a user, and <c>POST /common/login</c>, where it sends the choice. Against a page of another site that posts here by itself stand the browser's Origin
/// (<see cref="LocalOnly"/>) and the token of the form, which no other page can read.
/// </summary>
internal static class SignInEndpoint
{
    public const string Path = "/common/login";

    /// <summary>On the page; more sign in by typing their names.</summary>
    private const int MostUsers = 50;

    public static async Task ShowAsync(HttpContext context, PendingSignIn pending, EntraError? error = null, string? userName = null, bool isOutage = false)
    {
        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string tenantId = pending.Tenant.TenantId ?? directory.DefaultTenant;
        SeedTenantView tenant = directory.Tenant(tenantId);
        string appName = pending.Authorize?.App.DisplayName ?? tenant.FindAppOrNull(pending.AppId)?.DisplayName ?? $"Application {pending.AppId}";

        // A directory that was out when it was asked who signs in is not asked for a list: the name that was given stays in its field.
        (IReadOnlyList<DirectoryUser> users, bool isCut) = isOutage ? ([], false)
            : await context.RequestServices.GetRequiredService<IssuerUsers>().ListAsync(tenantId, pending.Authorize?.DomainHint, MostUsers, context.RequestAborted);
        string token = context.RequestServices.GetRequiredService<PendingSignIns>().Add(pending);
        await SignInPages.WriteChoiceAsync(context, new SignInChoice(
            token, appName, tenant.Organization.DisplayName, users, isCut, userName ?? pending.Authorize?.LoginHint, pending.Device?.UserCode, pending.Authorize?.RedirectUri,
            error is null ? null : (error, error.DescriptionFor(context))));
    }

    public static async Task HandleAsync(HttpContext context)
    {
        (SmallForm? form, EntraError? error) = await SmallForm.ReadAsync(context);
        if (form is null)
        {
            await SignInPages.WriteErrorAsync(context, error!);
            return;
        }

        if (context.RequestServices.GetRequiredService<PendingSignIns>().TakeOrNull(form["token"]) is not { } pending)
        {
            await SignInPages.WriteErrorAsync(context, EntraError.PageUsedUp);
            return;
        }

        if (form["cancel"] is not null)
        {
            await CancelAsync(context, pending);
            return;
        }

        if ((form["user"] ?? form["username"]) is not { } userName)
        {
            await ShowAsync(context, pending, EntraError.MissingParameter("username"));
            return;
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string tenantId = pending.Tenant.TenantId ?? directory.HomeOfUser(userName);
        IssuerUser? user = null;
        bool isOutage = false;
        try
        {
            (user, error) = await SignInRules.SignInAsync(context, tenantId, userName, form["password"], canDoWithout: true);
        }
        catch (DirectoryUnavailableException exception)
        {
            // The page was good once, so the person gets another one to try again on, not only the bare error.
            error = DirectoryOutage.Report(context, exception);
            isOutage = true;
        }

        if (user is null)
        {
            await ShowAsync(context, pending, error, userName, isOutage);
            return;
        }

        context.RequestServices.GetRequiredService<SignInSessions>().Begin(context, tenantId, user.Entry.Id);
        if (pending.Authorize is { } request)
        {
            await FinishAsync(context, request, tenantId, user);
        }
        else
        {
            bool isFirst = pending.Device!.TryDecide(new DeviceSignIn.Decision(tenantId, user.Entry.Id));
            await (isFirst
                ? SignInPages.WriteNoteAsync(context, "You are signed in", $"Your device gets tokens of {user.DisplayName} now. You can close this window.")
                : SignInPages.WriteErrorAsync(context, EntraError.UserCodeUsed));
        }
    }

    /// <summary>Goes back to the client, which is known in the user's tenant as well and has its consent there.</summary>
    public static Task FinishAsync(HttpContext context, AuthorizeRequest request, string tenantId, IssuerUser user)
    {
        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        IssuerHost host = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request);
        if (tenant.FindAppOrNull(request.App.AppId) is not { } app)
        {
            return SignInPages.WriteErrorAsync(context, EntraError.UnknownApplication(request.App.AppId, tenantId));
        }

        if (!RedirectRules.IsAllowed(request.RedirectUri, app, host))
        {
            return SignInPages.WriteErrorAsync(context, EntraError.WrongRedirect(request.RedirectUri, app.AppId));
        }

        (_, EntraError? error) = RequestedScopes.ReadForUser(request.Scope, new ScopeContext(context, request.Version, tenantId, tenant, app));
        return error is null ? AuthorizeAnswer.WriteAsync(context, request, tenantId, user) : AuthorizeAnswer.WriteErrorAsync(context, request, error);
    }

    private static Task CancelAsync(HttpContext context, PendingSignIn pending)
    {
        if (pending.Authorize is { } request)
        {
            return AuthorizeAnswer.WriteErrorAsync(context, request, EntraError.Declined);
        }

        pending.Device!.TryDecide(new DeviceSignIn.Decision("", null));
        return SignInPages.WriteNoteAsync(context, "Cancelled", "Your device is told that you did not sign in. You can close this window.");
    }
}

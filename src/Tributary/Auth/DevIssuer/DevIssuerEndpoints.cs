using Tributary.Directories;
using Tributary.Faults;

namespace Tributary.Auth.DevIssuer;

/// <summary>The paths of the development issuer, as Entra has them. None is there when a real authority is configured.</summary>
internal static class DevIssuerEndpoints
{
    public static void MapDevIssuer(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<DevIssuerKey>() is null)
        {
            return;
        }

        // Programs ask these.
        var faults = new FaultTarget(FaultKind.Token);
        endpoints.MapPost("/{tenant}/oauth2/v2.0/token", Local(TokenEndpoint.HandleVersion2Async)).AllowAnonymousCaller().WithMetadata(faults);
        endpoints.MapPost("/{tenant}/oauth2/token", Local(TokenEndpoint.HandleVersion1Async)).AllowAnonymousCaller().WithMetadata(faults);
        endpoints.MapPost("/{tenant}/oauth2/v2.0/devicecode", Local(DeviceCodeGrant.HandleVersion2Async)).AllowAnonymousCaller();
        endpoints.MapPost("/{tenant}/oauth2/devicecode", Local(DeviceCodeGrant.HandleVersion1Async)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", Local(DiscoveryEndpoints.WriteVersion2Async)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/.well-known/openid-configuration", Local(DiscoveryEndpoints.WriteVersion1Async)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/discovery/v2.0/keys", Local(DiscoveryEndpoints.WriteKeysAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/discovery/keys", Local(DiscoveryEndpoints.WriteKeysAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/common/discovery/instance", Local(DiscoveryEndpoints.WriteInstancesAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/common/userrealm/{user}", Local(DiscoveryEndpoints.WriteUserRealmAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/common/userrealm", Local(DiscoveryEndpoints.WriteUserRealmAsync)).AllowAnonymousCaller();
        endpoints.MapMethods("/{tenant}/openid/userinfo", ["GET", "POST"], Local(UserInfoEndpoint.WriteAsync)).RequireToken();
        endpoints.MapMethods(UserInfoEndpoint.Path, ["GET", "POST"], Local(UserInfoEndpoint.WriteAsync)).RequireToken();
        endpoints.MapGet(ManagedIdentityEndpoints.AppServicePath, OnThisMachine(ManagedIdentityEndpoints.HandleAppServiceAsync)).AllowAnonymousCaller().WithMetadata(faults);
        endpoints.MapGet(ManagedIdentityEndpoints.VirtualMachinePath, OnThisMachine(ManagedIdentityEndpoints.HandleVirtualMachineAsync)).AllowAnonymousCaller().WithMetadata(faults);

        // People are sent to these.
        endpoints.MapGet("/{tenant}/oauth2/v2.0/authorize", Page(AuthorizeEndpoint.HandleVersion2Async)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/oauth2/authorize", Page(AuthorizeEndpoint.HandleVersion1Async)).AllowAnonymousCaller();
        endpoints.MapPost(SignInEndpoint.Path, Page(SignInEndpoint.HandleAsync)).AllowAnonymousCaller();
        endpoints.MapGet(DeviceAuthEndpoint.Path, Page(DeviceAuthEndpoint.ShowAsync)).AllowAnonymousCaller();
        endpoints.MapPost(DeviceAuthEndpoint.Path, Page(DeviceAuthEndpoint.HandleAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/oauth2/v2.0/logout", Page(LogoutEndpoint.HandleAsync)).AllowAnonymousCaller();
        endpoints.MapGet("/{tenant}/oauth2/logout", Page(LogoutEndpoint.HandleAsync)).AllowAnonymousCaller();
        endpoints.MapGet(RedirectRules.NativeClientPath, Page(WriteNativeClientAsync)).AllowAnonymousCaller();
    }

    private static RequestDelegate Local(RequestDelegate handler) => Guarded(handler, isPage: false, onlyThisMachine: false);

    private static RequestDelegate Page(RequestDelegate handler) => Guarded(handler, isPage: true, onlyThisMachine: false);

    private static RequestDelegate OnThisMachine(RequestDelegate handler) => Guarded(handler, isPage: false, onlyThisMachine: true);

    /// <summary>Every path goes through here.</summary>
    private static RequestDelegate Guarded(RequestDelegate handler, bool isPage, bool onlyThisMachine) => async context =>
    {
        if (Refuse(context, isPage, onlyThisMachine) is { } reason)
        {
            EntraError refusal = EntraError.NotLocal(reason);
            await (isPage ? SignInPages.WriteErrorAsync(context, refusal) : refusal.WriteAsync(context));
            return;
        }

        try
        {
            await handler(context);
        }
        catch (DirectoryUnavailableException exception) when (!context.Response.HasStarted)
        {
            EntraError outage = DirectoryOutage.Report(context, exception);
            await (isPage ? SignInPages.WriteErrorAsync(context, outage) : IssuerErrors.WriteAsync(context, outage));
        }
    };

    private static string? Refuse(HttpContext context, bool isPage, bool onlyThisMachine)
    {
        var names = context.RequestServices.GetRequiredService<IssuerNames>();
        if (!names.AllowsRemote)
        {
            return LocalOnly.Refuse(context, isPage);
        }

        if (onlyThisMachine)
        {
            return "Managed identities are there only while the development issuer answers to this machine alone (Auth:Development:AllowRemote).";
        }

        // A foreign name for this server is a page's way around its origin.
        return names.IsPublicHost(context.Request.Host) || names.IsTakenOver(context.Request)
            ? LocalOnly.RefuseForeignPage(context.Request, names.Of(context.Request).Origin, isPage)
            : "The development issuer answers to PublicUrl and AllowedHosts only.";
    }

    /// <summary>Where desktop programs have their embedded browser sent: they read the address and close it.</summary>
    private static Task WriteNativeClientAsync(HttpContext context) => SignInPages.WriteNoteAsync(context, "Signed in", "You can close this window.");
}

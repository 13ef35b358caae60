using System.Globalization;
using System.Text.Json;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// Tokens for programs that have no secret, as on Azure: App Service's endpoint (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference) and that of
/// virtual machines (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token). Which identity is which the seed file says; without it there is one.
/// </summary>
internal static class ManagedIdentityEndpoints
{
    public const string AppServicePath = "/msi/token";

    public const string VirtualMachinePath = "/metadata/identity/oauth2/token";

    private const string AppServiceVersion = "2019-08-01";
    private const string OldestVirtualMachineVersion = "2018-02-01";

    public static Task HandleAppServiceAsync(HttpContext context)
    {
        (SmallForm? query, EntraError? error) = SmallForm.OfQuery(context.Request);
        string header = context.Request.Headers["X-IDENTITY-HEADER"].ToString();
        if (header.Length == 0 || !context.RequestServices.GetRequiredService<ManagedIdentitySecret>().Matches(header))
        {
            return Refuse(StatusCodes.Status401Unauthorized, "The header X-IDENTITY-HEADER is not the one of this server.");
        }

        if (query is null)
        {
            return Refuse(StatusCodes.Status400BadRequest, error!.Description);
        }

        if (query["api-version"] != AppServiceVersion)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"The api-version has to be {AppServiceVersion}.");
        }

        (Identity? identity, string? problem) = Find(context, query, query["mi_res_id"]);
        return identity is null ? Refuse(StatusCodes.Status400BadRequest, problem!) : WriteAsync(context, identity, isVirtualMachine: false);

        Task Refuse(int status, string message) => DevIssuerJson.WriteAsync(context, status, json => WriteAppServiceError(json, status, message));
    }

    public static Task HandleVirtualMachineAsync(HttpContext context)
    {
        (SmallForm? query, EntraError? error) = SmallForm.OfQuery(context.Request);
        if (!context.Request.Headers["Metadata"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("invalid_request", "Required metadata header not specified");
        }

        if (query is null)
        {
            return Refuse("invalid_request", error!.Description);
        }

        // Versions are dates, and each later one has this request too.
        if (query["api-version"] is not { } version || !DateOnly.TryParseExact(version, "yyyy-MM-dd", out _)
            || string.CompareOrdinal(version, OldestVirtualMachineVersion) < 0)
        {
            return Refuse("invalid_request", $"Required query variable 'api-version' is missing or older than {OldestVirtualMachineVersion}");
        }

        (Identity? identity, string? problem) = Find(context, query, query["msi_res_id"] ?? query["mi_res_id"]);
        return identity is null ? Refuse("invalid_request", problem!) : WriteAsync(context, identity, isVirtualMachine: true);

        Task Refuse(string code, string description) =>
            DevIssuerJson.WriteAsync(context, StatusCodes.Status400BadRequest, json => WriteVirtualMachineError(json, code, description));
    }

    /// <summary>Whether errors have not Entra's shape on that path.</summary>
    public static bool HasShapeOfItsOwn(HttpRequest request) => IsAppService(request) || IsVirtualMachine(request);

    /// <summary>Writes the members of an error if <see cref="HasShapeOfItsOwn"/>.</summary>
    public static bool TryWriteError(Utf8JsonWriter json, HttpRequest request, EntraError error)
    {
        if (IsAppService(request))
        {
            WriteAppServiceError(json, error.Status, error.Description);
            return true;
        }

        if (IsVirtualMachine(request))
        {
            WriteVirtualMachineError(json, error.Error, error.Description);
            return true;
        }

        return false;
    }

    private static bool IsAppService(HttpRequest request) => request.Path.StartsWithSegments("/msi", StringComparison.OrdinalIgnoreCase);

    private static bool IsVirtualMachine(HttpRequest request) => request.Path.StartsWithSegments("/metadata", StringComparison.OrdinalIgnoreCase);

    private static void WriteAppServiceError(Utf8JsonWriter json, int status, string message)
    {
        json.WriteNumber("statusCode", status);
        json.WriteString("message", message);
    }

    private static void WriteVirtualMachineError(Utf8JsonWriter json, string code, string description)
    {
        json.WriteString("error", code);
        json.WriteString("error_description", description);
    }

    private static (Identity? Identity, string? Problem) Find(HttpContext context, SmallForm query, string? resourceId)
    {
        if (query["resource"] is not { } asked)
        {
            return (null, "Required query variable 'resource' is missing");
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        SeedTenantApp[] known = [.. directory.ManagedIdentities];
        string? name = query["client_id"] ?? query["object_id"] ?? query["principal_id"] ?? resourceId;

        // Without any in the file there is the one of the documentation.
        SeedTenantApp? app = (known.Length == 0 ? [new SeedTenantApp(DevDefaults.AppId, null)] : known).FirstOrDefault(app => name is null
            || IsSame(name, app.AppId)
            || IsSame(name, SeedTenantView.ServicePrincipalId(TenantOf(app), app.AppId))
            || (resourceId is not null && (IsSame(resourceId[(resourceId.LastIndexOf('/') + 1)..], app.DisplayName) || IsSame(resourceId[(resourceId.LastIndexOf('/') + 1)..], app.AppId))));
        if (app is null)
        {
            return (null, "Identity not found");
        }

        SeedTenantView tenant = directory.Tenant(TenantOf(app));
        return TokenResource.FindOrNull(asked, version: 1, context.RequestServices.GetRequiredService<AuthOptions>(), context.Request, tenant) is { } resource
            ? (new Identity(tenant.FindAppOrNull(app.AppId) ?? app, TenantOf(app), resource, asked), null)
            : (null, EntraError.UnknownResource(asked, TenantOf(app), []).Description);

        string TenantOf(SeedTenantApp app) => app.Entry?.TenantId?.ToLowerInvariant() ?? directory.DefaultTenant;
    }

    private static Task WriteAsync(HttpContext context, Identity identity, bool isVirtualMachine)
    {
        IServiceProvider services = context.RequestServices;
        var tokens = services.GetRequiredService<DevTokens>();
        IReadOnlyList<string> roles = identity.Resource.Api is null ? services.GetRequiredService<SeedDirectory>().Tenant(identity.TenantId).RolesOf(identity.App.AppId) : [];
        TokenOccasion occasion = TokenOccasion.Of(context, identity.TenantId, version: 1, new IssuerClient(identity.App, ClientProof.Certificate));
        string token = tokens.ForApplication(occasion, identity.Resource.Audience, roles);
        long now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("access_token", token);
            json.WriteString("client_id", identity.App.AppId);
            json.WriteString("expires_on", Text(now + tokens.LifetimeSeconds));
            if (isVirtualMachine)
            {
                json.WriteString("expires_in", Text(tokens.LifetimeSeconds));
                json.WriteString("ext_expires_in", Text(tokens.LifetimeSeconds));
                json.WriteString("not_before", Text(now));
            }

            json.WriteString("resource", identity.AskedResource);
            json.WriteString("token_type", "Bearer");
        });
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Identity(SeedTenantApp App, string TenantId, TokenResource Resource, string AskedResource);
}

using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code</summary>
internal static class DeviceCodeGrant
{
    private const int PollingSeconds = 5;

    public static Task HandleVersion1Async(HttpContext context) => BeginAsync(context, version: 1);

    public static Task HandleVersion2Async(HttpContext context) => BeginAsync(context, version: 2);

    /// <summary><c>POST /{tenant}/oauth2/v2.0/devicecode</c>: answers a device that wants its user to sign in elsewhere.</summary>
    private static async Task BeginAsync(HttpContext context, int version)
    {
        (TokenRequest? request, EntraError? error) = await TokenRequest.ReadAsync(context, version);
        if (request is null)
        {
            await error!.WriteAsync(context);
            return;
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string tenantId = request.Tenant.TenantId ?? directory.HomeOfApp(request.ClientId ?? "");
        SeedTenantApp? app = request.ClientId is null ? null : directory.Tenant(tenantId).FindAppOrNull(request.ClientId);
        RequestedScopes? scopes = null;
        if (app is null)
        {
            error = request.ClientId is null ? EntraError.MissingParameter("client_id") : EntraError.UnknownApplication(request.ClientId, tenantId);
        }
        else
        {
            (scopes, error) = UserTokens.ReadScopes(request, new ScopeContext(context, version, tenantId, directory.Tenant(tenantId), app));
        }

        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }

        (string deviceCode, DeviceSignIn device) = context.RequestServices.GetRequiredService<DeviceCodes>().Begin(app!.AppId, request.Tenant, scopes!.Again);
        string address = $"{context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request).Origin}{DeviceAuthEndpoint.Path}";
        await DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("user_code", device.UserCode);
            json.WriteString("device_code", deviceCode);
            json.WriteString(version == 1 ? "verification_url" : "verification_uri", address);
            if (version == 1)
            {
                json.WriteString("expires_in", $"{DeviceCodes.Lifetime.TotalSeconds:0}");
                json.WriteString("interval", $"{PollingSeconds}");
            }
            else
            {
                json.WriteNumber("expires_in", (int)DeviceCodes.Lifetime.TotalSeconds);
                json.WriteNumber("interval", PollingSeconds);
            }

            json.WriteString("message", $"To sign in, use a web browser to open the page {address} and enter the code {device.UserCode} to authenticate.");
        });
    }

    /// <summary>Answers a device that asks whether its user has signed in, or returns why not.</summary>
    public static async Task<EntraError?> AnswerAsync(HttpContext context, TokenRequest request)
    {
        // Version 1 calls it code.
        if ((request.Form["device_code"] ?? request.Form["code"]) is not { } deviceCode)
        {
            return EntraError.MissingParameter("device_code");
        }

        if (request.ClientId is null)
        {
            return EntraError.MissingParameter("client_id");
        }

        if (context.RequestServices.GetRequiredService<DeviceCodes>().FindOrNull(deviceCode) is not { } device)
        {
            return EntraError.UnknownDeviceCode;
        }

        if (!request.ClientId.Equals(device.AppId, StringComparison.OrdinalIgnoreCase))
        {
            return EntraError.ForeignGrant;
        }

        switch (device.Decided)
        {
            case null:
                return device.End <= context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() ? EntraError.ExpiredDeviceCode : EntraError.AuthorizationPending;
            case { UserId: null }:
                return EntraError.AuthorizationDeclined;
            case { UserId: { } userId, TenantId: var tenantId }:
                if (request.Tenant.TenantId is { } asked && asked != tenantId)
                {
                    return EntraError.ForeignTenant;
                }

                return await GrantAsync(context, request, device, tenantId, userId);
        }
    }

    private static async Task<EntraError?> GrantAsync(HttpContext context, TokenRequest request, DeviceSignIn device, string tenantId, string userId)
    {
        if (device.End <= context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())
        {
            return EntraError.ExpiredDeviceCode;
        }

        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        (IssuerClient? client, EntraError? error) =
            await context.RequestServices.GetRequiredService<ClientAuthentication>().AuthenticateAsync(context, request, tenantId, tenant, needsProof: false);
        if (client is null)
        {
            return error;
        }

        (IssuerUser? user, error) = await context.RequestServices.GetRequiredService<IssuerUsers>().FindAsync(tenantId, userId, context.RequestAborted);
        if (user is null)
        {
            return error;
        }

        (RequestedScopes? scopes, error) = RequestedScopes.ReadForUser(device.Scope, new ScopeContext(context, request.Version, tenantId, tenant, client.App));
        if (scopes is null)
        {
            return error;
        }

        if (!device.TryRedeem())
        {
            return EntraError.RedeemedCode;
        }

        await UserTokens.AnswerAsync(context, request, client, tenantId, user, scopes);
        return null;
    }
}

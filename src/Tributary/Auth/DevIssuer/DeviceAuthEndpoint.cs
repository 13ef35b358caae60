namespace Tributary.Auth.DevIssuer;

/// <summary><c>/common/oauth2/deviceauth</c>, where a person types the code that a device shows (Entra's stands behind https://microsoft.com/devicelogin).</summary>
internal static class DeviceAuthEndpoint
{
    public const string Path = "/common/oauth2/deviceauth";

    public static Task ShowAsync(HttpContext context) => SignInPages.WriteCodeEntryAsync(context, context.Request.Query["otc"].ToString(), null);

    /// <summary>Nothing is decided yet: who has the code is shown for whom it is.</summary>
    public static async Task HandleAsync(HttpContext context)
    {
        (SmallForm? form, EntraError? error) = await SmallForm.ReadAsync(context);
        DeviceSignIn? device = null;
        string typed = form?["otc"] ?? "";
        if (form is not null)
        {
            (device, error) = context.RequestServices.GetRequiredService<DeviceCodes>().FindByUserCode(typed);
        }

        await (device is null
            ? SignInPages.WriteCodeEntryAsync(context, typed, (error!, error!.DescriptionFor(context)))
            : SignInEndpoint.ShowAsync(context, new PendingSignIn(null, device)));
    }
}

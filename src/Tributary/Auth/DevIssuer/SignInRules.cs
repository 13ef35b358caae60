using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>Whether somebody who gives a name, and a password or none, is that user.</summary>
internal static class SignInRules
{
    /// <param name="context">The request.</param>
    /// <param name="tenant">Whose users are looked at.</param>
    /// <param name="tenantId">Its id.</param>
    /// <param name="userName">User principal name.</param>
    /// <param name="password">Null for none.</param>
    /// <param name="canDoWithout">Whether a user without a password of its own need not give any: on the page, where a person picks one.</param>
    public static async Task<(SeedTenantUser? User, EntraError? Error)> SignInAsync(
        HttpContext context, SeedTenantView tenant, string tenantId, string userName, string? password, bool canDoWithout)
    {
        if (!userName.Contains('@', StringComparison.Ordinal) || tenant.FindUserOrNull(userName) is not { } user)
        {
            return (null, EntraError.UnknownUser(userName, tenantId));
        }

        EntraError? wrong = user.HasPassword ? await CheckAsync(context, tenantId, user, password)

            // Where other machines may ask, a user without a password cannot sign in at all.
            : !context.RequestServices.GetRequiredService<IssuerNames>().AllowsRemote && (canDoWithout || password is not null) ? null
            : EntraError.WrongPassword;
        return wrong is not null ? (null, wrong)
            : user.Entry.IsEnabled ? (user, null)
            : (null, EntraError.DisabledUser);
    }

    private static async Task<EntraError?> CheckAsync(HttpContext context, string tenantId, SeedTenantUser user, string? password) => password is null
        ? EntraError.WrongPassword
        : await context.RequestServices.GetRequiredService<SecretChecks>().CheckAsync(
            new SignInAccount(tenantId, user.Entry.Id, IsApplication: false, context.Connection.RemoteIpAddress?.ToString()),
            user.IsSlow,
            () => user.Accepts(password),
            EntraError.WrongPassword,
            context.RequestAborted);
}

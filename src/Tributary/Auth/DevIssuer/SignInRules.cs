namespace Tributary.Auth.DevIssuer;

/// <summary>Whether somebody who gives a name, and a password or none, is that user, and whether that user may have tokens at all.</summary>
internal static class SignInRules
{
    /// <summary>Who signs in with a name and a password.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenantId">In whose users it is looked for.</param>
    /// <param name="userName">User principal name; an object id is none.</param>
    /// <param name="password">Null for none.</param>
    /// <param name="canDoWithout">Whether a user without a password of its own need not give any: on the page, where a person picks one.</param>
    /// <exception cref="Directories.DirectoryUnavailableException">As of <see cref="IssuerUsers"/>.</exception>
    public static async Task<(IssuerUser? User, EntraError? Error)> SignInAsync(
        HttpContext context, string tenantId, string userName, string? password, bool canDoWithout)
    {
        var users = context.RequestServices.GetRequiredService<IssuerUsers>();
        if (IssuerUsers.IsId(userName) || await users.FindOrNullAsync(tenantId, userName, context.RequestAborted) is not { } user)
        {
            return (null, EntraError.UnknownUser(userName, tenantId));
        }

        bool allowsRemote = context.RequestServices.GetRequiredService<IssuerNames>().AllowsRemote;
        EntraError? wrong = user.HasPassword ? await CheckPasswordAsync(context, tenantId, user, password)
            : allowsRemote || canDoWithout || password is not null ? null
            : EntraError.WrongPassword;
        return (wrong ?? CheckUser(user, allowsRemote)) is { } error ? (null, error) : (user, null);
    }

    /// <summary>Of a user who has signed in: why no token may be made now, or null.</summary>
    /// <param name="user">Who.</param>
    /// <param name="allowsRemote">Whether other machines may ask: then any password would let anybody in, and a user without one is not let in at all.</param>
    public static EntraError? CheckUser(IssuerUser user, bool allowsRemote) =>
        !user.HasPassword && allowsRemote ? EntraError.NoPassword
        : !user.Entry.IsEnabled ? EntraError.DisabledUser
        : null;

    private static async Task<EntraError?> CheckPasswordAsync(HttpContext context, string tenantId, IssuerUser user, string? password) => password is null
        ? EntraError.WrongPassword
        : await context.RequestServices.GetRequiredService<SecretChecks>().CheckAsync(
            new SignInAccount(tenantId, user.Entry.Id, IsApplication: false, context.Connection.RemoteIpAddress?.ToString()),
            user.IsSlow,
            () => user.Accepts(password),
            EntraError.WrongPassword,
            context.RequestAborted);
}

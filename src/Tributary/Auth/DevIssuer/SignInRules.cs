using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>Whether somebody who gives a name, and a password or none, is that user.</summary>
internal static class SignInRules
{
    /// <param name="tenant">Whose users are looked at.</param>
    /// <param name="tenantId">Its id.</param>
    /// <param name="userName">User principal name.</param>
    /// <param name="password">Null for none.</param>
    /// <param name="canDoWithout">Whether a user without a password of its own need not give any: on the page, where a person picks one.</param>
    /// <param name="names">Tells whether other machines may ask: then a user without a password cannot sign in at all.</param>
    public static (SeedTenantUser? User, EntraError? Error) SignIn(
        SeedTenantView tenant, string tenantId, string userName, string? password, bool canDoWithout, IssuerNames names)
    {
        if (!userName.Contains('@', StringComparison.Ordinal) || tenant.FindUserOrNull(userName) is not { } user)
        {
            return (null, EntraError.UnknownUser(userName, tenantId));
        }

        bool isRight = user.HasPassword ? password is not null && user.Accepts(password)
            : !names.AllowsRemote && (canDoWithout || password is not null);
        return !isRight ? (null, EntraError.WrongPassword)
            : user.Entry.IsEnabled ? (user, null)
            : (null, EntraError.DisabledUser);
    }
}

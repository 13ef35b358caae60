namespace Tributary.Auth.DevIssuer;

/// <summary>Whether somebody who gives a name, and a password or none, is that user, and whether that user may have tokens at all.</summary>
internal static class SignInRules
{
    /// <summary>Why not, or null.</summary>
    /// <param name="user">Who has that name.</param>
    /// <param name="password">Null for none.</param>
    /// <param name="canDoWithout">Whether a user without a password of its own need not give any: on the page, where a person picks one.</param>
    /// <param name="allowsRemote">As in <see cref="CheckUser"/>.</param>
    public static EntraError? Check(IssuerUser user, string? password, bool canDoWithout, bool allowsRemote)
    {
        if (!user.HasPassword && allowsRemote)
        {
            return EntraError.NoPassword;
        }

        bool isRight = user.HasPassword ? password is not null && user.Accepts(password) : canDoWithout || password is not null;
        return isRight ? CheckUser(user, allowsRemote) : EntraError.WrongPassword;
    }

    /// <summary>Of a user who has signed in: why no token may be made now, or null.</summary>
    /// <param name="user">Who.</param>
    /// <param name="allowsRemote">Whether other machines may ask: then any password would let anybody in, and a user without one is not let in at all.</param>
    public static EntraError? CheckUser(IssuerUser user, bool allowsRemote) =>
        !user.HasPassword && allowsRemote ? EntraError.NoPassword
        : !user.Entry.IsEnabled ? EntraError.DisabledUser
        : null;
}

namespace Tributary.Directories;

/// <summary>What counts of a user where there is a directory: its word, and beside it the token's on being a guest.</summary>
/// <param name="Groups">Object ids of the groups that are known, transitively.</param>
/// <param name="HasUnknownGroups">There may be more: the directory does not know the user.</param>
/// <param name="IsGuest">Null: neither tells.</param>
internal readonly record struct UserStanding(IReadOnlySet<string> Groups, bool HasUnknownGroups, bool? IsGuest)
{
    private static readonly IReadOnlySet<string> NoGroups = new HashSet<string>();

    /// <param name="membership">What the directory says; null: it does not know the user, so no group of his is known, nor that there is none.</param>
    /// <param name="isGuestByToken">Null: the token does not say.</param>
    public static UserStanding Of(DirectoryMembership? membership, bool? isGuestByToken) => membership is null
        ? new(NoGroups, HasUnknownGroups: true, isGuestByToken)
        : new(membership.Groups, HasUnknownGroups: false, membership.User.IsGuest ?? isGuestByToken ?? false);
}

using Tributary.Auth;

namespace Tributary.Directories.Reading;

/// <summary>What a caller sees of users and of groups that come along in an answer.</summary>
internal sealed record DirectoryRights(DirectoryView Users, DirectoryView Groups)
{
    private const GraphPermission Directory = GraphPermission.DirectoryReadAll | GraphPermission.DirectoryReadWriteAll;
    private const GraphPermission AllUsers = GraphPermission.UserReadAll | GraphPermission.UserReadWriteAll | Directory;
    private const GraphPermission AllGroups =
        GraphPermission.GroupMemberReadAll | GraphPermission.GroupMemberReadWriteAll | GraphPermission.GroupReadAll | GraphPermission.GroupReadWriteAll | Directory;

    /// <summary>For the signed-in user's own profile, which <c>User.Read</c> shows whole.</summary>
    public static readonly DirectoryRights Own = new(DirectoryView.Whole, DirectoryView.Id);

    public static DirectoryRights Of(Caller caller) => new(
        (caller.Held & AllUsers) != GraphPermission.None ? DirectoryView.Whole
            : (caller.Held & GraphPermission.UserReadBasicAll) != GraphPermission.None ? DirectoryView.Basic
            : DirectoryView.Id,
        (caller.Held & AllGroups) != GraphPermission.None ? DirectoryView.Whole : DirectoryView.Id);
}

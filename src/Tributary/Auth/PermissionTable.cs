using Tributary.Graph;
using static Tributary.Auth.GraphPermission;

namespace Tributary.Auth;

/// <summary>Which permissions open an operation in one way of calling: any one of them does. None at all: that way is not supported.</summary>
/// <param name="Least">What Graph's reference calls the least privileged one.</param>
/// <param name="Higher">What it accepts besides.</param>
internal readonly record struct AcceptedPermissions(GraphPermission Least, GraphPermission Higher = None)
{
    /// <summary>The way of calling is not supported.</summary>
    public static readonly AcceptedPermissions NotSupported = new(None);

    public GraphPermission All => Least | Higher;

    /// <summary>The least privileged first, as Graph's reference lists them.</summary>
    public IEnumerable<string> Names => GraphPermissions.Names(Least).Concat(GraphPermissions.Names(Higher));
}

/// <summary>Who may do an operation.</summary>
/// <param name="Operation">Each endpoint declares its own; several may share one.</param>
/// <param name="Versions">Where the operation is there. No permission that is accepted here differs between v1.0 and beta.</param>
/// <param name="Delegated">For a user who is signed in.</param>
/// <param name="Application">For an application in its own name.</param>
/// <param name="NeedsAdministrator">Whether the user has to be an administrator of the tenant besides.</param>
internal sealed record PermissionRow(
    GraphOperation Operation, GraphVersions Versions, AcceptedPermissions Delegated, AcceptedPermissions Application, bool NeedsAdministrator)
{
    public AcceptedPermissions Accepted(bool delegated) => delegated ? Delegated : Application;
}

/// <summary>
/// The one table of permissions: what is enforced, what a 403 says and what docs/compatibility.md lists are read off it. Sources: external-connectors 2.3 for
/// <c>/external</c>; for what reads the directory, the permission tables of the reference pages (https://learn.microsoft.com/graph/api/user-list and its like),
/// of which those are left out that serve something else (device management, agents).
/// </summary>
internal static class PermissionTable
{
    private static readonly AcceptedPermissions WriteConnections = new(ConnectionReadWriteOwnedBy, ConnectionReadWriteAll);
    private static readonly AcceptedPermissions ReadConnections = new(ConnectionReadWriteOwnedBy, ConnectionReadAll | ConnectionReadWriteAll);
    private static readonly AcceptedPermissions WriteItems = new(ItemReadWriteOwnedBy, ItemReadWriteAll);
    private static readonly AcceptedPermissions ReadItems = new(ItemReadWriteOwnedBy, ItemReadAll | ItemReadWriteAll);
    private static readonly AcceptedPermissions ReadUsers = new(UserReadBasicAll, UserReadAll | UserReadWriteAll | DirectoryReadAll | DirectoryReadWriteAll);
    private static readonly AcceptedPermissions ReadGroups = new(GroupMemberReadAll, GroupReadAll | GroupReadWriteAll | DirectoryReadAll | DirectoryReadWriteAll);
    private static readonly AcceptedPermissions ReadMembers = new(GroupMemberReadAll, GroupMemberReadWriteAll | GroupReadAll | GroupReadWriteAll | DirectoryReadAll);
    private static readonly AcceptedPermissions ReadApplications = new(ApplicationReadAll, ApplicationReadWriteAll | DirectoryReadAll | DirectoryReadWriteAll);

    private static readonly AcceptedPermissions ReadApplicationsAsApplication =
        new(ApplicationReadAll, ApplicationReadWriteOwnedBy | ApplicationReadWriteAll | DirectoryReadAll);

    private static readonly AcceptedPermissions ReadTransitiveMemberships =
        new(UserReadAll, GroupMemberReadAll | GroupReadAll | DirectoryReadAll | DirectoryReadWriteAll);

    private static readonly AcceptedPermissions ReadUser = new(UserRead, UserReadWrite | ReadUsers.All);
    private static readonly AcceptedPermissions ReadMyMemberships = new(UserRead, ReadTransitiveMemberships.All);

    public static readonly IReadOnlyList<PermissionRow> Rows =
    [
        Administered(GraphOperation.ConnectionsRead, ReadConnections),
        Administered(GraphOperation.ConnectionsWrite, WriteConnections),
        Administered(GraphOperation.SchemaRead, ReadConnections),
        Administered(GraphOperation.SchemaWrite, WriteConnections),
        Administered(GraphOperation.OperationRead, ReadConnections),
        new(GraphOperation.QuotaRead, GraphVersions.Beta, AcceptedPermissions.NotSupported, new(ConnectionReadWriteOwnedBy), NeedsAdministrator: true),
        Administered(GraphOperation.ItemsRead, ReadItems),
        Administered(GraphOperation.ItemsWrite, WriteItems),
        new(GraphOperation.ItemsActivities, GraphVersions.Both, AcceptedPermissions.NotSupported, WriteItems, NeedsAdministrator: true),
        Administered(GraphOperation.GroupsRead, ReadItems),
        Administered(GraphOperation.GroupsWrite, WriteItems),
        Open(GraphOperation.Search, new(ItemReadAll), AcceptedPermissions.NotSupported),

        // The directory. Whoever is signed in may read what the permission says; Graph asks for no directory role.
        Open(GraphOperation.MeRead, ReadUser, AcceptedPermissions.NotSupported),
        Open(GraphOperation.UsersRead, ReadUsers, ReadUsers),
        Open(GraphOperation.UserRead, ReadUser, ReadUsers),
        Open(GraphOperation.MyMembershipsRead, ReadMyMemberships, AcceptedPermissions.NotSupported),

        Open(GraphOperation.MembershipsRead, new(UserRead, GroupMemberReadAll | DirectoryReadAll | DirectoryReadWriteAll), new(DirectoryReadAll, DirectoryReadWriteAll)),
        Open(GraphOperation.TransitiveMembershipsRead, ReadMyMemberships, ReadTransitiveMemberships),
        Open(GraphOperation.DirectoryGroupsRead, ReadGroups, ReadGroups),
        Open(GraphOperation.DirectoryGroupMembersRead, ReadMembers, ReadMembers),
        Open(GraphOperation.ServicePrincipalsRead, ReadApplications, ReadApplicationsAsApplication),
        Open(GraphOperation.ApplicationsRead, ReadApplications, ReadApplicationsAsApplication),
        Open(
            GraphOperation.OrganizationRead,
            new(UserRead, OrganizationReadAll | OrganizationReadWriteAll | DirectoryReadAll | DirectoryReadWriteAll),
            new(OrganizationReadAll, OrganizationReadWriteAll | DirectoryReadAll | DirectoryReadWriteAll)),
        Open(GraphOperation.DirectoryObjectsRead, new(DirectoryReadAll, DirectoryReadWriteAll), new(DirectoryReadAll, DirectoryReadWriteAll)),
    ];

    private static readonly PermissionRow?[] ByOperation =
        [.. Enum.GetValues<GraphOperation>().Select(operation => Rows.SingleOrDefault(row => row.Operation == operation))];

    /// <summary>Null for an operation that was forgotten, which nobody may do.</summary>
    public static PermissionRow? FindOrNull(GraphOperation operation) => (int)operation < ByOperation.Length ? ByOperation[(int)operation] : null;

    private static PermissionRow Administered(GraphOperation operation, AcceptedPermissions both) =>
        new(operation, GraphVersions.Both, both, both, NeedsAdministrator: true);

    private static PermissionRow Open(GraphOperation operation, AcceptedPermissions delegated, AcceptedPermissions application) =>
        new(operation, GraphVersions.Both, delegated, application, NeedsAdministrator: false);
}

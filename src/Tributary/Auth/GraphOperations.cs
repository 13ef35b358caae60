using Tributary.Graph;

namespace Tributary.Auth;

/// <summary>The rows of the permission table (external-connectors 2.3). Each endpoint declares the one it belongs to.</summary>
internal enum GraphOperation
{
    ConnectionsRead,
    ConnectionsWrite,
    SchemaRead,
    SchemaWrite,
    OperationRead,
    QuotaRead,
    ItemsRead,
    ItemsWrite,
    ItemsActivities,
    GroupsRead,
    GroupsWrite,

    /// <summary>Search and retrieval answer 403 in a shape of their own, so their endpoints ask <see cref="GraphOperations.Refuse"/> themselves.</summary>
    Search,

    /// <summary><c>/me</c>.</summary>
    MeRead,

    /// <summary>Groups of the signed-in user.</summary>
    MyMembershipsRead,

    /// <summary>One user; with <c>User.Read</c> alone only oneself, which the endpoint sees to.</summary>
    UserRead,
    UsersRead,

    /// <summary>Groups of one user; with <c>User.Read</c> alone only one's own, which the endpoint sees to.</summary>
    UserMembershipsRead,

    /// <summary>Groups of the directory and their members.</summary>
    DirectoryGroupsRead,

    /// <summary>Applications, and how the tenant knows them.</summary>
    ServicePrincipalsRead,
    OrganizationRead,

    /// <summary>Objects of any kind by their ids.</summary>
    DirectoryObjectsRead,
}

/// <summary>Which permissions an operation accepts, and whether a caller may do it.</summary>
internal static class GraphOperations
{
    private const GraphPermission None = GraphPermission.None;
    private const GraphPermission WriteConnections = GraphPermission.ConnectionReadWriteOwnedBy | GraphPermission.ConnectionReadWriteAll;
    private const GraphPermission ReadConnections = WriteConnections | GraphPermission.ConnectionReadAll;
    private const GraphPermission WriteItems = GraphPermission.ItemReadWriteOwnedBy | GraphPermission.ItemReadWriteAll;
    private const GraphPermission ReadItems = WriteItems | GraphPermission.ItemReadAll;
    private const GraphPermission ReadUsers = GraphPermission.UserReadBasicAll | GraphPermission.UserReadAll | GraphPermission.DirectoryReadAll;
    private const GraphPermission ReadGroups = GraphPermission.GroupMemberReadAll | GraphPermission.GroupReadAll | GraphPermission.DirectoryReadAll;

    public static GraphPermission Accepted(GraphOperation operation, bool delegated) => operation switch
    {
        GraphOperation.ConnectionsRead => ReadConnections,
        GraphOperation.ConnectionsWrite => WriteConnections,
        GraphOperation.SchemaRead => ReadConnections,
        GraphOperation.SchemaWrite => WriteConnections,
        GraphOperation.OperationRead => ReadConnections,
        GraphOperation.QuotaRead => delegated ? None : GraphPermission.ConnectionReadWriteOwnedBy,
        GraphOperation.ItemsRead => ReadItems,
        GraphOperation.ItemsWrite => WriteItems,
        GraphOperation.ItemsActivities => delegated ? None : WriteItems,
        GraphOperation.GroupsRead => ReadItems,
        GraphOperation.GroupsWrite => WriteItems,
        GraphOperation.Search => delegated ? GraphPermission.ItemReadAll : None,
        GraphOperation.MeRead => delegated ? GraphPermission.UserRead | ReadUsers : None,
        GraphOperation.MyMembershipsRead => delegated ? GraphPermission.UserRead | GraphPermission.UserReadAll | ReadGroups : None,
        GraphOperation.UserRead => delegated ? GraphPermission.UserRead | ReadUsers : ReadUsers,
        GraphOperation.UsersRead => ReadUsers,
        GraphOperation.UserMembershipsRead => GraphPermission.UserReadAll | ReadGroups | (delegated ? GraphPermission.UserRead : None),
        GraphOperation.DirectoryGroupsRead => ReadGroups,
        GraphOperation.ServicePrincipalsRead => GraphPermission.ApplicationReadAll | GraphPermission.DirectoryReadAll,
        GraphOperation.OrganizationRead => GraphPermission.OrganizationReadAll | GraphPermission.DirectoryReadAll | (delegated ? GraphPermission.UserRead : None),
        GraphOperation.DirectoryObjectsRead => GraphPermission.DirectoryReadAll,
        _ => None,
    };

    /// <summary>Whether a user must be an administrator besides: for connectors, but neither for search nor for reading the directory.</summary>
    public static bool NeedsAdministrator(GraphOperation operation) => operation < GraphOperation.Search;

    /// <summary>The 403 that <paramref name="caller"/> gets for <paramref name="operation"/>, or null when it may.</summary>
    public static GraphError? Refuse(Caller caller, GraphOperation operation)
    {
        if (caller.IsPersonalAccount)
        {
            return GraphErrors.InsufficientPrivileges("Personal Microsoft accounts are not supported.");
        }

        if (operation is GraphOperation.MeRead or GraphOperation.MyMembershipsRead && !caller.IsDelegated)
        {
            return GraphErrors.MeNeedsUser;
        }

        GraphPermission accepted = Accepted(operation, caller.IsDelegated);
        if ((caller.Held & accepted) == None)
        {
            return GraphErrors.InsufficientPrivileges(MissingPermission(caller, operation, accepted));
        }

        if (caller.IsDelegated && !caller.IsAdministrator && NeedsAdministrator(operation))
        {
            return GraphErrors.InsufficientPrivileges(
                "In a delegated call the signed-in user must be an administrator of the tenant; the token's wids name no administrator role.");
        }

        return null;
    }

    private static string MissingPermission(Caller caller, GraphOperation operation, GraphPermission accepted)
    {
        string kind = caller.IsDelegated ? "delegated" : "application";
        string has = caller.Permissions.Count == 0
            ? "the token has none."
            : $"the token has {string.Join(", ", caller.Permissions.Order(StringComparer.OrdinalIgnoreCase).Take(20))}.";
        if (accepted != None)
        {
            return $"One of the {kind} permissions {string.Join(", ", GraphPermissions.Names(accepted))} is needed; {has}";
        }

        string otherKind = caller.IsDelegated ? "application" : "delegated";
        string others = string.Join(", ", GraphPermissions.Names(Accepted(operation, !caller.IsDelegated)));
        return $"The operation is not supported with {kind} permissions. One of the {otherKind} permissions {others} is needed; {has}";
    }
}

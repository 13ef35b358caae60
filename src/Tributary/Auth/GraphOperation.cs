namespace Tributary.Auth;

/// <summary>What an endpoint does, as far as permissions go: each is a row of <see cref="PermissionTable"/>, and each endpoint declares one.</summary>
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

    /// <summary><c>GET /me</c>.</summary>
    MeRead,

    /// <summary><c>GET /users</c>.</summary>
    UsersRead,

    /// <summary><c>GET /users/{id}</c>; with <c>User.Read</c> alone only oneself, which the endpoint sees to.</summary>
    UserRead,

    /// <summary><c>GET /me/memberOf</c>, <c>/me/transitiveMemberOf</c>.</summary>
    MyMembershipsRead,

    /// <summary><c>GET /users/{id}/memberOf</c>; with <c>User.Read</c> alone only one's own, which the endpoint sees to, here and in the next row.</summary>
    MembershipsRead,

    /// <summary><c>GET /users/{id}/transitiveMemberOf</c>, <c>POST /users/{id}/getMemberGroups</c>.</summary>
    TransitiveMembershipsRead,

    /// <summary><c>GET /groups</c>, <c>/groups/{id}</c>: the directory's groups, not the external ones.</summary>
    DirectoryGroupsRead,

    /// <summary><c>GET /groups/{id}/members</c>, <c>/groups/{id}/transitiveMembers</c>.</summary>
    DirectoryGroupMembersRead,

    /// <summary><c>GET /servicePrincipals</c> and single ones.</summary>
    ServicePrincipalsRead,

    /// <summary><c>GET /applications</c> and single ones.</summary>
    ApplicationsRead,

    /// <summary><c>GET /organization</c> and a single one.</summary>
    OrganizationRead,

    /// <summary><c>POST /directoryObjects/getByIds</c>.</summary>
    DirectoryObjectsRead,
}

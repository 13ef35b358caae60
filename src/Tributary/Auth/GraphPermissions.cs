namespace Tributary.Auth;

/// <summary>The permissions of Microsoft Graph that mean something to this server (protocol 3.1).</summary>
[Flags]
internal enum GraphPermission
{
    None = 0,
    ConnectionReadAll = 1,
    ConnectionReadWriteOwnedBy = 2,
    ConnectionReadWriteAll = 4,
    ItemReadAll = 8,
    ItemReadWriteOwnedBy = 16,
    ItemReadWriteAll = 32,
    UserRead = 64,
    UserReadBasicAll = 128,
    UserReadAll = 256,
    GroupMemberReadAll = 512,
    GroupReadAll = 1024,
    DirectoryReadAll = 2048,
    ApplicationReadAll = 4096,
    OrganizationReadAll = 8192,
}

/// <summary>A permission with its name on the wire and its two ids in Entra, one for each way of being granted; no id for a way that there is not.</summary>
internal sealed record GraphPermissionRow(GraphPermission Permission, string Name, Guid DelegatedId, Guid? ApplicationId)
{
    /// <summary>Whether a user may consent without an administrator.</summary>
    public bool IsForEveryUser => Permission is GraphPermission.UserRead or GraphPermission.UserReadBasicAll;
}

internal static class GraphPermissions
{
    public const GraphPermission OwnedBy = GraphPermission.ConnectionReadWriteOwnedBy | GraphPermission.ItemReadWriteOwnedBy;

    /// <summary>The app role of the operator of this server; no permission of Graph, and none of the tenant's administrator.</summary>
    public const string OperatorRole = "Tributary.Operate";

    /// <summary>In the order in which Graph's reference lists what an operation accepts: least privileged first.</summary>
    public static readonly IReadOnlyList<GraphPermissionRow> All =
    [
        Row(GraphPermission.ConnectionReadWriteOwnedBy, "ExternalConnection.ReadWrite.OwnedBy",
            "4082ad95-c812-4f02-be92-780c4c4f1830", "f431331c-49a6-499f-be1c-62af19c34a9d"),
        Row(GraphPermission.ConnectionReadAll, "ExternalConnection.Read.All",
            "a38267a5-26b6-4d76-9493-935b7599116b", "1914711b-a1cb-4793-b019-c2ce0ed21b8c"),
        Row(GraphPermission.ConnectionReadWriteAll, "ExternalConnection.ReadWrite.All",
            "bbbbd9b3-3566-4931-ac37-2b2180d9e334", "34c37bc0-2b40-4d5e-85e1-2365cd256d79"),
        Row(GraphPermission.ItemReadWriteOwnedBy, "ExternalItem.ReadWrite.OwnedBy",
            "4367b9d7-cee7-4995-853c-a0bdfe95c1f9", "8116ae0f-55c2-452d-9944-d18420f5b2c8"),
        Row(GraphPermission.ItemReadAll, "ExternalItem.Read.All",
            "922f9392-b1b7-483c-a4be-0089be7704fb", "7a7cffad-37d2-4f48-afa4-c6ab129adcc2"),
        Row(GraphPermission.ItemReadWriteAll, "ExternalItem.ReadWrite.All",
            "b02c54f8-eb48-4c50-a9f0-a149e5a2012f", "38c3d6ee-69ee-422f-b954-e17819665354"),

        // Of the directory: https://learn.microsoft.com/graph/permissions-reference
        Row(GraphPermission.UserRead, "User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", null),
        Row(GraphPermission.UserReadBasicAll, "User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1"),
        Row(GraphPermission.UserReadAll, "User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214"),
        Row(GraphPermission.GroupMemberReadAll, "GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
        Row(GraphPermission.GroupReadAll, "Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b"),
        Row(GraphPermission.ApplicationReadAll, "Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
        Row(GraphPermission.OrganizationReadAll, "Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185", "498476ce-e0fe-48b0-b801-37ba7e2685c6"),
        Row(GraphPermission.DirectoryReadAll, "Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
    ];

    /// <summary>Names compare ignoring case; one that means nothing here is passed over.</summary>
    public static GraphPermission Parse(IEnumerable<string> names)
    {
        GraphPermission held = GraphPermission.None;
        foreach (string name in names)
        {
            if (FindOrNull(name) is { } row)
            {
                held |= row.Permission;
            }
        }

        return held;
    }

    public static GraphPermissionRow? FindOrNull(string name)
    {
        foreach (GraphPermissionRow row in All)
        {
            if (row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return row;
            }
        }

        return null;
    }

    public static IEnumerable<string> Names(GraphPermission permissions) =>
        All.Where(row => (permissions & row.Permission) != GraphPermission.None).Select(row => row.Name);

    private static GraphPermissionRow Row(GraphPermission permission, string name, string delegatedId, string? applicationId) =>
        new(permission, name, Guid.Parse(delegatedId), applicationId is null ? null : Guid.Parse(applicationId));
}

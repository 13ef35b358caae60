namespace Tributary.Auth;

/// <summary>The permissions of Microsoft Graph that mean something to this server (protocol 3.1, and those by which a directory is read).</summary>
[Flags]
internal enum GraphPermission
{
    None = 0,
    ConnectionReadAll = 1 << 0,
    ConnectionReadWriteOwnedBy = 1 << 1,
    ConnectionReadWriteAll = 1 << 2,
    ItemReadAll = 1 << 3,
    ItemReadWriteOwnedBy = 1 << 4,
    ItemReadWriteAll = 1 << 5,
    UserRead = 1 << 6,
    UserReadWrite = 1 << 7,
    UserReadBasicAll = 1 << 8,
    UserReadAll = 1 << 9,
    UserReadWriteAll = 1 << 10,
    GroupMemberReadAll = 1 << 11,
    GroupMemberReadWriteAll = 1 << 12,
    GroupReadAll = 1 << 13,
    GroupReadWriteAll = 1 << 14,
    ApplicationReadAll = 1 << 15,
    ApplicationReadWriteOwnedBy = 1 << 16,
    ApplicationReadWriteAll = 1 << 17,
    OrganizationReadAll = 1 << 18,
    OrganizationReadWriteAll = 1 << 19,
    DirectoryReadAll = 1 << 20,
    DirectoryReadWriteAll = 1 << 21,
}

/// <summary>A permission with its name on the wire and its ids in Entra, one for each way of being granted; null where it cannot be granted so.</summary>
internal sealed record GraphPermissionRow(GraphPermission Permission, string Name, Guid? DelegatedId, Guid? ApplicationId)
{
    /// <summary>Whether a user may consent without an administrator.</summary>
    public bool IsForEveryUser => Permission is GraphPermission.UserRead or GraphPermission.UserReadWrite or GraphPermission.UserReadBasicAll;
}

internal static class GraphPermissions
{
    /// <summary>Those that allow no more than what belongs to the calling application.</summary>
    public const GraphPermission OwnedBy = GraphPermission.ConnectionReadWriteOwnedBy | GraphPermission.ItemReadWriteOwnedBy;

    /// <summary>The app role of the operator of this server; no permission of Graph, and none of the tenant's administrator.</summary>
    public const string OperatorRole = "Tributary.Operate";

    /// <summary>
    /// In the order in which Graph's reference lists what an operation accepts: least privileged first. The ids are those of
    /// https://learn.microsoft.com/graph/permissions-reference.
    /// </summary>
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
        Row(GraphPermission.UserRead, "User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", null),
        Row(GraphPermission.UserReadWrite, "User.ReadWrite", "b4e74841-8e56-480b-be8b-910348b18b4c", null),
        Row(GraphPermission.UserReadBasicAll, "User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1"),
        Row(GraphPermission.UserReadAll, "User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214"),
        Row(GraphPermission.UserReadWriteAll, "User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "741f803b-c850-494e-b5df-cde7c675a1ca"),
        Row(GraphPermission.GroupMemberReadAll, "GroupMember.Read.All",
            "bc024368-1153-4739-b217-4326f2e966d0", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
        Row(GraphPermission.GroupMemberReadWriteAll, "GroupMember.ReadWrite.All",
            "f81125ac-d3b7-4573-a3b2-7099cc39df9e", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695"),
        Row(GraphPermission.GroupReadAll, "Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b"),
        Row(GraphPermission.GroupReadWriteAll, "Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "62a82d76-70ea-41e2-9197-370581804d09"),
        Row(GraphPermission.ApplicationReadAll, "Application.Read.All",
            "c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
        Row(GraphPermission.ApplicationReadWriteOwnedBy, "Application.ReadWrite.OwnedBy", null, "18a4783c-866b-4cc7-a460-3d5e5662c884"),
        Row(GraphPermission.ApplicationReadWriteAll, "Application.ReadWrite.All",
            "bdfbf15f-ee85-4955-8675-146e8e5296b5", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
        Row(GraphPermission.OrganizationReadAll, "Organization.Read.All",
            "4908d5b9-3fb2-4b1e-9336-1888b7937185", "498476ce-e0fe-48b0-b801-37ba7e2685c6"),
        Row(GraphPermission.OrganizationReadWriteAll, "Organization.ReadWrite.All",
            "46ca0847-7e6b-426e-9775-ea810a948356", "292d869f-3427-49a8-9dab-8c70152b74e9"),
        Row(GraphPermission.DirectoryReadAll, "Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
        Row(GraphPermission.DirectoryReadWriteAll, "Directory.ReadWrite.All",
            "c5366453-9fb0-48a5-a156-24f0c49a4b84", "19dbc75e-c2e2-444c-a770-ec69d8559fc7"),
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

    private static GraphPermissionRow Row(GraphPermission permission, string name, string? delegatedId, string? applicationId) =>
        new(permission, name, delegatedId is null ? null : Guid.Parse(delegatedId), applicationId is null ? null : Guid.Parse(applicationId));
}

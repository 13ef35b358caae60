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
}

/// <summary>A permission with its name on the wire and its two ids in Entra, one for each way of being granted.</summary>
internal sealed record GraphPermissionRow(GraphPermission Permission, string Name, Guid DelegatedId, Guid ApplicationId);

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

    private static GraphPermissionRow Row(GraphPermission permission, string name, string delegatedId, string applicationId) =>
        new(permission, name, Guid.Parse(delegatedId), Guid.Parse(applicationId));
}

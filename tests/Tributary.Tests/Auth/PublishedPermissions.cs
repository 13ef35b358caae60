using Tributary.Auth;

namespace Tributary.Tests.Auth;

/// <summary>
/// What the reference says of each operation, written down a second time from external-connectors 2.3 and the permission tables of the directory's pages: the
/// least privileged first, then the higher ones in the order of the table of permissions.
/// </summary>
internal static class PublishedPermissions
{
    private const string ConnectionOwned = "ExternalConnection.ReadWrite.OwnedBy";
    private const string ConnectionRead = "ExternalConnection.Read.All";
    private const string ConnectionAll = "ExternalConnection.ReadWrite.All";
    private const string ItemOwned = "ExternalItem.ReadWrite.OwnedBy";
    private const string ItemRead = "ExternalItem.Read.All";
    private const string ItemAll = "ExternalItem.ReadWrite.All";
    private const string Users = "User.ReadBasic.All User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
    private const string Groups = "GroupMember.Read.All Group.Read.All Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
    private const string Members = "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All";
    private const string Transitive = "User.Read.All GroupMember.Read.All Group.Read.All Directory.Read.All Directory.ReadWrite.All";
    private const string Applications = "Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All";
    private const string OwnApplications = "Application.Read.All Application.ReadWrite.OwnedBy Application.ReadWrite.All Directory.Read.All";

    public static readonly IReadOnlyDictionary<GraphOperation, (string[] Application, string[] Delegated, bool NeedsAdministrator)> Table =
        new Dictionary<GraphOperation, (string[], string[], bool)>
        {
            [GraphOperation.ConnectionsWrite] = Administered(ConnectionOwned, ConnectionAll),
            [GraphOperation.ConnectionsRead] = Administered(ConnectionOwned, ConnectionRead, ConnectionAll),
            [GraphOperation.SchemaWrite] = Administered(ConnectionOwned, ConnectionAll),
            [GraphOperation.SchemaRead] = Administered(ConnectionOwned, ConnectionRead, ConnectionAll),
            [GraphOperation.OperationRead] = Administered(ConnectionOwned, ConnectionRead, ConnectionAll),
            [GraphOperation.QuotaRead] = ([ConnectionOwned], [], true),
            [GraphOperation.ItemsWrite] = Administered(ItemOwned, ItemAll),
            [GraphOperation.ItemsRead] = Administered(ItemOwned, ItemRead, ItemAll),
            [GraphOperation.ItemsActivities] = ([ItemOwned, ItemAll], [], true),
            [GraphOperation.GroupsWrite] = Administered(ItemOwned, ItemAll),
            [GraphOperation.GroupsRead] = Administered(ItemOwned, ItemRead, ItemAll),
            [GraphOperation.Search] = Open("", ItemRead),
            [GraphOperation.MeRead] = Open("", $"User.Read User.ReadWrite {Users}"),
            [GraphOperation.UsersRead] = Open(Users, Users),
            [GraphOperation.UserRead] = Open(Users, $"User.Read User.ReadWrite {Users}"),
            [GraphOperation.MyMembershipsRead] = Open("", $"User.Read {Transitive}"),
            [GraphOperation.MembershipsRead] =
                Open("Directory.Read.All Directory.ReadWrite.All", "User.Read GroupMember.Read.All Directory.Read.All Directory.ReadWrite.All"),
            [GraphOperation.TransitiveMembershipsRead] = Open(Transitive, $"User.Read {Transitive}"),
            [GraphOperation.DirectoryGroupsRead] = Open(Groups, Groups),
            [GraphOperation.DirectoryGroupMembersRead] = Open(Members, Members),
            [GraphOperation.ServicePrincipalsRead] = Open(OwnApplications, Applications),
            [GraphOperation.ApplicationsRead] = Open(OwnApplications, Applications),
            [GraphOperation.OrganizationRead] = Open(
                "Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All",
                "User.Read Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"),
            [GraphOperation.DirectoryObjectsRead] = Open("Directory.Read.All Directory.ReadWrite.All", "Directory.Read.All Directory.ReadWrite.All"),
        };

    /// <summary>Every permission there is in the table.</summary>
    public static readonly IReadOnlyList<string> All =
        [.. Table.Values.SelectMany(row => row.Application.Concat(row.Delegated)).Distinct().Order(StringComparer.Ordinal)];

    private static (string[], string[], bool) Administered(params string[] both) => (both, both, true);

    private static (string[], string[], bool) Open(string application, string delegated) => (Split(application), Split(delegated), false);

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

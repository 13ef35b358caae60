using System.Net;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

/// <summary>Every operation with every permission, over HTTP, held against the table of external-connectors 2.3 as it is written there.</summary>
public sealed class GraphOperationsTests
{
    private const string ConnectionOwned = "ExternalConnection.ReadWrite.OwnedBy";
    private const string ConnectionRead = "ExternalConnection.Read.All";
    private const string ConnectionAll = "ExternalConnection.ReadWrite.All";
    private const string ItemOwned = "ExternalItem.ReadWrite.OwnedBy";
    private const string ItemRead = "ExternalItem.Read.All";
    private const string ItemAll = "ExternalItem.ReadWrite.All";

    private const string Me = "User.Read";
    private const string BasicUsers = "User.ReadBasic.All";
    private const string Users = "User.Read.All";
    private const string GroupMembers = "GroupMember.Read.All";
    private const string Groups = "Group.Read.All";
    private const string Applications = "Application.Read.All";
    private const string Organization = "Organization.Read.All";
    private const string Everything = "Directory.Read.All";

    private static readonly string[] Permissions =
    [
        ConnectionOwned, ConnectionRead, ConnectionAll, ItemOwned, ItemRead, ItemAll,
        Me, BasicUsers, Users, GroupMembers, Groups, Applications, Organization, Everything,
    ];

    private static readonly Dictionary<GraphOperation, (string[] Application, string[] Delegated)> Table = new()
    {
        [GraphOperation.ConnectionsWrite] = Both(ConnectionOwned, ConnectionAll),
        [GraphOperation.ConnectionsRead] = Both(ConnectionOwned, ConnectionRead, ConnectionAll),
        [GraphOperation.SchemaWrite] = Both(ConnectionOwned, ConnectionAll),
        [GraphOperation.SchemaRead] = Both(ConnectionOwned, ConnectionRead, ConnectionAll),
        [GraphOperation.OperationRead] = Both(ConnectionOwned, ConnectionRead, ConnectionAll),
        [GraphOperation.QuotaRead] = ([ConnectionOwned], []),
        [GraphOperation.ItemsWrite] = Both(ItemOwned, ItemAll),
        [GraphOperation.ItemsRead] = Both(ItemOwned, ItemRead, ItemAll),
        [GraphOperation.ItemsActivities] = ([ItemOwned, ItemAll], []),
        [GraphOperation.GroupsWrite] = Both(ItemOwned, ItemAll),
        [GraphOperation.GroupsRead] = Both(ItemOwned, ItemRead, ItemAll),
        [GraphOperation.Search] = ([], [ItemRead]),

        // As the pages of Graph's reference list them, without what can write.
        [GraphOperation.MeRead] = ([], [Me, BasicUsers, Users, Everything]),
        [GraphOperation.MyMembershipsRead] = ([], [Me, Users, GroupMembers, Groups, Everything]),
        [GraphOperation.UserRead] = ([BasicUsers, Users, Everything], [Me, BasicUsers, Users, Everything]),
        [GraphOperation.UsersRead] = Both(BasicUsers, Users, Everything),
        [GraphOperation.UserMembershipsRead] = ([Users, GroupMembers, Groups, Everything], [Me, Users, GroupMembers, Groups, Everything]),
        [GraphOperation.DirectoryGroupsRead] = Both(GroupMembers, Groups, Everything),
        [GraphOperation.ServicePrincipalsRead] = Both(Applications, Everything),
        [GraphOperation.OrganizationRead] = ([Organization, Everything], [Me, Organization, Everything]),
        [GraphOperation.DirectoryObjectsRead] = Both(Everything),
    };

    /// <summary>Rows that a user need not be an administrator for.</summary>
    private static readonly GraphOperation[] ForEveryUser = [.. Table.Keys.Where(operation => operation > GraphOperation.Search)];

    [Fact]
    public void Every_operation_is_in_the_table() => Assert.Equal(Enum.GetValues<GraphOperation>().Order(), Table.Keys.Order());

    [Fact]
    public async Task Exactly_the_permissions_of_the_table_open_an_operation()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        List<string> wrong = [];

        foreach (string permission in Permissions)
        {
            (string Kind, string Token, Func<GraphOperation, bool> Expected)[] callers =
            [
                ("application", AuthHost.Token(host).WithRoles(permission).Signed(), operation => Table[operation].Application.Contains(permission)),
                ("administrator", AuthHost.Token(host).Delegated(permission, administrator: true).Signed(), operation => Table[operation].Delegated.Contains(permission)),
                ("user", AuthHost.Token(host).Delegated(permission, administrator: false).Signed(),
                    operation => ForEveryUser.Contains(operation) && Table[operation].Delegated.Contains(permission)),
            ];
            foreach ((string kind, string token, Func<GraphOperation, bool> expected) in callers)
            {
                // The endpoint of search answers a 403 of its own shape, so that row lets every valid token through.
                foreach (GraphOperation operation in Enum.GetValues<GraphOperation>())
                {
                    HttpStatusCode status = (await host.AskAsync(operation, token)).StatusCode;
                    HttpStatusCode should = operation == GraphOperation.Search || expected(operation) ? HttpStatusCode.OK
                        : operation is GraphOperation.MeRead or GraphOperation.MyMembershipsRead && kind == "application" ? HttpStatusCode.BadRequest
                        : HttpStatusCode.Forbidden;
                    if (status != should)
                    {
                        wrong.Add($"{operation} with {permission} as {kind}: {status}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Search_needs_a_user_with_ExternalItem_Read_All_who_need_not_be_an_administrator()
    {
        Assert.True(Delegated(ItemRead, administrator: false).May(GraphOperation.Search));
        Assert.False(Delegated(ItemAll, administrator: true).May(GraphOperation.Search));
        Assert.False(Application(ItemRead).May(GraphOperation.Search));
    }

    [Theory]
    [InlineData(nameof(GraphOperation.ConnectionsRead), true, ConnectionOwned)]
    [InlineData(nameof(GraphOperation.ConnectionsRead), false, ConnectionOwned, ConnectionRead)]
    [InlineData(nameof(GraphOperation.ConnectionsRead), false, ConnectionAll)]
    [InlineData(nameof(GraphOperation.ConnectionsWrite), true, ConnectionOwned, ConnectionRead)]
    [InlineData(nameof(GraphOperation.ConnectionsWrite), true, ConnectionOwned, ItemAll)]
    [InlineData(nameof(GraphOperation.ItemsWrite), true, ConnectionAll, ItemOwned)]
    [InlineData(nameof(GraphOperation.ItemsWrite), true, ItemRead, ItemOwned)]
    [InlineData(nameof(GraphOperation.ItemsRead), false, ItemRead, ItemOwned)]
    [InlineData(nameof(GraphOperation.ItemsWrite), false, ItemAll)]
    [InlineData(nameof(GraphOperation.ItemsWrite), true)]
    public void Who_has_no_more_than_OwnedBy_sees_only_what_the_app_owns(string name, bool ownsOnly, params string[] permissions)
    {
        GraphOperation operation = Enum.Parse<GraphOperation>(name);
        Assert.Equal(ownsOnly, Application(permissions).OwnsOnly(operation));
        Assert.Equal(ownsOnly, Delegated(string.Join(' ', permissions), administrator: true).OwnsOnly(operation));
    }

    [Fact]
    public void Permissions_are_read_in_any_letter_case() =>
        Assert.True(Application("externalCONNECTION.readwrite.ownedby").May(GraphOperation.ConnectionsWrite));

    [Fact]
    public async Task The_403_names_what_is_accepted_and_what_the_token_has()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(
            (HttpStatusCode.Forbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.",
                "One of the application permissions ExternalConnection.ReadWrite.OwnedBy, ExternalConnection.ReadWrite.All is needed; the token has ExternalItem.Read.All, User.Read."),
            await (await host.AskAsync(GraphOperation.ConnectionsWrite, AuthHost.Token(host).WithRoles("User.Read", ItemRead).Signed())).ReadErrorAsync());
        Assert.Equal(
            "One of the delegated permissions ExternalItem.ReadWrite.OwnedBy, ExternalItem.Read.All, ExternalItem.ReadWrite.All is needed; the token has none.",
            (await (await host.AskAsync(GraphOperation.ItemsRead, AuthHost.Token(host).Delegated("", administrator: true).Claim("idtyp", "user").Signed())).ReadErrorAsync()).Reason);
        Assert.Equal(
            "The operation is not supported with delegated permissions. One of the application permissions ExternalConnection.ReadWrite.OwnedBy is needed; " +
            "the token has ExternalConnection.ReadWrite.OwnedBy.",
            (await (await host.AskAsync(GraphOperation.QuotaRead, AuthHost.Token(host).Delegated(ConnectionOwned, administrator: true).Signed())).ReadErrorAsync()).Reason);
        Assert.Equal(
            "In a delegated call the signed-in user must be an administrator of the tenant; the token's wids name no administrator role.",
            (await (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Delegated(ConnectionAll, administrator: false).Signed())).ReadErrorAsync()).Reason);
    }

    private static (string[] Application, string[] Delegated) Both(params string[] permissions) => (permissions, permissions);

    private static Caller Application(params string[] permissions) => new()
    {
        TenantId = TokenBuilder.Tenant,
        AppId = TokenBuilder.App,
        UserId = null,
        Permissions = permissions.ToHashSet(),
        Groups = new HashSet<string>(),
        IsAdministrator = false,
        IsGuest = false,
    };

    private static Caller Delegated(string permissions, bool administrator) => Application() with
    {
        UserId = TokenBuilder.User,
        Permissions = permissions.Split(' ').ToHashSet(),
        IsAdministrator = administrator,
    };
}

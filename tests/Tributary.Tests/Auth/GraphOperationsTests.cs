using System.Net;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

/// <summary>The table of permissions, and what follows from it for a caller. <see cref="PermissionMatrixTests"/> asks every endpoint over HTTP.</summary>
public sealed class GraphOperationsTests
{
    private const string ConnectionOwned = "ExternalConnection.ReadWrite.OwnedBy";
    private const string ConnectionRead = "ExternalConnection.Read.All";
    private const string ConnectionAll = "ExternalConnection.ReadWrite.All";
    private const string ItemOwned = "ExternalItem.ReadWrite.OwnedBy";
    private const string ItemRead = "ExternalItem.Read.All";
    private const string ItemAll = "ExternalItem.ReadWrite.All";

    [Fact]
    public void Every_operation_is_in_the_table() => Assert.Equal(Enum.GetValues<GraphOperation>().Order(), PublishedPermissions.Table.Keys.Order());

    [Fact]
    public void The_table_that_is_enforced_has_each_operation_once_and_says_what_is_published()
    {
        Assert.Equal(PermissionTable.Rows.Count, PermissionTable.Rows.Select(row => row.Operation).Distinct().Count());
        foreach (PermissionRow row in PermissionTable.Rows)
        {
            (string[] application, string[] delegated, bool administrator) = PublishedPermissions.Table[row.Operation];
            Assert.Equal((row.Operation, string.Join(' ', application)), (row.Operation, string.Join(' ', row.Application.Names)));
            Assert.Equal((row.Operation, string.Join(' ', delegated)), (row.Operation, string.Join(' ', row.Delegated.Names)));
            Assert.Equal((row.Operation, administrator), (row.Operation, row.NeedsAdministrator));
        }
    }

    [Fact]
    public void The_least_privileged_permission_is_one_and_not_among_the_higher_ones() => Assert.All(
        PermissionTable.Rows.SelectMany(row => new[] { row.Application, row.Delegated }).Where(accepted => accepted != AcceptedPermissions.NotSupported),
        accepted =>
        {
            Assert.Single(GraphPermissions.Names(accepted.Least));
            Assert.Equal(GraphPermission.None, accepted.Least & accepted.Higher);
        });

    [Fact]
    public void A_permission_that_cannot_be_granted_to_applications_or_users_opens_nothing_for_them()
    {
        foreach (GraphPermissionRow permission in GraphPermissions.All)
        {
            Assert.True(permission.ApplicationId is not null || PermissionTable.Rows.All(row => (row.Application.All & permission.Permission) == 0), permission.Name);
            Assert.True(permission.DelegatedId is not null || PermissionTable.Rows.All(row => (row.Delegated.All & permission.Permission) == 0), permission.Name);
        }
    }

    [Fact]
    public void Every_permission_has_a_name_and_ids_of_its_own()
    {
        Assert.Equal(Enum.GetValues<GraphPermission>().Length - 1, GraphPermissions.All.Count);
        Assert.Equal(GraphPermissions.All.Count, GraphPermissions.All.Select(row => row.Permission).Distinct().Count());
        Assert.Equal(GraphPermissions.All.Count, GraphPermissions.All.Select(row => row.Name).Distinct().Count());
        Guid[] ids = [.. GraphPermissions.All.SelectMany(row => new[] { row.DelegatedId, row.ApplicationId }).OfType<Guid>()];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(GraphPermissions.All, row => Assert.True(row.DelegatedId is not null || row.ApplicationId is not null, row.Name));
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
            "In a delegated call the signed-in user must be an administrator of the tenant, by a directory role in the token's wids or by Auth:Administrators.",
            (await (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Delegated(ConnectionAll, administrator: false).Signed())).ReadErrorAsync()).Reason);
    }

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

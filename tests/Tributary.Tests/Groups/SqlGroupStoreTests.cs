using Microsoft.Extensions.DependencyInjection;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage.Sqlite;

namespace Tributary.Tests.Groups;

public sealed class SqlGroupStoreTests : IAsyncLifetime
{
    private const string User = "0b1d0000-0000-0000-0000-000000000001";
    private const string EntraGroup = "9a9a0000-0000-0000-0000-000000000002";

    private TestServer _server = null!;
    private IGroupStore _groups = null!;
    private ConnectionKey _connection;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.CreateReadyConnectionAsync();
        _groups = _server.Services.GetRequiredService<IGroupStore>();
        var connections = _server.Services.GetRequiredService<IConnectionStore>();
        _connection = (await connections.FindOrNullAsync(TestServer.Tenant, "contosohr", CancellationToken.None))!.Key;
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_user_is_in_the_groups_that_name_him_and_in_those_that_hold_them()
    {
        await CreateAsync("team", "department", "company", "other");
        await AddAsync("team", User, IdentityType.User);
        await AddAsync("department", "team", IdentityType.ExternalGroup);
        await AddAsync("company", "department", IdentityType.ExternalGroup);

        Assert.Equal(["company", "department", "team"], await GroupsOfAsync());
    }

    [Fact]
    public async Task A_user_is_in_the_groups_that_name_one_of_his_Entra_groups_whatever_the_letter_case()
    {
        await CreateAsync("nightshift");
        await AddAsync("nightshift", EntraGroup.ToUpperInvariant(), IdentityType.Group);

        Assert.Equal(["nightshift"], await GroupsOfAsync(EntraGroup));
        Assert.Empty(await GroupsOfAsync());
    }

    [Fact]
    public async Task Memberships_are_looked_up_by_who_is_in_them_and_not_gone_through_for_every_search()
    {
        await using var database = new SqliteTestDatabase();
        await QueryPlan.ShouldLookUpAsync(await database.OpenAsync(), SqlGroupStore.GroupsOf, ["m", "external_group_member"], ["folded"]);
    }

    [Fact]
    public async Task A_cycle_of_groups_ends()
    {
        await CreateAsync("a", "b", "c");
        await AddAsync("a", "b", IdentityType.ExternalGroup);
        await AddAsync("b", "c", IdentityType.ExternalGroup);
        await AddAsync("c", "a", IdentityType.ExternalGroup);
        await AddAsync("a", User, IdentityType.User);

        Assert.Equal(["a", "b", "c"], await GroupsOfAsync());
    }

    [Fact]
    public async Task A_member_that_does_not_exist_yet_counts_from_its_creation_on_and_no_longer_after_its_deletion()
    {
        await CreateAsync("parent");
        await AddAsync("parent", "later", IdentityType.ExternalGroup);
        Assert.Empty(await GroupsOfAsync());

        await CreateAsync("later");
        await AddAsync("later", User, IdentityType.User);
        Assert.Equal(["later", "parent"], await GroupsOfAsync());

        Assert.True(await _groups.DeleteAsync(_connection, "later", CancellationToken.None));
        Assert.Empty(await GroupsOfAsync());
    }

    [Fact]
    public async Task Removing_a_member_takes_effect_at_once()
    {
        await CreateAsync("team");
        await AddAsync("team", User, IdentityType.User);

        Assert.Equal(RemoveMemberOutcome.Removed, await _groups.RemoveMemberAsync(_connection, "team", User, CancellationToken.None));
        Assert.Empty(await GroupsOfAsync());
        Assert.Equal(RemoveMemberOutcome.NoSuchMember, await _groups.RemoveMemberAsync(_connection, "team", User, CancellationToken.None));
    }

    [Fact]
    public async Task A_group_takes_no_more_members_than_the_limit_until_one_goes()
    {
        await CreateAsync("small");
        Assert.Equal(AddMemberOutcome.Added, await _groups.AddMemberAsync(_connection, "small", Member("x1"), 2, CancellationToken.None));
        Assert.Equal(AddMemberOutcome.Added, await _groups.AddMemberAsync(_connection, "small", Member("x2"), 2, CancellationToken.None));
        Assert.Equal(AddMemberOutcome.LimitReached, await _groups.AddMemberAsync(_connection, "small", Member("x3"), 2, CancellationToken.None));
        Assert.Equal(AddMemberOutcome.AlreadyMember, await _groups.AddMemberAsync(_connection, "small", Member("x2"), 2, CancellationToken.None));

        await _groups.RemoveMemberAsync(_connection, "small", "x1", CancellationToken.None);
        Assert.Equal(AddMemberOutcome.Added, await _groups.AddMemberAsync(_connection, "small", Member("x3"), 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_tenant_has_no_more_groups_than_the_limit_until_one_goes()
    {
        Assert.Equal(CreateGroupOutcome.Created, await CreateOneAsync("g1", 1));
        Assert.Equal(CreateGroupOutcome.LimitReached, await CreateOneAsync("g2", 1));
        Assert.Equal(CreateGroupOutcome.IdTaken, await CreateOneAsync("g1", 1));

        await _groups.DeleteAsync(_connection, "g1", CancellationToken.None);
        Assert.Equal(CreateGroupOutcome.Created, await CreateOneAsync("g2", 1));
    }

    [Fact]
    public async Task No_more_groups_are_told_than_asked_for()
    {
        await CreateAsync("a", "b", "c");
        foreach (string group in new[] { "a", "b", "c" })
        {
            await AddAsync(group, User, IdentityType.User);
        }

        Assert.Equal(2, (await _groups.FindGroupsOfAsync([_connection], User, [], 2, CancellationToken.None))[0].Count);
    }

    [Fact]
    public async Task Groups_are_told_for_each_connection_that_is_asked_for()
    {
        await CreateAsync("team");
        await AddAsync("team", User, IdentityType.User);
        var elsewhere = new ConnectionKey(_connection.Value + 1000);

        IReadOnlyList<IReadOnlyList<string>> groups = await _groups.FindGroupsOfAsync([elsewhere, _connection, elsewhere], User, [], 1000, CancellationToken.None);

        Assert.Equal(["", "team", ""], groups.Select(found => string.Join(' ', found)));
        Assert.Empty(await _groups.FindGroupsOfAsync([], User, [], 1000, CancellationToken.None));
    }

    private static Identity Member(string id) => new(id, IdentityType.ExternalGroup);

    private ValueTask<CreateGroupOutcome> CreateOneAsync(string id, int max) =>
        _groups.CreateAsync(_connection, new ExternalGroup(id, null, null), max, CancellationToken.None);

    private async Task CreateAsync(params string[] ids)
    {
        foreach (string id in ids)
        {
            Assert.Equal(CreateGroupOutcome.Created, await CreateOneAsync(id, 1000));
        }
    }

    private async Task AddAsync(string group, string member, IdentityType type) => Assert.Equal(
        AddMemberOutcome.Added, await _groups.AddMemberAsync(_connection, group, new Identity(member, type), 1000, CancellationToken.None));

    private async Task<string[]> GroupsOfAsync(params string[] entraGroups) =>
        [.. (await _groups.FindGroupsOfAsync([_connection], User, entraGroups, 1000, CancellationToken.None))[0].Order(StringComparer.Ordinal)];
}

using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What PostgreSQL makes of the queries that decide access, with some thousand rows of a tenant and a connection: each looks up what is asked for, and goes through nothing.</summary>
[NeedsPostgres]
public sealed class PostgresQueriesTests : IAsyncLifetime
{
    private readonly PostgresTestDatabase _database = new();
    private ISqlDatabase _open = null!;

    public async ValueTask InitializeAsync()
    {
        _open = await _database.OpenAsync();
        PostgresServer.Execute(
            _database.ConnectionString,
            """
            INSERT INTO directory_tenant (key, id) SELECT i, 'tenant' || i FROM generate_series(1, 3) i;
            INSERT INTO directory_object (tenant, id, kind, name, display_name, external_id, created, modified, body)
                SELECT 1, 'object' || i, 1 + (i % 10 = 0)::int, 'name' || i, 'display' || i, 'external' || i, 0, 0, '\x7b7d' FROM generate_series(1, 8000) i;
            INSERT INTO directory_member (tenant, group_id, member, nested) SELECT 1, 'object' || 10 * (i % 800), 'object' || i, (i % 10 = 0)::int FROM generate_series(1, 8000) i;
            INSERT INTO external_group_member (connection, group_id, id, type, folded) SELECT 1, 'group' || i % 500, 'member' || i, 1 + i % 3, 'member' || i FROM generate_series(1, 8000) i;
            INSERT INTO external_group_member_past (connection, type, folded, group_id, until, was) SELECT 1, 1 + i % 3, 'member' || i, 'group' || i % 500, i, 1 FROM generate_series(1, 8000) i;
            INSERT INTO directory_member_past (tenant, member, group_id, until, was) SELECT 1, 'object' || i, 'object' || 10 * (i % 800), i, 1 FROM generate_series(1, 8000) i;
            ANALYZE;
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Every_resource_and_membership_of_a_directory_is_looked_up_by_what_is_asked_for()
    {
        foreach (string sql in SqlScimStore.LookUps)
        {
            await PostgresPlan.ShouldLookUpAsync(
                _open, sql, ["m", "o", "directory_member", "directory_object"], ["id", "member", "group_id", "name", "display_name", "external_id"]);
        }
    }

    [Fact]
    public Task External_groups_are_looked_up_by_who_is_in_them() =>
        PostgresPlan.ShouldLookUpAsync(_open, SqlGroupStore.GroupsOf, ["m", "external_group_member"], ["folded"]);

    [Fact]
    public async Task A_users_groups_in_more_connections_than_are_asked_for_at_once_are_told_each_for_its_own()
    {
        PostgresServer.Execute(
            _database.ConnectionString,
            $"""
            INSERT INTO external_group_member (connection, group_id, id, type, folded) SELECT i, 'of' || i, 'ada', {(int)IdentityType.User}, 'ada' FROM generate_series(1, 600, 2) i;
            INSERT INTO external_group_member (connection, group_id, id, type, folded) SELECT i, 'around' || i, 'of' || i, {(int)IdentityType.ExternalGroup}, 'of' || i FROM generate_series(1, 600, 2) i;
            """);
        ConnectionKey[] connections = [.. Enumerable.Range(1, 600).Reverse().Select(key => new ConnectionKey(key))];

        IReadOnlyList<IReadOnlyList<string>> groups = await new SqlGroupStore(_open, AccessHistory.Off).FindGroupsOfAsync(
            connections, "Ada", [], 10, TestContext.Current.CancellationToken);

        Assert.Equal(connections.Select(key => key.Value % 2 == 0 ? "" : $"of{key.Value} around{key.Value}"), groups.Select(found => string.Join(' ', found)));
        Assert.Empty(await new SqlGroupStore(_open, AccessHistory.Off).FindGroupsOfAsync([], "Ada", [], 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Memberships_of_the_past_are_looked_up()
    {
        await PostgresPlan.ShouldLookUpAsync(_open, PastReader.ExternalGroups, ["m", "p", "e"], ["folded", "group_id"]);
        await PostgresPlan.ShouldLookUpAsync(_open, PastReader.DirectoryGroups, ["m", "p", "e"], ["member", "group_id"]);
    }
}

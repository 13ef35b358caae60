using Tributary.Directories.Scim;
using Tributary.Storage;
using Tributary.Tests.Storage.Sqlite;

namespace Tributary.Tests.Directories.Scim;

/// <summary>What SQLite makes of the queries that decide access: were it to go through a tenant's memberships instead of looking up those of one id, each search would.</summary>
public sealed class SqlScimStoreQueriesTests : IAsyncLifetime
{
    private readonly SqliteTestDatabase _database = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Every_resource_and_membership_is_looked_up_by_what_is_asked_for()
    {
        ISqlDatabase database = await _database.OpenAsync();
        foreach (string sql in SqlScimStore.LookUps)
        {
            await QueryPlan.ShouldLookUpAsync(
                database, sql, ["m", "o", "directory_member", "directory_object"], ["id", "member", "group_id", "name", "display_name", "external_id"]);
        }
    }
}

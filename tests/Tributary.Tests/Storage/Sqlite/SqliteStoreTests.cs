using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;
using Tributary.Tests.Access.History;
using Tributary.Tests.Connections;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Indexing;
using Tributary.Tests.Items;
using Tributary.Tests.Nodes;
using Tributary.Tests.Operations;
using Tributary.Tests.Schemas;

namespace Tributary.Tests.Storage.Sqlite;

// The contracts, held by the embedded store.
public sealed class SqliteConnectionStoreTests() : ConnectionStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteSchemaStoreTests() : SchemaStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteOperationStoreTests() : OperationStoreContract(() => new SqliteTestDatabase())
{
    [Fact]
    public async Task Freed_pages_are_given_back_in_bounded_steps()
    {
        StoredConnection connection = await CreateReadyAsync();
        string content = new('x', 50_000);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(PutItemOutcome.Stored, (await PutAsync(connection.Key, Write($"item{i}", content: content))).Outcome);
        }

        while (await Database.ReclaimAsync(TimeSpan.Zero, Token))
        {
        }

        await DeleteWholeAsync(connection.Key);
        int steps = 0;
        while (await Database.ReclaimAsync(TimeSpan.Zero, Token))
        {
            steps++;
        }

        Assert.InRange(steps, 2, 10_000);
        Assert.False(await Database.ReclaimAsync(TimeSpan.Zero, Token));
    }
}

public sealed class SqliteItemStoreTests() : ItemStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteChangeFeedTests() : ChangeFeedContract(() => new SqliteTestDatabase());

public sealed class SqliteFollowersTests() : FollowersContract(() => new SqliteTestDatabase());

public sealed class SqliteSeveralNodesTests() : SeveralNodesContract(() => new SqliteTestDatabase());

public sealed class SqliteSnapshotTests() : SnapshotContract(() => new SqliteTestDatabase());

public sealed class SqliteNodeStoreTests() : NodeStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteClaimTests() : ClaimContract(() => new SqliteTestDatabase());

public sealed class SqliteScimStoreTests() : ScimStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteAccessHistoryTests() : AccessHistoryContract(() => new SqliteTestDatabase(new StorageOptions { Durable = false }))
{
    [Fact]
    public async Task Memberships_of_the_past_are_looked_up_and_not_gone_through()
    {
        await QueryPlan.ShouldLookUpAsync(Database, PastReader.ExternalGroups, ["m", "p", "e"], ["folded", "group_id"]);
        await QueryPlan.ShouldLookUpAsync(Database, PastReader.DirectoryGroups, ["m", "p", "e"], ["member", "group_id"]);
    }
}

public sealed class SqlitePastAccessTests() : PastAccessContract(() => new SqliteTestDatabase(new StorageOptions { Durable = false }));

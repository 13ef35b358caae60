using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>
/// Transactions commit in another order than they began. A follower that has read up to a number never looks before it again, so a change that is committed later with a
/// smaller number would be lost to it for ever.
/// </summary>
[NeedsPostgres]
public sealed class PostgresFeedTests() : StoreContract(() => new PostgresTestDatabase())
{
    [Fact]
    public async Task Who_begins_first_and_commits_last_is_not_passed_over_as_the_others_wait_for_him()
    {
        ConnectionKey connection = (await CreateReadyAsync()).Key;
        Task<PutItemResult> second;
        using (var first = new HeldScope(((PostgresTestDatabase)TestDatabase).ConnectionString, WriteScope.Connection(connection)))
        {
            first.Execute($"UPDATE connection SET last_change = last_change + 1 WHERE key = {connection.Value}");
            first.Execute($"INSERT INTO change (connection, number, item) SELECT key, last_change, 'first' FROM connection WHERE key = {connection.Value}");
            second = PutAsync(connection, Write("second")).AsTask();
            await Tributary.Tests.Hosting.Eventually.IsTrueAsync(async () => await WaitersAsync() == 1, "The second waits for the first");

            Assert.Equal("", await FollowAsync(connection, ""));
            first.Commit();
        }

        Assert.Equal(2, (await second).Change);
        Assert.Equal("first second", await FollowAsync(connection, ""));
    }

    /// <summary>The same without the lock: this is what the test above would notice.</summary>
    [Fact]
    public async Task With_numbers_of_a_sequence_and_without_the_lock_a_follower_would_lose_a_change()
    {
        ConnectionKey connection = (await CreateReadyAsync()).Key;
        string database = ((PostgresTestDatabase)TestDatabase).ConnectionString;
        PostgresServer.Execute(database, "CREATE SEQUENCE numbers");
        using var first = new HeldScope(database, WriteScope.ConnectionsOf("one"));
        first.Execute($"INSERT INTO change (connection, number, item) VALUES ({connection.Value}, nextval('numbers'), 'first')");
        PostgresServer.Execute(database, $"INSERT INTO change (connection, number, item) VALUES ({connection.Value}, nextval('numbers'), 'second')");
        string followed = await FollowAsync(connection, "");
        first.Commit();

        Assert.Equal("second", await FollowAsync(connection, followed));
    }

    [Fact]
    public async Task Two_nodes_that_write_to_one_connection_at_once_leave_a_feed_without_gaps_and_a_follower_with_every_change()
    {
        const int Writers = 8;
        const int Each = 40;
        ConnectionKey connection = (await CreateReadyAsync()).Key;
        await using var otherDatabase = ((PostgresTestDatabase)TestDatabase).OpenAnother();
        var other = new SqlItemStore(otherDatabase, new SqlSignals(), new OpaqueNumbers(otherDatabase), History);
        using var stop = new CancellationTokenSource();
        Task<(long Last, SortedSet<string> Items)> follower = Task.Run(() => FollowWhileAsync(connection, stop.Token), Token);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    var put = new PutItem(Write($"w{writer}i{i:D3}"), 1, new ItemLimits(10_000, 10_000, 1000), null);
                    PutItemResult result = await (writer % 2 == 0 ? Items : other).PutAsync(connection, put, Token);
                    Assert.Equal(PutItemOutcome.Stored, result.Outcome);
                }
            },
            Token)));
        await stop.CancelAsync();
        (long last, SortedSet<string> items) = await follower;

        Assert.Equal(Writers * Each, last);
        Assert.Equal(Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Each).Select(i => $"w{writer}i{i:D3}")), items);
        Assert.Equal(Writers * Each, await Database.ReadAsync(session => session.ScalarOrNull("SELECT max(number) FROM change"), Token));
        Assert.Equal(Writers * Each, await CountAsync("change"));
        Assert.Equal(Writers * Each, (await FindAsync("contosohr")).ItemCount);
    }

    /// <summary>Reads on from where it was, as an index does, until it is told that there is no more.</summary>
    private async Task<(long Last, SortedSet<string> Items)> FollowWhileAsync(ConnectionKey connection, CancellationToken stop)
    {
        var items = new SortedSet<string>(StringComparer.Ordinal);
        long last = 0;
        while (true)
        {
            bool isLast = stop.IsCancellationRequested;
            ChangeBatch batch = await Feed.ReadChangesAsync(connection, last, 1000, null, Token);
            items.UnionWith(batch.Items.Select(item => item.Id));
            if (isLast && batch.UpTo == last)
            {
                return (last, items);
            }

            last = batch.UpTo;
        }
    }

    private long _followed;

    /// <summary>What comes after what was read last, behind that.</summary>
    private async Task<string> FollowAsync(ConnectionKey connection, string followed)
    {
        ChangeBatch batch = await Feed.ReadChangesAsync(connection, _followed, 1000, null, Token);
        _followed = batch.UpTo;
        return string.Join(' ', followed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(batch.Items.Select(item => item.Id)));
    }

    private Task<long> WaitersAsync() => Database.ReadAsync(
        session => session.ScalarOrNull("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")!.Value, Token).AsTask();
}

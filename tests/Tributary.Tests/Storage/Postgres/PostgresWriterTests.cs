using Npgsql;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>The writer through <see cref="ISqlDatabase"/>: sharing commits, keeping callers apart, and nodes that write at the same time.</summary>
[NeedsPostgres]
public sealed class PostgresWriterTests : PostgresNoteTests
{
    [Fact]
    public async Task Callers_who_wait_at_the_same_time_share_one_commit()
    {
        using var commits = new CommitSizes(TestDatabase.Meter);
        Task[] writes;
        using (await BusyAsync())
        {
            writes = [.. Enumerable.Range(0, 50).Select(i => AddAsync(i))];
        }

        await Task.WhenAll(writes);
        Assert.Equal(50, (await IdsAsync()).Count);
        Assert.Contains(50, commits.Sizes);
    }

    [Fact]
    public async Task A_piece_that_fails_reaches_its_caller_only_and_leaves_its_neighbours_untouched()
    {
        Task before, failing, constraint, after;
        using (await BusyAsync())
        {
            before = AddAsync(1);
            failing = Database.WriteAsync<int>(
                WriteScope.Store,
                session =>
                {
                    Add(session, 2);
                    throw new InvalidOperationException("mine");
                },
                0,
                Token).AsTask();
            constraint = Database.WriteAsync(WriteScope.Store, session => Add(session, 3) + Add(session, 1), 0, Token).AsTask();
            after = AddAsync(4);
        }

        await before;
        await after;
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => constraint)).SqlState);
        Assert.Equal([1, 4], await IdsAsync());
    }

    [Fact]
    public async Task When_many_of_a_group_fail_each_caller_is_told_its_own()
    {
        Task<int>[] writes;
        using (await BusyAsync())
        {
            writes = [.. Enumerable.Range(0, 40).Select(i => Database.WriteAsync(
                WriteScope.Store, session => i % 2 == 0 ? Add(session, i) : throw new InvalidOperationException($"{i}"), 0, Token).AsTask())];
        }

        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 2 == 0)
            {
                Assert.Equal(1, await writes[i]);
            }
            else
            {
                Assert.Equal($"{i}", (await Assert.ThrowsAsync<InvalidOperationException>(() => writes[i])).Message);
            }
        }

        Assert.Equal(20, (await IdsAsync()).Count);
    }

    [Fact]
    public async Task Who_gives_up_before_the_turn_comes_writes_nothing()
    {
        using var giveUp = new CancellationTokenSource();
        Task cancelled, other;
        using (await BusyAsync())
        {
            cancelled = Database.WriteAsync(WriteScope.Store, session => Add(session, 1), 0, giveUp.Token).AsTask();
            other = AddAsync(2);
            await giveUp.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await other;
        Assert.Equal([2], await IdsAsync());
    }

    [Fact]
    public async Task What_is_queued_when_the_store_is_closed_is_still_written()
    {
        Task[] writes;
        Task closing;
        await using PostgresDatabase other = TestDatabase.OpenAnother();
        using (var held = new HeldScope(TestDatabase.ConnectionString, WriteScope.Store))
        {
            writes = [.. Enumerable.Range(0, 10).Select(i => AddAsync(i))];
            closing = TestDatabase.CloseAsync();
        }

        await closing;
        await Task.WhenAll(writes);
        Assert.Equal(10, await other.ReadAsync(session => session.ScalarOrNull("SELECT count(*) FROM note"), Token));
    }

    [Fact]
    public async Task Within_a_scope_a_node_sees_all_that_another_one_wrote_and_waits_for_it()
    {
        Task<long?> counted;
        using (var other = new HeldScope(TestDatabase.ConnectionString, WriteScope.Store))
        {
            counted = Database.WriteAsync(WriteScope.Store, session => session.ScalarOrNull("SELECT count(*) FROM note"), 0, Token).AsTask();
            await OneWaitsAsync();
            other.Execute("INSERT INTO note (id) VALUES (1)");
            Assert.False(counted.IsCompleted);
            other.Commit();
        }

        Assert.Equal(1, await counted);
    }

    [Fact]
    public async Task A_write_of_two_scopes_waits_for_either()
    {
        var first = WriteScope.ConnectionsOf("one");
        var second = WriteScope.ConnectionsOf("two");
        foreach (WriteScope scope in new[] { first, second })
        {
            Task<int> both;
            using (new HeldScope(TestDatabase.ConnectionString, scope))
            {
                both = AddAsync(scope.First, first.And(second));
                await OneWaitsAsync();
                Assert.False(both.IsCompleted);
            }

            Assert.Equal(1, await both);
        }
    }

    [Fact]
    public async Task A_deadlock_with_somebody_else_is_tried_again_until_it_is_written()
    {
        await AddAsync(1);
        await AddAsync(2);
        int runs = 0;
        using var other = new HeldScope(TestDatabase.ConnectionString, WriteScope.ConnectionsOf("somebody else"));
        other.Execute("SET LOCAL deadlock_timeout = '1h'; UPDATE note SET id = 20 WHERE id = 2");

        Task<int> write = Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                runs++;
                session.Execute("UPDATE note SET id = 10 WHERE id = 1");
                return session.Execute("UPDATE note SET id = id + 1 WHERE id = 2 OR id = 20");
            },
            0,
            Token).AsTask();
        await Eventually.IsTrueAsync(async () => await RowWaitersAsync() == 1, "The write waits for the row");
        other.Execute("UPDATE note SET id = 11 WHERE id = 1");
        other.Commit();

        Assert.Equal(1, await write);
        Assert.Equal(2, runs);
        Assert.Equal([11, 21], await IdsAsync());
    }

    private Task<long> RowWaitersAsync() => Database.ReadAsync(
        session => session.ScalarOrNull("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")!.Value, Token).AsTask();
}

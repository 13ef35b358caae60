using System.Diagnostics;
using Npgsql;
using Tributary.Connections;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Locks that others keep: who wants them waits beside all others, in his place, and is told when that takes too long.</summary>
[NeedsPostgres]
public sealed class PostgresBlockedWritesTests : PostgresNoteTests
{
    private static readonly WriteScope Mine = WriteScope.Connection(new ConnectionKey(1));
    private static readonly WriteScope Other = WriteScope.Connection(new ConnectionKey(2));

    [Fact]
    public async Task Writes_of_other_connections_go_on_while_one_is_held_elsewhere()
    {
        Task<int>[] blocked;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            blocked = [AddAsync(1, Mine), AddAsync(2, Mine.And(Other))];
            await OneWaitsAsync();
            for (int i = 10; i < 20; i++)
            {
                Assert.Equal(1, await AddAsync(i, Other));
            }

            Assert.All(blocked, write => Assert.False(write.IsCompleted));
        }

        Assert.All(await Task.WhenAll(blocked), written => Assert.Equal(1, written));
        Assert.Equal(Enumerable.Range(1, 2).Concat(Enumerable.Range(10, 10)).Select(i => (long)i), await IdsAsync());
    }

    [Fact]
    public async Task Two_that_are_held_do_not_keep_each_other()
    {
        using var mine = new HeldScope(TestDatabase.ConnectionString, Mine);
        Task<int> first = AddAsync(1, Mine);
        await AsideAsync();
        Task<int> second;
        using (new HeldScope(TestDatabase.ConnectionString, Other))
        {
            second = AddAsync(2, Other);
        }

        Assert.Equal(1, await second);
        Assert.False(first.IsCompleted);
        mine.Dispose();
        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task Who_was_put_aside_comes_before_those_who_come_later_and_brings_who_joined_meanwhile()
    {
        Task<int>[] writes;
        Task<long> later;
        using var second = new NpgsqlConnection(TestDatabase.ConnectionString + ";Pooling=false");
        await second.OpenAsync(Token);
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            writes = [AddAsync(1, Mine)];
            await AsideAsync();
            await using NpgsqlCommand command = second.CreateCommand();
            command.CommandText = $"SELECT pg_advisory_lock({Mine.First}); SELECT count(*) FROM note";
            later = SecondResultAsync(command);
            await Eventually.IsTrueAsync(async () => await WaitersAsync() == 2, "The other one waits behind it");
            writes = [.. writes, AddAsync(2, Mine)];
            await AsideAsync(waiting: 2);
        }

        Assert.Equal(2, await later);
        Assert.All(await Task.WhenAll(writes), written => Assert.Equal(1, written));
    }

    [Fact]
    public async Task Who_waits_for_one_lock_does_not_keep_another()
    {
        using var mine = new HeldScope(TestDatabase.ConnectionString, Mine);
        using var other = new HeldScope(TestDatabase.ConnectionString, Other);
        Task<int> both = AddAsync(1, Mine.And(Other));
        await AsideAsync();
        mine.Dispose();
        await Eventually.IsTrueAsync(async () => await WaitersAsync(Other) == 1, "It waits for the other lock");

        Assert.Equal(1, await AddAsync(2, Mine));
        Assert.False(both.IsCompleted);
        other.Dispose();
        Assert.Equal(1, await both);
    }

    [Fact]
    public async Task More_locks_are_waited_for_than_there_are_sessions_for()
    {
        WriteScope[] scopes = [.. Enumerable.Range(1, 7).Select(i => WriteScope.Connection(new ConnectionKey(i)))];
        HeldScope[] held = [.. scopes.Select(scope => new HeldScope(TestDatabase.ConnectionString, scope))];
        Task<int>[] writes = [.. scopes.Select((scope, i) => AddAsync(i, scope))];
        await AsideAsync(waiting: 4);

        for (int i = scopes.Length - 1; i >= 0; i--)
        {
            Assert.False(writes[i].IsCompleted);
            held[i].Dispose();
            Assert.Equal(1, await writes[i]);
        }

        Assert.Equal(7, (await IdsAsync()).Count);
    }

    [Fact]
    public async Task When_one_of_those_who_waited_together_throws_the_others_are_written()
    {
        Task<int> before, throws, after;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            before = AddAsync(1, Mine);
            throws = Database.WriteAsync<int>(Mine, session => Add(session, 2) > 0 ? throw new InvalidOperationException("mine") : 0, 0, Token).AsTask();
            after = AddAsync(3, Mine);
            await AsideAsync();
        }

        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => throws)).Message);
        Assert.Equal(1, await before);
        Assert.Equal(1, await after);
        Assert.Equal([1, 3], await IdsAsync());
    }

    [Fact]
    public async Task When_the_session_that_waits_is_ended_it_is_waited_for_anew()
    {
        Task<int> write;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            write = AddAsync(1, Mine);
            await AsideAsync();
            long ended = (await WaitingProcessOrNullAsync())!.Value;
            Kill(TestDatabase.ConnectionString, (int)ended);
            await Eventually.IsTrueAsync(async () => await WaitingProcessOrNullAsync() is { } process && process != ended, "Another session waits");
        }

        Assert.Equal(1, await write);
        Assert.Equal([1], await IdsAsync());
    }

    [Fact]
    public async Task Background_work_that_is_put_aside_does_not_keep_other_background_work()
    {
        Task<int> held;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            held = Database.WriteInBackgroundAsync(Mine, session => Add(session, 1), Token).AsTask();
            await OneWaitsAsync();
            Assert.Equal(1, await Database.WriteInBackgroundAsync(Other, session => Add(session, 2), Token));
            Assert.False(held.IsCompleted);
        }

        Assert.Equal(1, await held);
    }

    [Fact]
    public async Task What_is_put_aside_when_the_store_is_closed_is_still_written()
    {
        Task<int> write;
        Task closing;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            write = AddAsync(1, Mine);
            await AsideAsync();
            closing = TestDatabase.CloseAsync();
            Assert.False(closing.IsCompleted);
        }

        await closing;
        Assert.Equal(1, await write);
        Reopen(await TestDatabase.OpenAsync());
        Assert.Equal([1], await IdsAsync());
    }

    [Fact]
    public async Task A_store_that_is_closed_does_not_wait_for_a_lock_that_nobody_wants_any_more()
    {
        using var giveUp = new CancellationTokenSource();
        using var held = new HeldScope(TestDatabase.ConnectionString, Mine);
        Task<int> write = Database.WriteAsync(Mine, session => Add(session, 1), 0, giveUp.Token).AsTask();
        await AsideAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        long began = Stopwatch.GetTimestamp();

        await TestDatabase.CloseAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Who_waits_for_longer_than_the_bound_is_told_so_writes_nothing_and_may_write_afterwards()
    {
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            Task<int> alone = AddAsync(1, Mine);
            var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => alone);
            Assert.Equal("Another write has held this part of the database for too long.", exception.Message);
        }

        Assert.Empty(await IdsAsync());
        Assert.Equal(1, await AddAsync(2, Mine));
        Assert.Equal([2], await IdsAsync());
    }

    [Fact]
    public async Task Who_gives_up_while_it_waits_writes_nothing()
    {
        using var giveUp = new CancellationTokenSource();
        Task<int> write;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            write = Database.WriteAsync(Mine, session => Add(session, 1), 0, giveUp.Token).AsTask();
            await AsideAsync();
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        }

        await AddAsync(2, Mine);
        Assert.Equal([2], await IdsAsync());
    }

    [Fact]
    public async Task Only_so_many_wait_and_the_next_are_told_at_once()
    {
        using var commits = new CommitSizes(TestDatabase.Meter);
        Task<int>[] writes;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            writes = [.. Enumerable.Range(0, 1100).Select(i => AddAsync(i, Mine))];
            await Eventually.IsTrueAsync(() => Task.FromResult(writes.Count(write => write.IsFaulted) == 1100 - 1024), "Those past 1024 are told");
            Assert.Equal(1, await AddAsync(2000, Other));
            Assert.Equal(1024, commits.Waiting);
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(writes.All(write => write.IsCompleted)), "All are answered");
        Assert.Equal(1024, writes.Count(write => write.IsCompletedSuccessfully));
        Assert.Equal(0, commits.Waiting);
        Assert.Equal(1024 + 1, (await IdsAsync()).Count);
    }

    [Fact]
    public async Task A_piece_that_throws_beside_one_that_is_put_aside_does_not_have_that_run_twice()
    {
        int runs = 0;
        Task<int> held, throws, good;
        using (var mine = new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            using (await BusyAsync())
            {
                held = Database.WriteAsync(Mine, session => Add(session, 1 + (100 * Interlocked.Increment(ref runs))), 0, Token).AsTask();
                throws = Database.WriteAsync<int>(Other, _ => throw new InvalidOperationException("mine"), 0, Token).AsTask();
                good = AddAsync(3, Other);
            }

            Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => throws)).Message);
            Assert.Equal(1, await good);
            Assert.False(held.IsCompleted);
        }

        Assert.Equal(1, await held);
        Assert.Equal([3, 101], await IdsAsync());
    }

    private Task<long> WaitersAsync(WriteScope scope) => Database.ReadAsync(
        session => session.ScalarOrNull(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND (classid::bigint << 32) + objid::bigint = @lock", scope.First)!.Value,
        Token).AsTask();

    private Task<long?> WaitingProcessOrNullAsync() => Database.ReadAsync(
        session => session.ScalarOrNull(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"),
        Token).AsTask();

    private static async Task<long> SecondResultAsync(NpgsqlCommand command)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Token);
        await reader.NextResultAsync(Token);
        await reader.ReadAsync(Token);
        return reader.GetInt64(0);
    }

    /// <summary>Who waits for a held lock has been put aside, and waits for it beside the others.</summary>
    private async Task AsideAsync(int waiting = 1)
    {
        // There is one thread: it has come to this one.
        await Database.WriteAsync(WriteScope.ConnectionsOf("others"), _ => true, 0, Token);
        await Eventually.IsTrueAsync(async () => await WaitersAsync() == waiting, "Who was put aside waits");
    }
}

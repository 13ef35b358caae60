using System.Diagnostics;
using Npgsql;
using Tributary.Connections;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Locks that others keep, and what the server ends for its own bounds: who is concerned is told so, and nobody else notices.</summary>
public sealed class PostgresWaitingTests : PostgresNoteTests
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
        Task<int>[] writes;
        using (new HeldScope(TestDatabase.ConnectionString, Mine))
        {
            writes = [.. Enumerable.Range(0, 1100).Select(i => AddAsync(i, Mine))];
            await Eventually.IsTrueAsync(() => Task.FromResult(writes.Count(write => write.IsFaulted) == 1100 - 1024), "Those past 1024 are told");
            Assert.Equal(1, await AddAsync(2000, Other));
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(writes.All(write => write.IsCompleted)), "All are answered");
        Assert.Equal(1024, writes.Count(write => write.IsCompletedSuccessfully));
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

    [Fact]
    public async Task A_statement_that_the_server_ends_as_too_slow_fails_its_caller_and_not_the_others_of_its_transaction()
    {
        await SetAsync("statement_timeout = '1s'");
        Task<int> slow, before, after;
        using (await BusyAsync())
        {
            before = AddAsync(1);
            slow = Database.WriteAsync(WriteScope.Store, session => Add(session, 2) + (int)session.ScalarOrNull("SELECT 1 FROM pg_sleep(60)")!.Value, 0, Token).AsTask();
            after = AddAsync(3);
        }

        Assert.Equal(1, await before);
        Assert.Equal(1, await after);
        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => slow);
        Assert.Equal("The database takes too long at the moment.", exception.Message);
        Assert.Equal([1, 3], await IdsAsync());
    }

    [Theory]
    [InlineData("40001", 3, true)]
    [InlineData("40001", 4, false)]
    [InlineData("40P01", 3, true)]
    public async Task What_stood_in_the_way_of_others_is_run_again_a_few_times(string state, int times, bool isWritten)
    {
        PostgresServer.Execute(TestDatabase.ConnectionString, Raising(state, $"nextval('tries') <= {times}"));

        if (isWritten)
        {
            Assert.Equal(1, await AddAsync(1));
        }
        else
        {
            Assert.Equal("The database is busy with conflicting writes.", (await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(1))).Message);
        }

        Assert.Equal(isWritten ? [1] : [], await IdsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("CONSTRAINT")]
    public async Task A_full_disk_is_told_as_full_and_keeps_nothing_and_neighbours_are_written(string kind)
    {
        PostgresServer.Execute(TestDatabase.ConnectionString, Raising("53100", "NEW.id = 2", kind));
        Task<int> before, full, after;
        using (await BusyAsync())
        {
            before = AddAsync(1);
            full = AddAsync(2);
            after = AddAsync(3);
        }

        await Assert.ThrowsAsync<StorageFullException>(() => full);
        Assert.Equal(1, await before);
        Assert.Equal(1, await after);
        Assert.Equal([1, 3], await IdsAsync());
    }

    [Fact]
    public async Task Reads_wait_for_a_session_and_are_told_when_none_comes_free()
    {
        using var release = new ManualResetEventSlim();
        int busy = 0;
        Task<int>[] readers = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () => await Database.ReadAsync(
                _ =>
                {
                    Interlocked.Increment(ref busy);
                    release.Wait(Token);
                    return 1;
                },
                Token),
            Token))];
        await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref busy) == readers.Length), "All sessions are busy");
        Task<IReadOnlyList<long>> waiting = IdsAsync();

        Assert.Equal("All sessions that read the database have been busy for too long.", (await Assert.ThrowsAsync<StorageUnavailableException>(() => waiting)).Message);
        Task<IReadOnlyList<long>> patient = IdsAsync();
        release.Set();

        Assert.Empty(await patient);
        Assert.Equal(16, (await Task.WhenAll(readers)).Sum());
    }

    /// <summary>A trigger on notes that fails so under a condition; a constraint's fails at the commit.</summary>
    private static string Raising(string state, string condition, string kind = "") =>
        $$"""
        CREATE SEQUENCE tries;
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF {{condition}} THEN RAISE EXCEPTION 'by the test' USING ERRCODE = '{{state}}'; END IF; RETURN NEW; END $f$;
        CREATE {{kind}} TRIGGER failing AFTER INSERT ON note {{(kind.Length == 0 ? "" : "DEFERRABLE INITIALLY DEFERRED")}} FOR EACH ROW EXECUTE FUNCTION fail();
        """;

    private async Task SetAsync(string setting)
    {
        PostgresServer.Execute(TestDatabase.ConnectionString, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(TestDatabase.ConnectionString).Database} SET {setting}");
        await TestDatabase.CloseAsync();
        Reopen(await TestDatabase.OpenAsync());
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

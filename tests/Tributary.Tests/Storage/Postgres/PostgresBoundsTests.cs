using Npgsql;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What the server ends, or cannot do, for its own bounds, and sessions that are all busy: who is concerned is told so, and nobody else notices.</summary>
[NeedsPostgres]
public sealed class PostgresBoundsTests : PostgresNoteTests
{
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

    [Fact]
    public async Task A_read_that_the_server_ends_as_too_slow_leaves_others_their_sessions()
    {
        await SetAsync("statement_timeout = '1s'");
        using var both = new Barrier(2);
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () => await Database.ReadAsync(
                session =>
                {
                    both.SignalAndWait(Token);
                    return ProcessOf(session);
                },
                Token),
            Token))];
        int[] processes = await Task.WhenAll(readers);

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => Database.ReadAsync(session => session.ScalarOrNull("SELECT 1 FROM pg_sleep(60)"), Token).AsTask());

        Assert.Equal("The database takes too long at the moment.", exception.Message);
        Assert.Contains(await Database.ReadAsync(ProcessOf, Token), processes);
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
}

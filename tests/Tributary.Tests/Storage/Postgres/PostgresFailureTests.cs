using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Connections that break, and servers that go away: what was answered is there, what was not is written once or not at all, and nobody has to be restarted.</summary>
[NeedsPostgres]
public sealed class PostgresFailureTests : PostgresNoteTests
{
    [Fact]
    public async Task A_connection_that_is_ended_before_the_commit_costs_nothing_but_another_try()
    {
        int runs = 0;
        await Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                Add(session, 1);
                if (++runs == 1)
                {
                    Kill(TestDatabase.ConnectionString, ProcessOf(session));
                }

                return Add(session, 2);
            },
            0,
            Token);

        Assert.Equal(2, runs);
        Assert.Equal([1, 2], await IdsAsync());
    }

    [Fact]
    public async Task A_connection_that_is_ended_each_time_is_told_as_unavailable_and_nothing_is_kept()
    {
        int runs = 0;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                runs++;
                Kill(TestDatabase.ConnectionString, ProcessOf(session));
                return Add(session, 1);
            },
            0,
            Token).AsTask());

        Assert.InRange(runs, 2, 10);
        await AddAsync(2);
        Assert.Equal([2], await IdsAsync());
    }

    /// <summary>The piece is undone by a rollback, which does not tell that there is no connection any more.</summary>
    [Fact]
    public async Task A_piece_that_throws_when_its_connection_has_ended_is_told_what_it_threw_and_later_writes_go_on()
    {
        int runs = 0;
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(
            WriteScope.Store,
            session =>
            {
                Add(session, 1);
                runs++;
                Kill(TestDatabase.ConnectionString, ProcessOf(session));
                throw new InvalidOperationException("mine");
            },
            0,
            Token).AsTask());

        Assert.Equal("mine", exception.Message);
        Assert.Equal(1, runs);
        await AddAsync(2);
        Assert.Equal([2], await IdsAsync());
    }

    /// <summary>At the end of the commit the server waits for a lock that the test holds, and is ended there: nothing is kept, which the server tells when it is asked.</summary>
    [Fact]
    public async Task A_connection_that_is_ended_during_the_commit_which_did_not_happen_leads_to_another_try()
    {
        PostgresServer.Execute(
            TestDatabase.ConnectionString,
            """
            CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_test();
            """);
        int process = 0;
        int runs = 0;
        Task<int> write;
        using (var held = new HeldScope(TestDatabase.ConnectionString, WriteScope.ConnectionsOf("the test")))
        {
            held.Execute("SELECT pg_advisory_xact_lock(77)");
            write = Database.WriteAsync(
                WriteScope.Store,
                session =>
                {
                    runs++;
                    process = ProcessOf(session);
                    return Add(session, 1);
                },
                0,
                Token).AsTask();
            await OneWaitsAsync();
            Kill(TestDatabase.ConnectionString, process);
            await Eventually.IsTrueAsync(() => Task.FromResult(Volatile.Read(ref runs) == 2), "The work is run again");
        }

        Assert.Equal(1, await write);
        Assert.Equal([1], await IdsAsync());
    }

    [Fact]
    public async Task Reads_go_on_when_all_their_connections_were_ended()
    {
        await AddAsync(1);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IdsAsync()));
        PostgresServer.Execute(
            TestDatabase.ConnectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        foreach (IReadOnlyList<long> ids in await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IdsAsync())))
        {
            Assert.Equal([1], ids);
        }

        await AddAsync(2);
    }

    [Fact]
    public async Task A_database_that_only_reads_is_told_as_unavailable_and_written_again_when_it_may_be()
    {
        string name = new Npgsql.NpgsqlConnectionStringBuilder(TestDatabase.ConnectionString).Database!;
        await AddAsync(1);
        PostgresServer.Get().Execute($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        PostgresServer.Execute(TestDatabase.ConnectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(2));
        PostgresServer.Get().Execute($"ALTER DATABASE {name} RESET default_transaction_read_only");
        await AddAsync(3);
        Assert.Equal([1, 3], await IdsAsync());
    }
}

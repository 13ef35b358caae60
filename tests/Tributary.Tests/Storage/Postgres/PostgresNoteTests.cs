using Npgsql;
using Tributary.Storage;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>Tests of one open database, in which there is a table of notes.</summary>
public abstract class PostgresNoteTests : IAsyncLifetime
{
    private protected PostgresNoteTests(Func<PostgresTestDatabase> create) => TestDatabase = create();

    protected PostgresNoteTests()
        : this(() => new PostgresTestDatabase())
    {
    }

    internal PostgresTestDatabase TestDatabase { get; }

    internal ISqlDatabase Database { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.OpenAsync();
        PostgresServer.Execute(TestDatabase.ConnectionString, "CREATE TABLE note (id BIGINT PRIMARY KEY)");
    }

    public virtual async ValueTask DisposeAsync()
    {
        await TestDatabase.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>After the test has closed it.</summary>
    private protected void Reopen(ISqlDatabase database) => Database = database;

    private protected static int Add(SqlSession session, long id) => session.Execute("INSERT INTO note (id) VALUES (@id)", id);

    private protected Task<int> AddAsync(long id, WriteScope? scope = null) => Database.WriteAsync(scope ?? WriteScope.Store, session => Add(session, id), 0, Token).AsTask();

    private protected async Task<IReadOnlyList<long>> IdsAsync() => await Database.ReadAsync(Ids, Token);

    /// <summary>The notes that are kept.</summary>
    internal static IReadOnlyList<long> Ids(SqlSession session)
    {
        var ids = new List<long>();
        using SqlReader reader = session.Query("SELECT id FROM note ORDER BY id");
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>Ends the connection that a session of this database uses, from another one, as an operator or a failing network does.</summary>
    private protected static void Kill(string connectionString, int process) =>
        PostgresServer.Execute(connectionString, $"SELECT pg_terminate_backend({process})");

    private protected static int ProcessOf(SqlSession session) => ((NpgsqlConnection)session.Connection).ProcessID;

    private protected Task<long> WaitersAsync() => Database.ReadAsync(Waiters, Token).AsTask();

    /// <summary>How many sessions wait for a lock of a scope.</summary>
    internal static long Waiters(SqlSession session) => session.ScalarOrNull(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")!.Value;

    private protected Task OneWaitsAsync() => Eventually.IsTrueAsync(async () => await WaitersAsync() == 1, "A write waits for the lock");

    /// <summary>The writer is at a piece until the result is disposed, so that what is queued meanwhile shares a transaction.</summary>
    private protected async Task<IDisposable> BusyAsync()
    {
        var at = new TaskCompletionSource();
        var end = new Release();
        _ = Database.WriteAsync(
            WriteScope.ConnectionsOf("busy"),
            _ =>
            {
                at.SetResult();
                end.Wait();
                return true;
            },
            0,
            Token).AsTask();
        await at.Task;
        return end;
    }

    private sealed class Release : IDisposable
    {
        private readonly ManualResetEventSlim _event = new();

        public void Wait() => _event.Wait(TimeSpan.FromSeconds(15));

        public void Dispose() => _event.Set();
    }
}

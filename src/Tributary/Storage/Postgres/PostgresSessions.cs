using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>Opens sessions. Connections are the driver's; each is set up once, when it is made.</summary>
internal sealed class PostgresSessions : IAsyncDisposable
{
    /// <summary>A statement that waits so long for a row gives up. So does the server on one that says nothing within a transaction: its locks keep others waiting.</summary>
    public const string LockTimeout = "10s";
    private const string SilenceTimeout = "20s";

    /// <summary>
    /// Every query of the stores looks up a few rows, in the order in which its tables stand, as SQLite is told by CROSS JOIN. What tables hold is not known beforehand, or wrongly,
    /// and a plan is kept; so no plan that goes through a table is to look cheap. A join of a list with a table is made in a subquery for each of the list (<c>LATERAL … OFFSET 0</c>): planned
    /// while the table was empty, it would go through all of a connection.
    /// </summary>
    /// <remarks>
    /// A plan is made once and not for the values of each execution: with a table in parts that costs more than the query itself, and the part is found when the query begins.
    /// </remarks>
    private const string Plans =
        """
        SET jit = off; SET join_collapse_limit = 1; SET from_collapse_limit = 1; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
        SET enable_mergejoin = off; SET enable_material = off; SET plan_cache_mode = force_generic_plan
        """;

    /// <summary>Prepared once it was used twice; there are fewer statements than this.</summary>
    private const int MaxPrepared = 400;

    /// <summary>One writes and a few wait for locks; those that waited at a server that is gone may not know for a while.</summary>
    private const int MaxWriters = 16;

    /// <summary>When it was started, to the microsecond: another one was started at another time, as was this one after a crash, in which commits that did not wait for the disk are lost.</summary>
    private const string WhichServer = "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_postmaster_start_time()::text END";

    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;
    private readonly Lock _lock = new();
    private string? _server;
    private int _servers;
    private readonly Action _interrupted;

    /// <param name="connectionString">As it is configured.</param>
    /// <param name="isDurable">Whether commits wait for the disk.</param>
    /// <param name="maxReaders">How many sessions read at once.</param>
    /// <param name="interrupted">Called before a session is used that is with another server than the last one was.</param>
    /// <exception cref="ArgumentException">The connection string is none. The message does not tell it.</exception>
    public PostgresSessions(string connectionString, bool isDurable, int maxReaders, Action interrupted)
    {
        _interrupted = interrupted;

        // Where a server was told to commit without waiting for its disk, this is told otherwise; one that waits for standbys does so still.
        string commit = isDurable
            ? "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"
            : "SET synchronous_commit = off";
        _readers = Source(connectionString, maxReaders + 4, $"SET default_transaction_read_only = on; {Plans}");
        _writers = Source(
            connectionString,
            MaxWriters,
            $"SET lock_timeout = '{LockTimeout}'; SET idle_in_transaction_session_timeout = '{SilenceTimeout}'; {Plans}; {commit}");
    }

    /// <summary>With how many servers there have been sessions, one after the other. A server that has started again is another one.</summary>
    public int Servers => Volatile.Read(ref _servers);

    public SqlSession OpenReader() => new(_readers.OpenConnection(), PostgresDialect.Instance);

    public SqlSession OpenWriter() => new(_writers.OpenConnection(), PostgresDialect.Instance);

    /// <summary>Forgets the connections that nobody uses: they were made before the server went away.</summary>
    public void Clear()
    {
        _readers.Clear();
        _writers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writers.DisposeAsync();
    }

    private NpgsqlDataSource Source(string connectionString, int maxSessions, string setUp)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnectionString.Parse(connectionString);
        settings.MaxPoolSize = maxSessions;
        settings.MinPoolSize = 0;
        settings.MaxAutoPrepare = MaxPrepared;
        settings.AutoPrepareMinUsages = 2;
        settings.Enlist = false;

        // Sessions keep what they were set to, and their statements.
        settings.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = null };
        builder.UsePhysicalConnectionInitializer(connection => SetUp(connection, setUp), (connection) => SetUpAsync(connection, setUp));
        return builder.Build();
    }

    private void SetUp(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = SetUpCommand(connection, sql);
        command.ExecuteNonQuery();
        command.CommandText = WhichServer;
        Meet((string)command.ExecuteScalar()!);
    }

    private async Task SetUpAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = SetUpCommand(connection, sql);
        await command.ExecuteNonQueryAsync();
        command.CommandText = WhichServer;
        Meet((string)(await command.ExecuteScalarAsync())!);
    }

    private static NpgsqlCommand SetUpCommand(NpgsqlConnection connection, string sql)
    {
        NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>A standby is behind, however little: what it would answer others have seen otherwise.</summary>
    private void Meet(string server)
    {
        if (server.Length == 0)
        {
            throw new PostgresException("The server is a standby.", "ERROR", "ERROR", "25006");
        }

        lock (_lock)
        {
            if (server == _server)
            {
                return;
            }

            // Whoever waits for the lock goes on when all know of it.
            bool isFirst = _server is null;
            _server = server;
            Interlocked.Increment(ref _servers);
            if (!isFirst)
            {
                // Those of the other server are closed, now or when they are given back.
                Clear();
                _interrupted();
            }
        }
    }
}

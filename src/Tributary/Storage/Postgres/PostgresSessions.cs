using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>Opens sessions. Connections are the driver's; each is set up once, when it is made.</summary>
internal sealed class PostgresSessions : IAsyncDisposable
{
    /// <summary>A writer that waits so long for another one's commit gives up. So does the server on one that says nothing within a transaction: its locks keep others waiting.</summary>
    private const string LockTimeout = "10s";
    private const string SilenceTimeout = "20s";

    /// <summary>Prepared once it was used twice; there are fewer statements than this.</summary>
    private const int MaxPrepared = 400;

    private readonly NpgsqlDataSource _readers;
    private readonly NpgsqlDataSource _writers;

    /// <param name="connectionString">As it is configured.</param>
    /// <param name="isDurable">Whether commits wait for the disk.</param>
    /// <param name="maxReaders">How many sessions read at once.</param>
    /// <exception cref="ArgumentException">The connection string is none. The message does not tell it.</exception>
    public PostgresSessions(string connectionString, bool isDurable, int maxReaders)
    {
        // Where a server was told to commit without waiting for its disk, this is told otherwise; one that waits for standbys does so still.
        string commit = isDurable
            ? "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)"
            : "SET synchronous_commit = off";
        _readers = Source(connectionString, maxReaders + 4, "SET default_transaction_read_only = on; SET jit = off");
        _writers = Source(
            connectionString,
            8,
            $"SET lock_timeout = '{LockTimeout}'; SET idle_in_transaction_session_timeout = '{SilenceTimeout}'; SET jit = off; {commit}");
    }

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

    private static NpgsqlDataSource Source(string connectionString, int maxSessions, string setUp)
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

    private static void SetUp(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = SetUpCommand(connection, sql);
        command.ExecuteNonQuery();
    }

    private static async Task SetUpAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = SetUpCommand(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlCommand SetUpCommand(NpgsqlConnection connection, string sql)
    {
        NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}

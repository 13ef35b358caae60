using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Telemetry;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A database of its own in the tests' server.</summary>
internal sealed class PostgresTestDatabase(StorageOptions? options = null, PostgresServer? server = null) : TestDatabase
{
    private readonly PostgresServer _server = server ?? PostgresServer.Get();
    private string? _connectionString;
    private PostgresDatabase? _database;

    public StorageOptions Options { get; } = options ?? new StorageOptions { Provider = StorageOptions.Postgres };

    public string ConnectionString => _connectionString ??= _server.CreateDatabase();

    public TributaryMeter Meter { get; } = new();

    /// <summary>Told when the server is another one than before.</summary>
    public SqlSignals Signals { get; } = new();

    public override Task<ISqlDatabase> OpenAsync()
    {
        _database = OpenAnother();
        return Task.FromResult<ISqlDatabase>(_database);
    }

    /// <summary>Another node on the same database; who asks for it closes it.</summary>
    public PostgresDatabase OpenAnother() => PostgresDatabase.Open(ConnectionString, Options, new StorageMetrics(Meter), Signals, ThisNode.Alone(TimeProvider.System));

    public override async Task CloseAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
            _database = null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Meter.Dispose();
        if (_connectionString is not null)
        {
            _server.DropDatabase(_connectionString);
        }
    }
}

using Tributary.Storage;
using Tributary.Storage.Sqlite;
using Tributary.Telemetry;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>The embedded store in a directory of its own.</summary>
internal sealed class SqliteTestDatabase(StorageOptions? options = null) : TestDatabase
{
    private SqliteDatabase? _database;

    /// <summary>What the next opening uses.</summary>
    public StorageOptions Options { get; } = options ?? new StorageOptions();

    public string Folder { get; } = Directory.CreateTempSubdirectory("tributary-store-").FullName;

    public TributaryMeter Meter { get; } = new();

    public override Task<ISqlDatabase> OpenAsync()
    {
        _database = SqliteDatabase.Open(Folder, Options, new StorageMetrics(Meter));
        return Task.FromResult<ISqlDatabase>(_database);
    }

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
        Directory.Delete(Folder, recursive: true);
    }
}

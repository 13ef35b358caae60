using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>Tests of one open database, in which there is a table of notes.</summary>
public abstract class SqliteNoteTests : IAsyncLifetime
{
    internal SqliteTestDatabase TestDatabase { get; } = new();

    internal ISqlDatabase Database { get; set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.OpenAsync();
        await Database.WriteAsync(WriteScope.Store, session => session.Execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"), 0, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await TestDatabase.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

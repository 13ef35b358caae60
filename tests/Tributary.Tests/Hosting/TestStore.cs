using System.Collections.Concurrent;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.Tests.Hosting;

/// <summary>
/// With <c>TRIBUTARY_TEST_PROVIDER=Postgres</c> every test's server keeps its store in PostgreSQL, a database for each data directory, but for those whose settings are
/// SQLite's alone.
/// </summary>
internal static class TestStore
{
    public const string Variable = "TRIBUTARY_TEST_PROVIDER";
    public const string Postgres = "Postgres";

    private static readonly ConcurrentDictionary<string, string> Databases = new();

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable(Variable) == Postgres;

    public static string? ConnectionStringOrNull(string directory, string[] settings) =>
        IsPostgres && !settings.Any(setting => setting.StartsWith("Storage:InMemory", StringComparison.Ordinal) || setting.StartsWith("Storage:MaxBytes", StringComparison.Ordinal))
            ? Databases.GetOrAdd(directory, _ => PostgresServer.Get().CreateDatabase())
            : null;

    /// <summary>The data directory is gone, and so is its database.</summary>
    public static void Forget(string directory)
    {
        if (Databases.TryRemove(directory, out string? connectionString))
        {
            PostgresServer.Get().DropDatabase(connectionString);
        }
    }
}

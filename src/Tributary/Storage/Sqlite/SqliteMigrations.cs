using System.Globalization;
using System.Reflection;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// Brings the tables up to date: the embedded scripts <c>Migrations/NNNN_name.sql</c> in the order of their numbers, each with its version number in one
/// transaction. The caller holds the data directory's lock, so no other process runs them at the same time.
/// </summary>
internal static class SqliteMigrations
{
    private const string Prefix = "Tributary.Storage.Sqlite.Migrations.";

    private static readonly Assembly Assembly = typeof(SqliteMigrations).Assembly;

    private static readonly string[] Scripts =
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program writes.</summary>
    public static int Newest => Scripts.Length;

    /// <summary>Of a database that <see cref="SqliteInspection"/> found to be of no newer version.</summary>
    public static StoreIdentity Run(SqlSession session)
    {
        long version = session.ScalarOrNull("PRAGMA user_version") ?? 0;
        for (long next = version + 1; next <= Newest; next++)
        {
            using Stream stream = Assembly.GetManifestResourceStream(Scripts[next - 1])!;
            using var reader = new StreamReader(stream);
            session.Execute("BEGIN IMMEDIATE");
            session.Execute(reader.ReadToEnd());
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {next}"));
            session.Execute("COMMIT");
        }

        return ReadIdentity(session) ?? CreateIdentity(session);
    }

    private static StoreIdentity? ReadIdentity(SqlSession session)
    {
        using var reader = session.Query("SELECT id, epoch FROM store");
        return reader.Read() ? new StoreIdentity(reader.GetString(0), reader.GetInt64(1)) : null;
    }

    private static StoreIdentity CreateIdentity(SqlSession session)
    {
        var identity = new StoreIdentity(Guid.NewGuid().ToString("N"), 1);
        session.Execute("INSERT INTO store (id, epoch) VALUES (@id, @epoch)", identity.Id, identity.Epoch);
        return identity;
    }
}

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

    /// <exception cref="InvalidDataException">The database was written by a newer version of Tributary.</exception>
    public static StoreIdentity Run(SqlSession session)
    {
        Assembly assembly = typeof(SqliteMigrations).Assembly;
        string[] scripts = [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

        long version = session.ScalarOrNull("PRAGMA user_version") ?? 0;
        if (version > scripts.Length)
        {
            throw new InvalidDataException(
                $"The database is of version {version}; this Tributary knows {scripts.Length}. Start the newer Tributary that wrote it, or name another directory with --data.");
        }

        for (long next = version + 1; next <= scripts.Length; next++)
        {
            using Stream stream = assembly.GetManifestResourceStream(scripts[next - 1])!;
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

using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Brings the tables up to date: the embedded scripts <c>Migrations/NNNN_name.sql</c> in the order of their numbers, all that are missing in one transaction, which
/// holds a lock, so that of several nodes that start at once one does it and the others find it done.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>The oldest server that the statements are tested with.</summary>
    public const int OldestServer = 14;

    private const string Prefix = "Tributary.Storage.Postgres.Migrations.";

    private static readonly Assembly Assembly = typeof(PostgresMigrations).Assembly;

    private static readonly string[] Scripts =
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program writes.</summary>
    public static int Newest => Scripts.Length;

    /// <exception cref="InvalidDataException">It is no database for this program; the message says why.</exception>
    public static StoreIdentity Run(SqlSession session)
    {
        var connection = (NpgsqlConnection)session.Connection;
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            throw new InvalidDataException($"The PostgreSQL server is of version {connection.PostgreSqlVersion.Major}; it must be {OldestServer} or newer.");
        }

        if (Text(connection, "SELECT current_setting('server_encoding')") is var encoding && encoding != "UTF8")
        {
            throw new InvalidDataException($"The database's encoding is {encoding}; it must be UTF8. Create another one with ENCODING 'UTF8' TEMPLATE template0.");
        }

        using NpgsqlTransaction transaction = connection.BeginTransaction();
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({WriteScope.Migration.First})"));
        bool isNew = Text(connection, "SELECT to_regclass('store_version')::text") is null;
        if (isNew)
        {
            Run(connection, "CREATE TABLE store_version (version BIGINT NOT NULL); INSERT INTO store_version (version) VALUES (0)");
        }

        long version = session.ScalarOrNull("SELECT version FROM store_version")
            ?? throw new InvalidDataException("The database has no version in its table store_version. Restore it from a backup.");
        if (version > Newest)
        {
            throw new InvalidDataException(
                $"The database is of version {version}; this Tributary knows {Newest}. Start the newer Tributary that wrote it, or name another database in {PostgresConnectionString.Setting}.");
        }

        for (long next = version + 1; next <= Newest; next++)
        {
            using Stream stream = Assembly.GetManifestResourceStream(Scripts[next - 1])!;
            using var reader = new StreamReader(stream);
            Run(connection, reader.ReadToEnd());
        }

        if (version < Newest)
        {
            session.Execute("UPDATE store_version SET version = @version", Newest);
        }

        StoreIdentity identity = ReadIdentity(session) ?? CreateIdentity(session);
        transaction.Commit();
        return identity;
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Scripts and constants of ours.
        command.CommandText = sql;
#pragma warning restore CA2100

        // An upgrade of large tables takes its time.
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static string? Text(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }

    private static StoreIdentity? ReadIdentity(SqlSession session)
    {
        using SqlReader reader = session.Query("SELECT id, epoch FROM store");
        return reader.Read() ? new StoreIdentity(reader.GetString(0), reader.GetInt64(1)) : null;
    }

    private static StoreIdentity CreateIdentity(SqlSession session)
    {
        var identity = new StoreIdentity(Guid.NewGuid().ToString("N"), 1);
        session.Execute("INSERT INTO store (id, epoch) VALUES (@id, @epoch)", identity.Id, identity.Epoch);
        return identity;
    }
}

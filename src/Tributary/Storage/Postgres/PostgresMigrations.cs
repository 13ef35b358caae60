using System.Globalization;
using System.Reflection;
using Npgsql;
using Tributary.Nodes;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Brings the tables up to date: the embedded scripts <c>Migrations/NNNN_name.sql</c> in the order of their numbers, all that are missing in one transaction, which
/// holds a lock, so that of several nodes that start at once one does it and the others find it done.
/// </summary>
/// <remarks>
/// Nodes of the version before go on beside the tables as a script leaves them. A script after which they could not begins with the line <see cref="NotBesideOthers"/>, and is
/// not run while one is there.
/// </remarks>
internal static class PostgresMigrations
{
    /// <summary>The oldest server that the statements are tested with.</summary>
    public const int OldestServer = 14;

    /// <summary>The first line of a script that changes what running nodes rely on. Who starts later with an older build is refused by the version.</summary>
    public const string NotBesideOthers = "-- Not beside running nodes.";

    private const string Prefix = "Tributary.Storage.Postgres.Migrations.";

    private static readonly Assembly Assembly = typeof(PostgresMigrations).Assembly;

    /// <summary>Their texts, in their order.</summary>
    public static IReadOnlyList<string> Scripts { get; } =
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>The version that this program writes.</summary>
    public static int Newest => Scripts.Count;

    /// <param name="session">One that writes.</param>
    /// <param name="node">Who starts: it is not in its own way, if it was killed before and its row says that it runs.</param>
    /// <exception cref="InvalidDataException">It is no database for this program, or nodes run that the upgrade would stop; the message says why, and nothing has changed.</exception>
    public static StoreIdentity Run(SqlSession session, ThisNode node) => Run(session, node, Scripts);

    /// <summary>As above, with other scripts.</summary>
    public static StoreIdentity Run(SqlSession session, ThisNode node, IReadOnlyList<string> scripts)
    {
        int newest = scripts.Count;
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
        if (version > newest)
        {
            throw new InvalidDataException(
                $"The database is of version {version}; this Tributary knows {newest}. Start the newer Tributary that wrote it, or name another database in {PostgresConnectionString.Setting}.");
        }

        string[] missing = [.. scripts.Skip((int)version)];
        if (missing.Any(script => script.StartsWith(NotBesideOthers, StringComparison.Ordinal)))
        {
            RefuseBesideOthers(session, node, version, newest);
        }

        foreach (string script in missing)
        {
            Run(connection, script);
        }

        if (version < newest)
        {
            session.Execute("UPDATE store_version SET version = @version", newest);
        }

        StoreIdentity identity = ReadIdentity(session) ?? CreateIdentity(session);
        transaction.Commit();
        return identity;
    }

    /// <summary>
    /// Nodes that say that they run, and were heard of lately. One that is cut off for longer and comes back finds tables that it does not know: a script is to be written so that what
    /// it writes then fails, and is not kept wrongly.
    /// </summary>
    private static void RefuseBesideOthers(SqlSession session, ThisNode node, long version, int newest)
    {
        if (session.ScalarOrNull("SELECT 1 WHERE to_regclass('node') IS NOT NULL") is null)
        {
            return;
        }

        var running = new List<string>();
        using (SqlReader reader = session.Query("SELECT name, id, build FROM node WHERE running = 1 AND seen > @gone AND id <> @self ORDER BY name, id", node.GoneSince, node.Id))
        {
            while (reader.Read())
            {
                running.Add($"'{reader.GetString(0)}' ({reader.GetString(1)}, build {reader.GetString(2)})");
            }
        }

        if (running.Count > 0)
        {
            throw new InvalidDataException(
                $"The database is of version {version}, and nodes that run on it cannot go on when it is brought to {newest}. Stop these nodes first: {string.Join(", ", running)}. "
                + $"One that was killed counts as gone {node.Options.GoneAfter} after it was heard of last (Nodes:GoneAfter). Nothing was changed.");
        }
    }

    private static string Read(string resource)
    {
        using Stream stream = Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
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

using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// Looks at a database, through a connection that cannot write, before one that can is opened: even that would change a file which is not ours, of a newer
/// version or damaged (its journal mode, its log copied back, a table added).
/// </summary>
internal static class SqliteInspection
{
    /// <summary>Up to this size every page is looked at, in some milliseconds; beyond it the first row of every table, which leads through its top pages.</summary>
    private const long CheckedWholeBytes = 16 * 1024 * 1024;

    private const long SmallestPage = 512;

    private const string WhatToDoWithDamage = "Restore it from a backup, or name another directory with --data.";

    /// <param name="file">Path of the database, which need not be there.</param>
    /// <param name="indexFolder">Holds something only once there was a database.</param>
    /// <exception cref="InvalidDataException">It is of a newer version, of another program or damaged; the message says which.</exception>
    /// <exception cref="SqliteException">SQLite cannot read it.</exception>
    public static void Run(string file, string indexFolder)
    {
        if (Directory.Exists(file))
        {
            throw Refused(file, "It is a directory.", "Move it away, or name another directory with --data.");
        }

        long length = File.Exists(file) ? new FileInfo(file).Length : 0;
        if (length == 0)
        {
            RequireNothingLost(file, indexFolder);
            return;
        }

        if (length < SmallestPage)
        {
            // SQLite takes what has not even a page for a new database and writes over it.
            throw Refused(file, "It is damaged.", WhatToDoWithDamage);
        }

        string connectionString = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        long version = Number(connection, "PRAGMA user_version");
        if (version > SqliteMigrations.Newest)
        {
            throw new InvalidDataException(
                $"The database {file} is of version {version}; this Tributary knows {SqliteMigrations.Newest}. "
                + "Start the newer Tributary that wrote it, or name another directory with --data.");
        }

        // Of version 0 are an empty one, which is filled, and those of programs that count no versions.
        bool isEmpty = Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        bool hasStore = Number(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'store'") == 1;
        if (version < 0 || (version == 0 ? !isEmpty : !hasStore))
        {
            throw Refused(file, "It was written by another program.", "Move it away, or name another directory with --data.");
        }

        if (!IsSound(connection, length))
        {
            throw Refused(file, "It is damaged.", WhatToDoWithDamage);
        }
    }

    private static InvalidDataException Refused(string file, string why, string whatToDo) =>
        new($"The database {file} cannot be opened: {why} {whatToDo}");

    /// <summary>SQLite takes an empty file for a new database and throws away the log beside it, in which there may be writes that were answered.</summary>
    private static void RequireNothingLost(string file, string indexFolder)
    {
        string log = file + "-wal";
        bool hasLog = File.Exists(log) && new FileInfo(log).Length > 0;
        bool hadItems = File.Exists(file) && Directory.Exists(indexFolder) && Directory.EnumerateFileSystemEntries(indexFolder).Any();
        if (hasLog || hadItems)
        {
            throw Refused(
                file,
                File.Exists(file) ? "It is empty, but was not." : $"It is not there, but its log {log} is.",
                "Restore it from a backup, or remove it and what lies beside it to begin anew.");
        }
    }

    private static bool IsSound(SqliteConnection connection, long length)
    {
        if (length <= CheckedWholeBytes)
        {
            return Text(connection, "PRAGMA quick_check(1)") == "ok";
        }

        var tables = new List<string>();
        using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table'";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (string table in tables)
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A name from the database's own list, quoted.
            command.CommandText = $"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" LIMIT 1";
#pragma warning restore CA2100
            using SqliteDataReader reader = command.ExecuteReader();
            reader.Read();
        }

        return true;
    }

    private static long Number(SqliteConnection connection, string sql) =>
        Scalar(connection, sql) is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    private static string? Text(SqliteConnection connection, string sql) => Scalar(connection, sql) as string;

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}

using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// Copies a database, which a server may be writing to meanwhile, as it is at one moment: by SQLite's online backup, within a transaction that reads. Nobody waits for it; the log
/// beside the database grows by what is written meanwhile.
/// </summary>
internal static class SqliteBackup
{
    private const int PageSize = 4096;

    /// <summary>A mebibyte.</summary>
    private const int PagesAtOnce = 256;

    /// <summary>So often the copy goes to the disk: a flush of all of it at its end would keep the writers' own flushes waiting.</summary>
    private const int StepsBetweenFlushes = 8;

    private const int Done = 101;

    /// <param name="file">The database.</param>
    /// <param name="copy">What is not there yet.</param>
    /// <param name="bytesPerSecond">At most about so many; 0: as fast as it goes.</param>
    /// <param name="progress">Told of bytes copied, and of all.</param>
    /// <param name="cancellationToken">Ends it, and leaves a copy that is none.</param>
    /// <returns>Whose copy it is.</returns>
    /// <exception cref="InvalidDataException">It is no database of this program, or damaged; the message says which.</exception>
    public static async Task<StoreIdentity> CopyAsync(string file, string copy, long bytesPerSecond, Action<long, long> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var source = new SqlSession(Open(file, SqliteOpenMode.ReadOnly));
            source.Execute("BEGIN");
            StoreIdentity identity = StoreEpoch.Read(source);
            CreateForOwner(copy);
            using (SqliteConnection target = Open(copy, SqliteOpenMode.ReadWrite))
            {
                Execute(target, "PRAGMA synchronous = OFF");
                await CopyAsync(((SqliteConnection)source.Connection).Handle!, target.Handle!, copy, bytesPerSecond, progress, cancellationToken);
            }

            return identity;
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"The database {file} cannot be copied: {exception.Message}", exception);
        }
    }

    /// <summary>Looks at every page of a database.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void Check(string file)
    {
        try
        {
            using SqliteConnection connection = Open(file, SqliteOpenMode.ReadOnly);
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(1)";
            if (command.ExecuteScalar() as string != "ok")
            {
                throw new InvalidDataException($"The database {Path.GetFileName(file)} is damaged.");
            }
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"The database {Path.GetFileName(file)} is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Begins a new epoch in a database that nobody else has open, and leaves it without a log beside it.</summary>
    public static StoreIdentity RaiseEpoch(string file, DateTimeOffset now)
    {
        using var session = new SqlSession(Open(file, SqliteOpenMode.ReadWrite));
        SqliteMigrations.Run(session);
        session.Execute("BEGIN IMMEDIATE");
        StoreIdentity identity = StoreEpoch.Raise(session, now);
        session.Execute("COMMIT");
        session.ScalarOrNull("PRAGMA wal_checkpoint(TRUNCATE)");
        return identity;
    }

    private static async Task CopyAsync(
        sqlite3 source, sqlite3 target, string copy, long bytesPerSecond, Action<long, long> progress, CancellationToken cancellationToken)
    {
        using SafeFileHandle written = File.OpenHandle(copy, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using sqlite3_backup backup = raw.sqlite3_backup_init(target, "main", source, "main");
        long began = Stopwatch.GetTimestamp();
        for (int step = 1; ; step++)
        {
            int result = raw.sqlite3_backup_step(backup, PagesAtOnce);
            SqliteException.ThrowExceptionForRC(result == Done ? raw.SQLITE_OK : result, target);
            long total = (long)raw.sqlite3_backup_pagecount(backup) * PageSize;
            long copied = total - ((long)raw.sqlite3_backup_remaining(backup) * PageSize);
            progress(copied, total);
            if (result == Done)
            {
                SqliteException.ThrowExceptionForRC(raw.sqlite3_backup_finish(backup), target);
                break;
            }

            if (step % StepsBetweenFlushes == 0)
            {
                RandomAccess.FlushToDisk(written);
            }

            TimeSpan early = bytesPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)copied / bytesPerSecond) - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        RandomAccess.FlushToDisk(written);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA busy_timeout = 10000");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string pragma)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = pragma;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }
}

using Microsoft.Data.Sqlite;
using Tributary.Storage.Sqlite;

namespace Tributary.Storage.Backup;

/// <summary>
/// Puts a backup into a data directory. At each moment the directory has the database that was there or the one of the backup, whole, though keys are put in place before it; and the store begins a new epoch, so that no index
/// that was made of another life of it is taken for its own.
/// </summary>
internal static class StoreRestore
{
    private const string Folder = "restore.tmp";

    /// <param name="backup">What <c>tributary backup</c> wrote.</param>
    /// <param name="directory">The data directory, held by the caller.</param>
    /// <param name="isForced">Whether to replace a store that is there.</param>
    /// <param name="now">For the epoch.</param>
    /// <param name="progress">Told how much of the file was read.</param>
    /// <param name="cancellationToken">Ends it before anything in the directory is touched, or not at all.</param>
    /// <exception cref="InvalidDataException">The backup is not sound, or there is a store; nothing was changed.</exception>
    public static async Task<(BackupManifest Manifest, StoreIdentity Identity)> RunAsync(
        string backup, DataDirectory directory, bool isForced, DateTimeOffset now, Action<long, long> progress, CancellationToken cancellationToken)
    {
        string database = Path.Combine(directory.Path, BackupArchive.Database);
        if (!isForced && (File.Exists(database) || File.Exists(database + "-wal")))
        {
            throw new InvalidDataException($"There is a store in {directory.Path}. Name another directory with --data, or give --force to replace it.");
        }

        string folder = Path.Combine(directory.Path, Folder);
        RemoveFolder(folder);
        try
        {
            DataDirectory.Create(folder);
            BackupManifest manifest = await BackupArchive.ExtractAsync(backup, folder, progress, cancellationToken);
            string restored = Path.Combine(folder, BackupArchive.Database);
            SqliteInspection.Run(restored, Path.Combine(folder, "index"));
            SqliteBackup.Check(restored);
            StoreIdentity identity = SqliteBackup.RaiseEpoch(restored, now);
            cancellationToken.ThrowIfCancellationRequested();

            EmptyLog(database);
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => file != restored))
            {
                string target = Path.Combine(directory.Path, Path.GetRelativePath(folder, file));
                DataDirectory.Create(Path.GetDirectoryName(target)!);
                File.Move(file, target, overwrite: true);
            }

            File.Move(restored, database, overwrite: true);
            RemoveIndexes(directory.Path);
            return (manifest, identity);
        }
        finally
        {
            RemoveFolder(folder);
        }
    }

    /// <summary>For a store that was restored by other means, such as a copy of its files.</summary>
    public static StoreIdentity RaiseEpoch(DataDirectory directory, DateTimeOffset now)
    {
        string database = Path.Combine(directory.Path, BackupArchive.Database);
        if (!File.Exists(database))
        {
            throw new InvalidDataException($"There is no store in {directory.Path}; name its data directory with --data.");
        }

        SqliteInspection.Run(database, Path.Combine(directory.Path, "index"));
        StoreIdentity identity = SqliteBackup.RaiseEpoch(database, now);
        RemoveIndexes(directory.Path);
        return identity;
    }

    /// <summary>A log must not lie beside another database than its own. What is in it goes into the old database first, so that this is whole until it is replaced; if that is damaged, there is nothing to lose.</summary>
    private static void EmptyLog(string database)
    {
        if (!File.Exists(database + "-wal"))
        {
            return;
        }

        try
        {
            using var session = new SqlSession(new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString()));
            session.Connection.Open();
            session.ScalarOrNull("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // Damaged, which may be why it is replaced.
        }

        foreach (string suffix in (ReadOnlySpan<string>)["-wal", "-shm", "-journal"])
        {
            File.Delete(database + suffix);
        }
    }

    /// <summary>They are of another life of the store, and would be found to be at the next start; this makes the room free at once.</summary>
    private static void RemoveIndexes(string directory)
    {
        string indexes = Path.Combine(directory, "index");
        if (Directory.Exists(indexes) && new DirectoryInfo(indexes).LinkTarget is null)
        {
            foreach (string folder in Directory.GetDirectories(indexes).Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

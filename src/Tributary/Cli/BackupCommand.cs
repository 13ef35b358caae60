using System.CommandLine;
using System.Reflection;
using Tributary.Storage;
using Tributary.Storage.Backup;
using Tributary.Storage.Sqlite;

namespace Tributary.Cli;

/// <summary><c>tributary backup</c>: copies the store of a data directory, whether a server runs on it or not, with its keys into one file.</summary>
internal static class BackupCommand
{
    private const int DefaultRate = 128;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "The file to write, such as tributary-2026-11-29.tar.gz." };
        Option<string> data = new("--data") { Description = "The data directory.", DefaultValueFactory = _ => new StorageOptions().Data };
        Option<bool> force = new("--force") { Description = "Replace a file that is there." };
        Option<bool> withoutKeys = new("--without-keys") { Description = "Leave out keys and certificates; a server on what is restored makes others." };
        Option<int> rate = new("--rate") { Description = "MiB a second that are read at most, so that the server keeps its disk; 0 for no bound.", DefaultValueFactory = _ => DefaultRate };
        Option<bool> quiet = new("--quiet") { Description = "Tell nothing but the result and errors." };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--rate is a number of MiB a second, or 0 for no bound.");
            }
        });
        Command command = new("backup", "Copy the store (SQLite), also while a server runs on it, and its keys to a file; see docs/backup.md.") { file, data, force, withoutKeys, rate, quiet };
        command.SetAction((parsed, cancellation) => GuardedAsync(parsed, () => RunAsync(
            parsed.GetRequiredValue(file),
            Path.GetFullPath(parsed.GetRequiredValue(data)),
            parsed.GetValue(force),
            !parsed.GetValue(withoutKeys),
            parsed.GetValue(rate),
            new TransferProgress(parsed.InvocationConfiguration.Error, parsed.GetValue(quiet), TimeProvider.System),
            parsed.InvocationConfiguration.Output,
            cancellation)));
        return command;
    }

    /// <summary>Tells what went wrong in a sentence.</summary>
    public static async Task<int> GuardedAsync(ParseResult parsed, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Interrupted; nothing was kept.");
            return TransferOptions.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
            return TransferOptions.Failure;
        }
    }

    private static async Task<int> RunAsync(
        string path, string data, bool isForced, bool withKeys, int rate, TransferProgress progress, TextWriter output, CancellationToken cancellation)
    {
        string database = Path.Combine(data, BackupArchive.Database);
        if (!File.Exists(database))
        {
            throw new InvalidDataException(
                $"There is no {BackupArchive.Database} in {data}. Name the data directory with --data; a store in PostgreSQL is backed up with PostgreSQL's own means (docs/backup.md).");
        }

        if (File.Exists(path) && !isForced)
        {
            throw new InvalidDataException($"{path} is there already. Name another file, or give --force to replace it.");
        }

        // The copy lies beside the file that is written, not in the data directory, whose disk may be full.
        string copy = $"{path}.{Guid.NewGuid():N}.db";
        DateTimeOffset taken = DateTimeOffset.UtcNow;
        try
        {
            StoreIdentity identity = await progress.RunAsync(
                "Copying the store",
                () => SqliteBackup.CopyAsync(database, copy, rate * 1024L * 1024, (done, total) => progress.Report(done, total, 0, done), cancellation));
            SqliteBackup.Check(copy);
            var manifest = new BackupManifest(0, Product, taken, identity.Id, identity.Epoch, new Dictionary<string, string>());
            await BackupArchive.WriteAsync(path, copy, withKeys ? data : null, manifest, cancellation);
            await output.WriteLineAsync($"{path}: {StoreEpoch.Text(identity)}, {TransferProgress.Size(new FileInfo(copy).Length)}, {TransferProgress.Size(new FileInfo(path).Length)} compressed.");
            return TransferOptions.Success;
        }
        finally
        {
            foreach (string suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"])
            {
                File.Delete(copy + suffix);
            }
        }
    }

    private static string Product => typeof(BackupCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

using System.CommandLine;
using Tributary.Storage;
using Tributary.Storage.Backup;
using Tributary.Storage.Postgres;

namespace Tributary.Cli;

/// <summary><c>tributary restore</c>: puts a backup into a data directory; or tells a store that was restored by other means that it was.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        Argument<string?> file = new("file") { Description = "What tributary backup wrote.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> data = new("--data") { Description = "The data directory; no server may run on it.", DefaultValueFactory = _ => new StorageOptions().Data };
        Option<bool> force = new("--force") { Description = "Replace a store that is there, and its keys." };
        Option<bool> raiseEpoch = new("--raise-epoch")
        {
            Description = "Restore nothing: tell the store that it was restored (files copied back, pg_restore, point-in-time recovery, fail-over that lost commits), so that no index of before is trusted. "
                + $"With {StorageSettings.ProviderVariable}={StorageOptions.Postgres} the database that ConnectionStrings__Tributary names. Stop all servers first.",
        };
        Option<bool> quiet = new("--quiet") { Description = "Tell nothing but the result and errors." };
        Command command = new("restore", "Put a backup into a data directory (SQLite), or tell a store that it was restored by other means; see docs/backup.md.") { file, data, force, raiseEpoch, quiet };
        command.Validators.Add(result =>
        {
            if (result.GetValue(raiseEpoch) == (result.GetValue(file) is not null))
            {
                result.AddError("Type: tributary restore FILE --data DIR, or: tributary restore --raise-epoch");
            }
        });
        command.SetAction((parsed, cancellation) => BackupCommand.GuardedAsync(parsed, () => parsed.GetValue(raiseEpoch)
            ? RaiseEpochAsync(parsed.GetRequiredValue(data), parsed.InvocationConfiguration.Output)
            : RunAsync(
                parsed.GetValue(file)!,
                parsed.GetRequiredValue(data),
                parsed.GetValue(force),
                new TransferProgress(parsed.InvocationConfiguration.Error, parsed.GetValue(quiet), TimeProvider.System),
                parsed.InvocationConfiguration.Output,
                cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string file, string data, bool isForced, TransferProgress progress, TextWriter output, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"There is no file {file}.");
        }

        using var directory = DataDirectory.Open(new StorageOptions { Data = data });
        (BackupManifest manifest, StoreIdentity identity) = await progress.RunAsync(
            "Restoring", () => StoreRestore.RunAsync(file, directory, isForced, DateTimeOffset.UtcNow, (done, total) => progress.Report(done, total, 0, done), cancellation));
        await output.WriteLineAsync($"{directory.Path}: {StoreEpoch.Text(identity)}, as it was at {manifest.Taken:u}. Indexes are built at their first search.");
        return TransferOptions.Success;
    }

    private static async Task<int> RaiseEpochAsync(string data, TextWriter output)
    {
        StoreIdentity identity;
        IConfigurationRoot configuration = StorageSettings.Read();
        if (StorageSettings.IsPostgres(configuration))
        {
            identity = PostgresConnectionString.ProblemOrNull(configuration) is { } problem
                ? throw new InvalidDataException(problem)
                : await PostgresDatabase.RaiseEpochAsync(configuration[PostgresConnectionString.Setting]!, DateTimeOffset.UtcNow);
        }
        else
        {
            using var directory = DataDirectory.Open(new StorageOptions { Data = data });
            identity = StoreRestore.RaiseEpoch(directory, DateTimeOffset.UtcNow);
        }

        await output.WriteLineAsync($"{StoreEpoch.Text(identity)}: indexes of before are not trusted any more.");
        return TransferOptions.Success;
    }
}

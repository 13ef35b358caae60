using System.Security.Cryptography;
using Tributary.Background;
using Tributary.Directories;
using Tributary.Directories.Seed;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <summary>
/// Opens the history before anything is written, and removes from it, once a minute and in small steps that give way to all other writes, what is older than the
/// retention. Without a retention it removes all that there is, and ends.
/// </summary>
internal sealed partial class AccessHistoryWorker(
    AccessHistory history, ISqlDatabase database, DirectoryOptions directories, SeedDirectory seed, TimeProvider time, ILogger<AccessHistoryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Rows of one step.</summary>
    private const int RowsAtOnce = 200;

    private readonly WakeSignal _wake = new(time);
    private readonly OutageLog _outage = new("Tending the history of access", time, logger);
    private volatile bool _hasNewSeed;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        seed.ReadAgain += NoteSeed;
        if (await history.OpenAsync(database, new DirectoryState(directories.Described(), DigestOfSeed()), cancellationToken) is { } lost)
        {
            LogEnded(lost, history.IsKept ? "the store was restored from a backup" : "Access:History:Retention is not set");
        }

        if (history.SinceOrNull is { } since)
        {
            LogKept(since);
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        seed.ReadAgain -= NoteSeed;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await NoteNewSeedAsync(stoppingToken);
                while (await history.PruneAsync(database, RowsAtOnce, stoppingToken))
                {
                    // Small steps: other writers get their turn between them.
                }

                _outage.Succeeded();
                if (!history.IsKept)
                {
                    return;
                }
            }
#pragma warning disable CA1031 // Such as a full disk: the rows are still there, and the next round tries again.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _outage.Failed(exception);
            }

            await _wake.SleepAsync(Interval, stoppingToken);
        }
    }

    private async Task NoteNewSeedAsync(CancellationToken cancellationToken)
    {
        if (!_hasNewSeed)
        {
            return;
        }

        // Lowered first: what is read again meanwhile is noted by the next round.
        _hasNewSeed = false;
        try
        {
            await history.SeedChangedAsync(database, DigestOfSeed(), cancellationToken);
        }
        catch
        {
            _hasNewSeed = true;
            throw;
        }
    }

    private void NoteSeed()
    {
        history.ForgetSeed();
        _hasNewSeed = true;
        _wake.Wake();
    }

    private string DigestOfSeed() => directories.SeedFile is { } path && File.Exists(path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : "";

    [LoggerMessage(2301, LogLevel.Information, "The history of access is kept; it begins at {Since:o}.")]
    private partial void LogKept(DateTimeOffset since);

    [LoggerMessage(2303, LogLevel.Warning, "The history of access that began at {Since:o} has ended, as {Reason}: what was kept is removed and cannot be told of again.")]
    private partial void LogEnded(DateTimeOffset since, string reason);
}

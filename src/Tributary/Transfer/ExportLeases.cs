namespace Tributary.Transfer;

/// <summary>Ends exports that are not heard of any more, so that what changed since is not kept for them for ever.</summary>
internal sealed partial class ExportLeases(IExportStore store, TimeProvider time, ILogger<ExportLeases> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await store.EndExpiredAsync(time.GetUtcNow(), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever fails, the rows are still there at the next look.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFailed(exception);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(3501, LogLevel.Error, "Exports that have expired could not be ended; tried again in a minute.")]
    private partial void LogFailed(Exception exception);
}

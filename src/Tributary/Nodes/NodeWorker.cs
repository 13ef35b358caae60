using Tributary.Indexing;

namespace Tributary.Nodes;

/// <summary>
/// Each heartbeat: looks at what other nodes have written, measures how far this one is behind, and says that it is there. Begins before the indexes are opened, so that
/// changes are kept for it, and leaves after they are closed.
/// </summary>
internal sealed partial class NodeWorker(NodeStore nodes, ThisNode node, IndexCatalog indexes, TimeProvider time, ILogger<NodeWorker> logger) : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await nodes.BeatAsync(default, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await nodes.LeaveAsync(cancellationToken);
        }
#pragma warning disable CA1031 // The others find out by themselves.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception);
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool isFailing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            using (ITimer timer = time.CreateTimer(_ => Wake(), null, node.Options.Heartbeat, Timeout.InfiniteTimeSpan))
            {
                await _wake.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            try
            {
                stoppingToken.ThrowIfCancellationRequested();
                await nodes.BeatAsync(await indexes.ObserveAsync(stoppingToken), stoppingToken);
                await nodes.RemoveForgottenAsync(stoppingToken);
                isFailing = false;
            }
#pragma warning disable CA1031 // Such as a store that is not to be reached: the next beat tries again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested && !isFailing)
                {
                    LogFailed(exception);
                }

                isFailing = true;
            }
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last beat of a server that is stopping.
        }
    }

    [LoggerMessage(2401, LogLevel.Warning, "This node could not say that it is there, or look at what others have done; it is tried again.")]
    private partial void LogFailed(Exception exception);
}

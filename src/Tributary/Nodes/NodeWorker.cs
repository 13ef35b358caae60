using Tributary.Background;
using Tributary.Indexing;

namespace Tributary.Nodes;

/// <summary>
/// Each heartbeat: looks at what other nodes have written, measures how far this one is behind, and says that it is there. Begins before the indexes are opened, so that
/// changes are kept for it, and leaves after they are closed.
/// </summary>
internal sealed class NodeWorker(NodeStore nodes, ThisNode node, IndexCatalog indexes, TimeProvider time, ILogger<NodeWorker> logger) : BackgroundService
{
    private readonly WakeSignal _wake = new(time);
    private readonly OutageLog _outage = new("Telling that this node is there, and looking at what others have done,", time, logger);

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
            _outage.Failed(exception);
        }
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
            await _wake.SleepAsync(node.Options.Heartbeat, stoppingToken);

            try
            {
                stoppingToken.ThrowIfCancellationRequested();
                await nodes.BeatAsync(await indexes.ObserveAsync(stoppingToken), stoppingToken);
                await nodes.RemoveForgottenAsync(stoppingToken);
                _outage.Succeeded();
            }
#pragma warning disable CA1031 // Such as a store that is not to be reached: the next beat tries again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested)
                {
                    _outage.Failed(exception);
                }
            }
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tributary.Background;
using Tributary.Connections;
using Tributary.Indexing;

namespace Tributary.Nodes;

/// <summary>
/// Whether requests should be sent to this node. Not until its indexes contain what was there when it started (<see cref="NodeOptions.CatchUp"/>): its first searches would
/// wait for that, or fail. And no more once it is told to stop: for <see cref="NodeOptions.DrainDelay"/> it serves on, while whoever spreads requests takes notice.
/// </summary>
internal sealed partial class NodeReadiness(ThisNode node, IndexCatalog indexes, IChangeFeed feed, TimeProvider time, ILogger<NodeReadiness> logger)
    : BackgroundService, IHostedLifecycleService, IHealthCheck
{
    /// <summary>Indexes that are taken up at a time: each has a thread busy.</summary>
    private const int AtOnce = 2;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly OutageLog _outage = new("Taking the indexes of this node up to the store, without which it is not ready,", time, logger);
    private volatile bool _isCaughtUp = !node.CatchesUp;
    private volatile bool _isStopping;
    private int _done;
    private int _all;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _isStopping ? HealthCheckResult.Unhealthy("This node is about to stop.")
        : _isCaughtUp ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"This node takes its indexes up to the store: {Volatile.Read(ref _done)} of {Volatile.Read(ref _all)} connections.")));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before anything of the server is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (node.DrainDelay > TimeSpan.Zero)
        {
            LogDraining(node.DrainDelay);

            // Real time: it is others who have to take notice, and the operator may have stopped the server's.
            await Task.Delay(node.DrainDelay, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isCaughtUp && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CatchUpAsync(stoppingToken);
                _isCaughtUp = true;
                _outage.Succeeded();
            }
#pragma warning disable CA1031 // Such as a store that is not to be reached: it is tried again, and the node is not ready until then.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested)
                {
                    _outage.Failed(exception);
                    await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<ConnectionKey, long> connections = await feed.ReadConnectionsAsync(cancellationToken);
        KeyValuePair<ConnectionKey, long>[] indexed = [.. connections.Where(connection => connection.Value > 0)];
        (_done, _all) = (0, indexed.Length);
        var bound = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(indexed, bound, async (connection, token) =>
        {
            await indexes.CatchUpAsync(connection.Key, connection.Value, token);
            Interlocked.Increment(ref _done);
        });
        if (indexed.Length > 0)
        {
            LogCaughtUp(indexed.Length);
        }
    }

    [LoggerMessage(2402, LogLevel.Information, "This node is ready: its indexes of {Connections} connections contain what was there when it started.")]
    private partial void LogCaughtUp(int connections);

    [LoggerMessage(2404, LogLevel.Information, "This node tells that it is not ready any more, and serves on for {Delay} before it stops.")]
    private partial void LogDraining(TimeSpan delay);
}

using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>Copies all indexes of this node, one after the other: when it is asked, and every <see cref="IndexOptions.SnapshotInterval"/>.</summary>
internal sealed partial class SnapshotWorker(
    IndexCatalog indexes, ISqlDatabase database, IOptions<IndexOptions> options, TimeProvider time, ILogger<SnapshotWorker> logger) : BackgroundService
{
    /// <summary>A newer durable state comes within seconds when the feed has left the one that was to be copied.</summary>
    private const int MaxTries = 3;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Of each connection that has something indexed; one that goes meanwhile is left out.</summary>
    /// <exception cref="IOException">One could not be copied; those before it are.</exception>
    /// <exception cref="TimeoutException">One could not be opened in time.</exception>
    public async Task<IReadOnlyList<(string Tenant, string Id, IndexSnapshot Snapshot)>> TakeAllAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var taken = new List<(string, string, IndexSnapshot)>();
            foreach ((ConnectionKey connection, string tenant, string id) in await ReadConnectionsAsync(cancellationToken))
            {
                IndexSnapshot? snapshot = null;
                for (int tries = 0; snapshot is null && tries < MaxTries; tries++)
                {
                    snapshot = await indexes.SnapshotAsync(connection, cancellationToken);
                }

                if (snapshot is { } copy)
                {
                    taken.Add((tenant, id, copy));
                }
            }

            return taken;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.SnapshotInterval is not { } interval)
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                stoppingToken.ThrowIfCancellationRequested();
                LogTaken((await TakeAllAsync(stoppingToken)).Count);
            }
#pragma warning disable CA1031 // Such as a full disk: new nodes build their indexes, or take older copies.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(exception);
                }
            }
        }
    }

    private ValueTask<List<(ConnectionKey Connection, string Tenant, string Id)>> ReadConnectionsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var connections = new List<(ConnectionKey, string, string)>();
            using SqlReader reader = session.Query("SELECT key, tenant, id FROM connection WHERE deleting = 0 AND last_change > 0 ORDER BY key");
            while (reader.Read())
            {
                connections.Add((new ConnectionKey(reader.GetInt64(0)), reader.GetString(1), reader.GetString(2)));
            }

            return connections;
        },
        cancellationToken);

    [LoggerMessage(2104, LogLevel.Information, "The indexes of {Connections} connections are copied for new nodes.")]
    private partial void LogTaken(int connections);

    [LoggerMessage(2105, LogLevel.Error, "The indexes could not all be copied for new nodes; it is tried again.")]
    private partial void LogFailed(Exception exception);
}

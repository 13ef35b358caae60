using Tributary.Connections;

namespace Tributary.Indexing;

/// <summary>How far the indexes of a node are behind.</summary>
/// <param name="Open">How many are open.</param>
/// <param name="Changes">Changes by which the worst of them is.</param>
/// <param name="Time">For how long one has been.</param>
internal readonly record struct IndexLag(int Open, long Changes, TimeSpan Time);

/// <content>Looking at the store for what nobody has signalled: what other nodes have written, set or deleted.</content>
internal sealed partial class IndexCatalog
{
    private readonly Lock _lagLock = new();
    private IndexLag _lag;

    /// <summary>As it was when <see cref="ObserveAsync"/> looked last.</summary>
    public IndexLag Lag
    {
        get
        {
            lock (_lagLock)
            {
                return _lag;
            }
        }
    }

    /// <summary>Tells each open index what the store says of its connection, and measures how far it is behind.</summary>
    public async Task<IndexLag> ObserveAsync(CancellationToken cancellationToken)
    {
        int open = 0;
        long changes = 0;
        TimeSpan longest = TimeSpan.Zero;
        foreach ((ConnectionKey connection, Lazy<ConnectionIndex> lazy) in _open)
        {
            if (!lazy.IsValueCreated)
            {
                continue;
            }

            open++;
            ConnectionIndex index = lazy.Value;
            long applied = index.Applied;
            if (await feed.FindPositionOrNullAsync(connection, cancellationToken) is { } position)
            {
                TimeSpan behind = index.Observe(position, applied);
                changes = Math.Max(changes, position.Last - applied);
                longest = behind > longest ? behind : longest;
            }
        }

        var lag = new IndexLag(open, changes, longest);
        lock (_lagLock)
        {
            _lag = lag;
        }

        return lag;
    }

    /// <summary>Removes the folders of connections that another node has deleted, while nobody told this one.</summary>
    private async Task RemoveForgottenAsync()
    {
        try
        {
            // The folders first: one that was there before its connection was looked for, and not found, is of one that is gone.
            ConnectionKey[] folders = [.. Folders()];
            IReadOnlyDictionary<ConnectionKey, long> connections = await feed.ReadConnectionsAsync(CancellationToken.None);
            foreach (ConnectionKey gone in folders.Where(folder => !connections.ContainsKey(folder)))
            {
                Drop(gone);
            }
        }
#pragma warning disable CA1031 // Such as a store that is closing: the next round tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotLooked(exception);
        }
    }

    [LoggerMessage(2103, LogLevel.Warning, "It could not be seen which indexes are of connections that are gone; it is tried again.")]
    private partial void LogNotLooked(Exception exception);
}

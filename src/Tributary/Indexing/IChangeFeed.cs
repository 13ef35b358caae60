using Tributary.Acls;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>What an index follows: the ordered changes of each connection, and the rows they speak of.</summary>
internal interface IChangeFeed
{
    StoreIdentity Identity { get; }

    /// <summary>Raised after a commit that changed items of the connection; on a thread that must not be kept.</summary>
    event Action<ConnectionKey>? Changed;

    /// <summary>Raised after the last of a connection was removed.</summary>
    event Action<ConnectionKey>? Dropped;

    /// <summary>The connection's place in its feed, or null when it is gone or being deleted.</summary>
    ValueTask<FeedPosition?> FindPositionOrNullAsync(ConnectionKey connection, CancellationToken cancellationToken);

    /// <summary>Items that changed after <paramref name="after"/>, each once, as they are now; at most about <paramref name="max"/> changes are read.</summary>
    ValueTask<ChangeBatch> ReadChangesAsync(ConnectionKey connection, long after, int max, CancellationToken cancellationToken);

    /// <summary>Items in the order of their ids, for building an index anew.</summary>
    ValueTask<IReadOnlyList<FeedItem>> ReadItemsAsync(ConnectionKey connection, string afterId, int max, CancellationToken cancellationToken);

    /// <summary>Access lists with numbers above <paramref name="after"/>, ascending, in their stored form (<see cref="AclJson.ToBytes"/>).</summary>
    ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAclsAsync(ConnectionKey connection, int after, int max, CancellationToken cancellationToken);

    /// <summary>Forgets changes up to a number that every follower has made durable; at most <paramref name="max"/> of them.</summary>
    ValueTask PruneAsync(ConnectionKey connection, long upTo, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Removes access lists that no item uses and no follower's index can name any more, as the feed is pruned past the change that left them; at most
    /// <paramref name="max"/>. True when there may be more. Their numbers are never used again.
    /// </summary>
    ValueTask<bool> RemoveUnusedAclsAsync(ConnectionKey connection, int max, CancellationToken cancellationToken);

    /// <summary>All connections that exist, with their last change at the time the store was opened: an index beyond it is ahead of its store.</summary>
    ValueTask<IReadOnlyDictionary<ConnectionKey, long>> ReadConnectionsAsync(CancellationToken cancellationToken);
}

/// <param name="Last">Number of the newest change.</param>
/// <param name="Start">Changes up to this number are pruned; who is behind it must build anew.</param>
/// <param name="ActiveSchema">The schema version to index by.</param>
internal readonly record struct FeedPosition(long Last, long Start, int ActiveSchema)
{
    /// <summary>The name of the language to index in; null for that of the server.</summary>
    public string? Language { get; init; }
}

/// <param name="UpTo">The number of the last change that was read; the place to go on from.</param>
/// <param name="Items">Each changed item once.</param>
internal sealed record ChangeBatch(long UpTo, IReadOnlyList<FeedItem> Items);

/// <summary>An item of the feed. <see cref="Properties"/> is null when the item is gone.</summary>
internal sealed record FeedItem(string Id)
{
    /// <summary>Its number as it is shown (<see cref="Storage.OpaqueNumbers.OfItem"/>).</summary>
    public long Key { get; init; }

    public int Acl { get; init; }

    public long Change { get; init; }

    /// <summary>Unix milliseconds before which searches do not find it; 0: at once.</summary>
    public long SearchableFrom { get; init; }

    public ActivityStanding Activity { get; init; }

    public byte[]? Properties { get; init; }

    public ExternalItemContent? Content { get; init; }
}

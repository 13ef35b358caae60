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

    /// <summary>Raised when the store may have lost what was read from it (<see cref="SqlSignals.Interrupted"/>).</summary>
    event Action? Interrupted;

    /// <summary>The connection's place in its feed, or null when it is gone or being deleted.</summary>
    ValueTask<FeedPosition?> FindPositionOrNullAsync(ConnectionKey connection, CancellationToken cancellationToken);

    /// <summary>Items that changed after <paramref name="after"/>, each once, as they are now; at most about <paramref name="max"/> changes are read.</summary>
    /// <exception cref="FeedLostException">The feed does not go on from there, or is not that of the trail.</exception>
    ValueTask<ChangeBatch> ReadChangesAsync(ConnectionKey connection, long after, int max, FeedTrail? trail, CancellationToken cancellationToken);

    /// <summary>Items in the order of their ids, for building an index anew.</summary>
    /// <exception cref="FeedLostException">The feed is not that of the trail.</exception>
    ValueTask<IReadOnlyList<FeedItem>> ReadItemsAsync(ConnectionKey connection, string afterId, int max, FeedTrail? trail, CancellationToken cancellationToken);

    /// <summary>Access lists with numbers above <paramref name="after"/>, ascending, in their stored form (<see cref="AclJson.ToBytes"/>).</summary>
    /// <exception cref="FeedLostException">The feed is not that of the trail.</exception>
    ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAclsAsync(ConnectionKey connection, int after, int max, FeedTrail? trail, CancellationToken cancellationToken);

    ValueTask<ChangeBatch> ReadChangesAsync(ConnectionKey connection, long after, int max, CancellationToken cancellationToken) =>
        ReadChangesAsync(connection, after, max, trail: null, cancellationToken);

    ValueTask<IReadOnlyList<FeedItem>> ReadItemsAsync(ConnectionKey connection, string afterId, int max, CancellationToken cancellationToken) =>
        ReadItemsAsync(connection, afterId, max, trail: null, cancellationToken);

    ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAclsAsync(ConnectionKey connection, int after, int max, CancellationToken cancellationToken) =>
        ReadAclsAsync(connection, after, max, trail: null, cancellationToken);

    /// <summary>The end of the feed, once it is found to be that of the trail; null when the connection is gone or being deleted.</summary>
    /// <exception cref="FeedLostException">It is not.</exception>
    ValueTask<FeedReach?> FindEndOrNullAsync(ConnectionKey connection, FeedTrail trail, CancellationToken cancellationToken);

    /// <summary>
    /// Begins to follow after a change: from here on this node's changes are kept until it says that it has made them durable. False when the feed does not go on from
    /// there, or is not the one that was seen.
    /// </summary>
    /// <param name="connection">Whose feed.</param>
    /// <param name="from">Where the index stands.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<bool> TryFollowAsync(ConnectionKey connection, IndexStanding from, CancellationToken cancellationToken);

    /// <summary>Forgets changes up to a number that every follower has made durable, this node up to <paramref name="upTo"/>; at most <paramref name="max"/> of them.</summary>
    ValueTask PruneAsync(ConnectionKey connection, long upTo, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Removes access lists that no item uses and no follower's index can name any more, as the feed is pruned past the change that left them; at most
    /// <paramref name="max"/>. True when there may be more. Their numbers are never used again.
    /// </summary>
    ValueTask<bool> RemoveUnusedAclsAsync(ConnectionKey connection, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the changes after a copy of an index until then, so that a new node can go on from it. False when the feed does not go on from there any more.
    /// </summary>
    ValueTask<bool> TryKeepAsync(ConnectionKey connection, IndexStanding from, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Of the copies of an index only that of a change is there any more.</summary>
    ValueTask KeepOnlyAsync(ConnectionKey connection, long change, CancellationToken cancellationToken);

    /// <summary>Says that this node's items are indexed as a schema version wants it.</summary>
    ValueTask NotePreparedAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken);

    /// <summary>Whether those of all other nodes are that have an index of the connection.</summary>
    ValueTask<bool> AreOthersPreparedAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken);

    /// <summary>All connections that exist, also those that are being deleted, with their last change: an index beyond it is ahead of its store.</summary>
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

/// <summary>Where an index stands.</summary>
/// <param name="Change">The last change that it has.</param>
/// <param name="Seen">The end of the feed when the last of what is in it was read: not before <paramref name="Change"/>.</param>
/// <param name="Schema">The schema version that its items are indexed for.</param>
internal readonly record struct IndexStanding(long Change, FeedReach Seen, int Schema);

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

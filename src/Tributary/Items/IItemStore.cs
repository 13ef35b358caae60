using Tributary.Connections;

namespace Tributary.Items;

/// <summary>Keeps and finds items. Every write is durable, and in the change feed, before it is answered.</summary>
internal interface IItemStore
{
    ValueTask<ExternalItem?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Items with ids after <paramref name="after"/>, in the order of ids; fewer when they come to <paramref name="maxBytes"/>, but at least one if there is one.
    /// </summary>
    /// <param name="withContent">Without, no content is touched and all items seem to have none.</param>
    ValueTask<ItemList> ListAsync(
        ConnectionKey connection, string after, int max, long maxBytes, bool withContent, CancellationToken cancellationToken);

    /// <summary>Creates or replaces an item if what the write relied on still holds.</summary>
    ValueTask<PutItemResult> PutAsync(ConnectionKey connection, PutItem put, CancellationToken cancellationToken);

    /// <summary>Removes an item if the connection is still there and its state allows it.</summary>
    ValueTask<DeleteItemOutcome> DeleteAsync(ConnectionKey connection, string id, CancellationToken cancellationToken);

    /// <summary>
    /// The items behind the hits of each connection, without their content, as they are now; items that are gone are left out. Null when all together would take more than
    /// <paramref name="maxBytes"/>, which is found out before they do.
    /// </summary>
    ValueTask<IReadOnlyList<IReadOnlyDictionary<string, StoredHit>>?> ReadHitsAsync(
        IReadOnlyList<(ConnectionKey Connection, string[] Ids)> hits, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Whether an item was written or deleted after a change of its connection; true as well where the feed does not reach back so far, and where the connection is gone.</summary>
    ValueTask<bool> HasChangedAsync(ConnectionKey connection, string id, long after, CancellationToken cancellationToken);

    /// <summary>
    /// The content of items as it is now, in the order of their ids; left out where there is none, where it takes more than <paramref name="maxBytesOfItem"/>, or more than what those
    /// before it left of <paramref name="maxBytes"/>. What is left out is not read.
    /// </summary>
    ValueTask<IReadOnlyList<StoredContent>> ReadContentsAsync(
        ConnectionKey connection, IReadOnlyList<string> ids, long maxBytesOfItem, long maxBytes, CancellationToken cancellationToken);
}

/// <param name="Items">One page.</param>
/// <param name="HasMore">There are items behind it.</param>
internal sealed record ItemList(IReadOnlyList<ExternalItem> Items, bool HasMore);

/// <summary>A write of one item and what it relied on.</summary>
/// <param name="Write">The checked body.</param>
/// <param name="SchemaVersion">The active schema version that it was checked against.</param>
/// <param name="Limits">How many there may be; met only by new items.</param>
/// <param name="Excerpt">Bounded plain text of the content for summaries; null when there is no content or its value itself is that short.</param>
internal sealed record PutItem(ItemWrite Write, int SchemaVersion, ItemLimits Limits, string? Excerpt)
{
    /// <summary>When searches may first find the item, in Unix milliseconds; 0: at once. Counts for a new item only: a later write does not hide it again.</summary>
    public long SearchableFrom { get; init; }

    /// <summary>The version of the connection by whose settings it was checked; null when none mattered.</summary>
    public int? ConnectionVersion { get; init; }

    /// <summary>Never creates, and keeps whatever was left out, however much was sent (external-connectors 6.4 rule 1).</summary>
    public bool IsPatch { get; init; }
}

/// <summary>How much there may be of items and what hangs on them.</summary>
/// <param name="PerConnection">Items of one connection.</param>
/// <param name="PerTenant">Items of all connections of a tenant that are not going away.</param>
/// <param name="Activities">Activities kept for one item; past it the oldest go.</param>
internal readonly record struct ItemLimits(long PerConnection, long PerTenant, int Activities);

/// <param name="Outcome">What happened.</param>
/// <param name="Item">The item as it now is, when <see cref="PutItemOutcome.Stored"/>.</param>
/// <param name="Change">Number of the change, when stored.</param>
/// <param name="IsNew">There was no such item before, when stored.</param>
internal readonly record struct PutItemResult(PutItemOutcome Outcome, ExternalItem? Item = null, long Change = 0, bool IsNew = false);

internal enum PutItemOutcome
{
    Stored,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,

    /// <summary>The connection's state takes no items.</summary>
    NotReady,

    /// <summary>The active schema or the connection's settings are others by now: check again.</summary>
    SchemaChanged,

    /// <summary>The item is new and lacks <c>acl</c> or <c>properties</c>.</summary>
    Incomplete,

    /// <summary>There is no such item to be patched.</summary>
    NotFound,
    QuotaReached,
    TenantQuotaReached,
}

internal enum DeleteItemOutcome
{
    Deleted,
    NotFound,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,

    /// <summary>The connection's state does not allow it.</summary>
    NotReady,
}

/// <summary>An item's content, as the store has it at one moment.</summary>
/// <param name="ItemId">Whose.</param>
/// <param name="Acl">The access list that it has then: who may see the item before may not see what it has become.</param>
/// <param name="Content">The content.</param>
/// <param name="Bytes">What it takes.</param>
internal sealed record StoredContent(string ItemId, Acls.Acl Acl, ExternalItemContent Content, long Bytes);

/// <summary>What a hit shows of an item, as the store has it at the moment of the answer.</summary>
/// <param name="Number">Names the item for good: <see cref="Storage.OpaqueNumbers.OfItem"/>.</param>
/// <param name="Change">Number of the change that wrote it last: its version.</param>
/// <param name="Acl">Its access list, to be judged again.</param>
/// <param name="Properties">The properties object as stored.</param>
/// <param name="Excerpt">The beginning of its content as plain text, or null.</param>
internal sealed record StoredHit(long Number, long Change, Acls.Acl Acl, ReadOnlyMemory<byte> Properties, string? Excerpt);

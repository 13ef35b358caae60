using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Quirks;

namespace Tributary.Indexing;

/// <summary>
/// The artificial wait until searches find an item that was added (external-connectors 12.3). The time is kept with the item and judged inside the query, beside
/// the access lists, so that totals and pages leave out the same items as hits do; and it can only hide: no change of an access list waits for it.
/// </summary>
internal sealed class ItemVisibility(IOptions<IndexOptions> options, Chance chance, TimeProvider time)
{
    private readonly DurationRange _delay = options.Value.VisibilityRange();

    /// <summary>Whether searches have to look at the time of items at all.</summary>
    public bool IsDelayed => !_delay.IsZero;

    /// <summary>When searches first find the item if it is added now, in Unix milliseconds; 0: at once.</summary>
    public long FirstSearchableOf(StoredConnection connection, string itemId) => IsDelayed
        ? (time.GetUtcNow() + chance.Draw(_delay, "item", connection.TenantId, connection.Connection.Id, itemId)).ToUnixTimeMilliseconds()
        : 0;
}

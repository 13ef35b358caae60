using System.Diagnostics.Metrics;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Telemetry;

namespace Tributary.Search;

/// <summary>
/// Counts hits that an index found and that the store, judged again, does not let out. Mostly the item was changed in between, which is nobody's fault. If it was not, the
/// index disagrees with the store: a defect that nobody saw anything of, but somebody must hear of.
/// </summary>
internal sealed partial class WithdrawnHits(IItemStore items, TributaryMeter meter, ILogger<WithdrawnHits> logger)
{
    /// <summary>The item was changed after the index answered.</summary>
    public const string Changed = "changed";

    /// <summary>The index had taken in all changes of the item.</summary>
    public const string Disagreement = "disagreement";

    private readonly Counter<long> _withdrawn = meter.Meter.CreateCounter<long>(
        "tributary.search.withdrawn", "{hit}", "Hits of an index that the store did not let out, by reason.");

    /// <param name="connection">Whose item.</param>
    /// <param name="itemId">That is not there any more, or that the caller may not see.</param>
    /// <param name="reached">The last change that was in the index when it answered.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async ValueTask NoteAsync(ConnectionKey connection, string itemId, long reached, CancellationToken cancellationToken)
    {
        bool isChanged = await items.HasChangedAsync(connection, itemId, reached, cancellationToken);
        _withdrawn.Add(1, new KeyValuePair<string, object?>("reason", isChanged ? Changed : Disagreement));
        if (!isChanged)
        {
            LogDisagreement(itemId, connection.Value, reached);
        }
    }

    [LoggerMessage(3020, LogLevel.Error, "The index, at change {Change}, found item {Item} of connection {Connection} for somebody who by the store does not see it; it was not answered.")]
    private partial void LogDisagreement(string item, long connection, long change);
}

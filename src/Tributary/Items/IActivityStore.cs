using Tributary.Connections;

namespace Tributary.Items;

/// <summary>Keeps what people did with items. An item's activities go with it.</summary>
internal interface IActivityStore
{
    /// <summary>Appends to the item's activities; beyond <paramref name="max"/> the oldest go. With none, only tells how the item stands.</summary>
    ValueTask<AddActivitiesOutcome> AddAsync(
        ConnectionKey connection, string item, IReadOnlyList<ExternalActivity> activities, int max, CancellationToken cancellationToken);

    /// <summary>The item's activities in the order in which they came; none when there is no such item.</summary>
    ValueTask<IReadOnlyList<ExternalActivity>> ListAsync(ConnectionKey connection, string item, CancellationToken cancellationToken);
}

internal enum AddActivitiesOutcome
{
    Added,

    /// <summary>There is no such item.</summary>
    NotFound,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,

    /// <summary>The connection's state does not allow it.</summary>
    NotReady,
}

using Tributary.Connections;

namespace Tributary.Operations;

/// <summary>Keeps operations and carries out their effects, each in one transaction with the row that records it.</summary>
internal interface IOperationStore
{
    ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken);

    /// <summary>The schema operations of a connection with ids after <paramref name="after"/>, in the order of ids.</summary>
    ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken);

    ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken);

    /// <summary>
    /// Records that a connection goes away: from here on only reading the connection itself is left, and its id and name stay reserved until
    /// <see cref="DeleteStepAsync"/> has removed the last of it. False when it is gone or its deletion runs already.
    /// </summary>
    ValueTask<BeginDeletionOutcome> BeginDeletionAsync(ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Operations in progress that are due at <paramref name="now"/>, oldest first; without deletions that another node is carrying out.</summary>
    ValueTask<IReadOnlyList<ConnectionOperation>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// When the next operation that is in progress falls due after <paramref name="now"/>, or may be taken over from a node that is not heard of; null when there is none.
    /// </summary>
    ValueTask<DateTimeOffset?> NextDueOrNullAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the operation's schema version the active one, the connection <c>ready</c>, and the operation <c>completed</c>. One that is to fail becomes
    /// <c>failed</c>: the accepted version is the active one again, so that another can be registered, and the connection stays what it was. Nothing happens to one that
    /// has ended, which another node may have seen to.
    /// </summary>
    ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken);

    /// <summary>
    /// Removes at most <paramref name="rows"/> rows of a connection that goes away, and as many again until <paramref name="longest"/> has passed, all in one
    /// transaction in the background. The same transaction makes the operation this node's own for a while, or does nothing when it is another's.
    /// </summary>
    ValueTask<StepOutcome> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken);
}

internal enum StepOutcome
{
    /// <summary>Some is left.</summary>
    More,

    /// <summary>Nothing is left of it.</summary>
    Done,

    /// <summary>Another node is at it.</summary>
    Taken,
}

internal enum BeginDeletionOutcome
{
    Begun,
    Gone,
    AlreadyDeleting,
}

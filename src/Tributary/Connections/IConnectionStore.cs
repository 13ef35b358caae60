namespace Tributary.Connections;

/// <summary>Keeps and finds connections. Knows no Graph rule: each write names what it relies on, and the outcome says whether that still held.</summary>
internal interface IConnectionStore
{
    /// <summary>The connection with exactly this id (case-sensitive), or null. One that is being deleted is still found.</summary>
    ValueTask<StoredConnection?> FindOrNullAsync(string tenantId, string id, CancellationToken cancellationToken);

    /// <summary>All connections of the tenant, in the order of their creation.</summary>
    ValueTask<IReadOnlyList<StoredConnection>> ListAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Creates in state <c>draft</c> if neither id nor name is taken (both ignoring case) and the tenant has fewer than the maximum.</summary>
    ValueTask<CreateConnectionOutcome> CreateAsync(string tenantId, ExternalConnection connection, int maxConnections, CancellationToken cancellationToken);

    /// <summary>Replaces what the owner wrote if the connection is still at <paramref name="expectedVersion"/> and the name is free.</summary>
    ValueTask<UpdateConnectionOutcome> UpdateAsync(string tenantId, ConnectionKey key, int expectedVersion, ExternalConnection connection, CancellationToken cancellationToken);
}

internal enum CreateConnectionOutcome
{
    Created,
    IdTaken,
    NameTaken,
    LimitReached,
}

internal enum UpdateConnectionOutcome
{
    Updated,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,

    /// <summary>Another update came first: read again and retry.</summary>
    Changed,
    NameTaken,
}

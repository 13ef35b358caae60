using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Items;

namespace Tributary.Connections;

/// <summary>
/// Connections as a caller sees them: which they may know of (external-connectors 2.3: all of the tenant, or those that their application is authorized for),
/// and in which state they are.
/// </summary>
internal sealed class ConnectionAccess(IConnectionStore store, IOptions<ItemOptions> items)
{
    /// <summary>
    /// The connection, or null when there is none or the caller may not know of it: somebody else's connection answers like an unknown id under OwnedBy (U3),
    /// which hides its existence and agrees with the list.
    /// </summary>
    public async ValueTask<StoredConnection?> FindOrNullAsync(Caller caller, GraphOperation operation, string id, CancellationToken cancellationToken) =>
        await store.FindOrNullAsync(caller.TenantId, id, cancellationToken) is { } connection && IsKnownTo(caller, operation, connection)
            ? InItsState(connection)
            : null;

    /// <summary>Whether the connection is there and the caller may not know of it, so that <see cref="FindOrNullAsync"/> finds none.</summary>
    public async ValueTask<bool> IsForeignAsync(Caller caller, GraphOperation operation, string id, CancellationToken cancellationToken) =>
        await store.FindOrNullAsync(caller.TenantId, id, cancellationToken) is { } connection && !IsKnownTo(caller, operation, connection);

    /// <summary>Those of the tenant's connections that the caller may know of, in the order of their creation.</summary>
    public async ValueTask<IReadOnlyList<StoredConnection>> ListAsync(Caller caller, GraphOperation operation, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(caller.TenantId, cancellationToken)).Where(connection => IsKnownTo(caller, operation, connection)).Select(InItsState)];

    private static bool IsKnownTo(Caller caller, GraphOperation operation, StoredConnection connection) =>
        !caller.OwnsOnly(operation) || connection.Connection.Configuration.AuthorizedAppIds.Contains(caller.AppId, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// <c>limitExceeded</c> follows from the numbers of items, which change in the transaction of each write, and so cannot be forgotten when one is deleted or a
    /// limit raised (3.1.8, U49).
    /// </summary>
    private StoredConnection InItsState(StoredConnection connection) =>
        connection.State == ConnectionState.Ready && ConnectionQuota.ItemsRemaining(connection, items.Value) == 0
            ? connection with { State = ConnectionState.LimitExceeded }
            : connection;
}

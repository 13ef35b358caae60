namespace Tributary.Connections;

/// <summary>A connection as the store knows it at one moment.</summary>
/// <param name="Key">Its surrogate key.</param>
/// <param name="TenantId">The tenant it belongs to.</param>
/// <param name="Connection">What its owner wrote.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="IsDeleting">Its deletion runs in the background; only reading the connection itself is left.</param>
/// <param name="Version">Raised by each update; a precondition of the next.</param>
/// <param name="AcceptedSchema">The newest schema version that was accepted, which GET shows; 0: none.</param>
/// <param name="ActiveSchema">The schema version that items and searches use; 0: none is provisioned yet.</param>
/// <param name="ItemCount">Items in it.</param>
/// <param name="LastChange">Number of the newest change in its feed.</param>
internal sealed record StoredConnection(
    ConnectionKey Key,
    string TenantId,
    ExternalConnection Connection,
    ConnectionState State,
    bool IsDeleting,
    int Version,
    int AcceptedSchema,
    int ActiveSchema,
    long ItemCount,
    long LastChange)
{
    /// <summary>16 hexadecimal digits that name it and say nothing else: what is shown in the place of its key.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Items in all connections of the tenant that are not going away.</summary>
    public long TenantItemCount { get; init; }
}

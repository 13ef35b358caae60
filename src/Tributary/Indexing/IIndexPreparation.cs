using Tributary.Connections;

namespace Tributary.Indexing;

/// <summary>Makes the items of a connection be indexed as a new schema version wants it, before that comes into force.</summary>
internal interface IIndexPreparation
{
    /// <summary>Raised when <see cref="IsPreparedForAsync"/> may have another answer for some connection; on a thread that must not be kept.</summary>
    event Action? Prepared;

    /// <summary>
    /// Whether the connection's items are indexed as a schema version wants it, so that it can come into force. If not, the index is built anew beside the one in use, unless
    /// that is under way.
    /// </summary>
    ValueTask<bool> IsPreparedForAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken);
}

using Tributary.Connections;
using Tributary.Operations;

namespace Tributary.Schemas;

/// <summary>Keeps every schema version of a connection; a version never changes once stored.</summary>
internal interface ISchemaStore
{
    ValueTask<Schema?> FindOrNullAsync(ConnectionKey connection, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Stores <paramref name="schema"/> as a new version in succession to <paramref name="expectedAccepted"/>, together with the operation that will provision it, or has
    /// done so already, so that the first poll finds it completed. With a <paramref name="failure"/> the operation ends <c>failed</c> instead, and the version never comes into
    /// force.
    /// </summary>
    ValueTask<AcceptSchemaOutcome> AcceptAsync(
        ConnectionKey connection,
        int expectedAccepted,
        Schema schema,
        string operationId,
        DateTimeOffset due,
        SchemaProvisioning provisioning,
        PublicError? failure,
        CancellationToken cancellationToken);
}

/// <summary>When a schema comes into force.</summary>
internal enum SchemaProvisioning
{
    /// <summary>When its operation is due and the items are indexed as it wants.</summary>
    Queued,

    /// <summary>With the transaction that accepts it.</summary>
    Immediate,

    /// <summary>The same, provided that the connection has never had an item; else <see cref="AcceptSchemaOutcome.Changed"/>.</summary>
    ImmediateWithoutItems,
}

internal enum AcceptSchemaOutcome
{
    Accepted,

    /// <summary>The connection is gone or being deleted.</summary>
    Gone,

    /// <summary>A registration is still under way.</summary>
    Busy,

    /// <summary>Another schema was accepted since the caller read: read again and check again.</summary>
    Changed,
}

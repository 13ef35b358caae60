using Tributary.Connections;
using Tributary.Operations;

namespace Tributary.Schemas;

/// <summary>Keeps every schema version of a connection; a version never changes once stored.</summary>
internal interface ISchemaStore
{
    ValueTask<Schema?> FindOrNullAsync(ConnectionKey connection, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Stores <paramref name="schema"/> as a new version in succession to <paramref name="expectedAccepted"/>, together with the operation that will provision it. With
    /// <paramref name="isImmediate"/> it is provisioned in the same transaction, so that the first poll already finds it completed. With a
    /// <paramref name="failure"/> the operation ends <c>failed</c> instead, and the version never comes into force.
    /// </summary>
    ValueTask<AcceptSchemaOutcome> AcceptAsync(
        ConnectionKey connection,
        int expectedAccepted,
        Schema schema,
        string operationId,
        DateTimeOffset due,
        bool isImmediate,
        PublicError? failure,
        CancellationToken cancellationToken);
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

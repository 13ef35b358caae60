using Tributary.Connections;

namespace Tributary.Operations;

/// <summary><c>connectionOperationStatus</c>. Numbers are the metadata's; on the wire <c>inprogress</c> has no inner capital.</summary>
internal enum ConnectionOperationStatus
{
    Unspecified = 0,
    Inprogress = 1,
    Completed = 2,
    Failed = 3,
}

/// <summary>What an operation does. Only schema operations show on the wire.</summary>
internal enum OperationKind
{
    ProvisionSchema = 1,
    DeleteConnection = 2,
}

/// <summary>Work that outlives its request: a row, so that a restart resumes it and a test advances the clock to it.</summary>
/// <param name="Id">Opaque, of the observed form <c>1.{region}.{hex32}.{hex32}</c>.</param>
/// <param name="Connection">What it works on.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Due">Not worked on before this instant.</param>
/// <param name="SchemaVersion">The schema version that it provisions; 0 for other kinds.</param>
/// <param name="Error">Why it failed, or, while it is in progress, with what it will fail; null for one that does not.</param>
internal sealed record ConnectionOperation(
    string Id, ConnectionKey Connection, OperationKind Kind, ConnectionOperationStatus Status, DateTimeOffset Due, int SchemaVersion, PublicError? Error)
{
    /// <summary>A fresh id of the form that the real service uses.</summary>
    public static string NewId() => $"1.local.{Guid.NewGuid():N}.{Guid.NewGuid():N}";
}

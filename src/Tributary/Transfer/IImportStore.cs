using Tributary.Connections;

namespace Tributary.Transfer;

/// <summary>
/// Makes a connection of an export, chunk by chunk. Until the last one is in, nobody sees anything of it but that its id and its name are taken; then it is there as a whole.
/// </summary>
internal interface IImportStore
{
    /// <summary>Begins, or finds the import of the same file that was begun before and is not complete.</summary>
    ValueTask<BeginImportResult> BeginAsync(string tenantId, ImportRequest request, string name, ImportLimits limits, CancellationToken cancellationToken);

    ValueTask<StoredImport?> FindOrNullAsync(string tenantId, string id, CancellationToken cancellationToken);

    /// <summary>Those that are not complete.</summary>
    ValueTask<IReadOnlyList<StoredImport>> ListAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Takes a chunk in if it is the next one; with the last the connection is there.</summary>
    /// <exception cref="ImportRefusedException">It does not fit what is there; nothing of it was kept.</exception>
    ValueTask<ApplyChunkOutcome> ApplyAsync(StoredImport import, ChunkEnd end, IReadOnlyList<ImportRecord> records, long bytes, ImportLimits limits, CancellationToken cancellationToken);

    /// <summary>Gives up: what is there is removed in the background, and the id and the name are free afterwards. False when there is no such import, or it is complete.</summary>
    ValueTask<bool> AbortAsync(StoredImport import, string operationId, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="Id">Its id.</param>
/// <param name="TenantId">Whose.</param>
/// <param name="Connection">What it makes.</param>
/// <param name="ConnectionId">That connection's id.</param>
/// <param name="Request">What it was begun with.</param>
/// <param name="Last">The last chunk that is in; null: none.</param>
/// <param name="ActiveSchema">The version that items are checked against; 0: none.</param>
/// <param name="IsComplete">The connection is there.</param>
internal sealed record StoredImport(
    string Id, string TenantId, ConnectionKey Connection, string ConnectionId, ImportRequest Request, ChunkEnd? Last, int ActiveSchema, bool IsComplete)
{
    public ImportProgress Progress => new(Id, ConnectionId, (Last?.Chunk ?? -1) + 1, Last?.Sha256 ?? Chunk.NoHash, IsComplete);
}

internal readonly record struct BeginImportResult(BeginImportOutcome Outcome, StoredImport? Import = null);

internal enum BeginImportOutcome
{
    Begun,

    /// <summary>It was begun before, with the same file.</summary>
    Found,
    IdTaken,
    NameTaken,

    /// <summary>The connection is being imported from another file, or under another name.</summary>
    OtherFile,
    TooManyConnections,
    QuotaReached,
    TenantQuotaReached,
    GroupQuotaReached,
}

internal enum ApplyChunkOutcome
{
    /// <summary>It is in, by this call or an earlier one.</summary>
    Applied,

    /// <summary>The import, or its connection, is gone.</summary>
    Gone,

    /// <summary>Another chunk is next.</summary>
    OutOfOrder,
    NameTaken,
    QuotaReached,
    TenantQuotaReached,
    GroupQuotaReached,
}

/// <summary>How much there may be here.</summary>
internal readonly record struct ImportLimits(int Connections, long ItemsPerConnection, long ItemsPerTenant, int Activities, int GroupsPerTenant);

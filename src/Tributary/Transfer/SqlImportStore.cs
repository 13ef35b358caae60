using System.Text.Json;
using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Operations;
using Tributary.Storage;

namespace Tributary.Transfer;

/// <summary>Imports in SQL. Each chunk and how far the import has come with it share a transaction, so an import goes on where it was, whatever happened.</summary>
internal sealed partial class SqlImportStore(ISqlDatabase database, SqlSignals signals, AccessHistory history) : IImportStore
{
    /// <summary>Of <c>connection.deleting</c>: it is being imported. Whatever asks for connections that are there passes it over.</summary>
    private const int Importing = 2;

    private const string Columns =
        """
        m.id, m.tenant, m.connection, m.request, m.chunk, m.sha256, m.done,
        (SELECT c.id FROM connection c WHERE c.key = m.connection), (SELECT c.schema_active FROM connection c WHERE c.key = m.connection)
        """;

    public ValueTask<StoredImport?> FindOrNullAsync(string tenantId, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query($"SELECT {Columns} FROM connection_import m WHERE m.id = @id AND m.tenant = @tenant", id, tenantId);
            return reader.Read() ? Read(reader) : null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<StoredImport>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredImport>>(
            session =>
            {
                var imports = new List<StoredImport>();
                using SqlReader reader = session.Query($"SELECT {Columns} FROM connection_import m WHERE m.tenant = @tenant AND m.done = 0 ORDER BY m.connection", tenantId);
                while (reader.Read())
                {
                    imports.Add(Read(reader));
                }

                return imports;
            },
            cancellationToken);

    public ValueTask<BeginImportResult> BeginAsync(string tenantId, ImportRequest request, string name, ImportLimits limits, CancellationToken cancellationToken)
    {
        string id = request.ConnectionId ?? request.Header.Connection;
        byte[] stored = JsonSerializer.SerializeToUtf8Bytes(request, TransferJson.Default.ImportRequest);

        // Until the file says what it is.
        byte[] body = ConnectionJson.Serialize(new ExternalConnection { Id = id, Name = name, Configuration = new ConnectionConfiguration([]) });
        string import = Guid.NewGuid().ToString("N");
        return database.WriteAsync(
            WriteScope.ConnectionsOf(tenantId),
            session =>
            {
                if (session.ScalarOrNull(
                    "SELECT key FROM connection WHERE tenant = @tenant AND id_folded = @folded", tenantId, SqlConnectionStore.Fold(id)) is { } there)
                {
                    return Found(session, there, request);
                }

                if (SqlConnectionStore.IsNameTaken(session, tenantId, name, except: 0))
                {
                    return new(BeginImportOutcome.NameTaken);
                }

                if (session.ScalarOrNull("SELECT count(*) FROM connection WHERE tenant = @tenant", tenantId) >= limits.Connections)
                {
                    return new(BeginImportOutcome.TooManyConnections);
                }

                if (OverOrNull(session, tenantId, request.Trailer.Items, request.Trailer.Groups, limits) is { } over)
                {
                    return new(over switch
                    {
                        ApplyChunkOutcome.QuotaReached => BeginImportOutcome.QuotaReached,
                        ApplyChunkOutcome.TenantQuotaReached => BeginImportOutcome.TenantQuotaReached,
                        _ => BeginImportOutcome.GroupQuotaReached,
                    });
                }

                long key = session.ScalarOrNull(
                    """
                    INSERT INTO connection (tenant, id, id_folded, name, name_folded, state, deleting, body)
                    VALUES (@tenant, @id, @idFolded, @name, @nameFolded, @state, @deleting, @body) RETURNING key
                    """,
                    tenantId,
                    id,
                    SqlConnectionStore.Fold(id),
                    name,
                    SqlConnectionStore.Fold(name),
                    (int)ConnectionState.Draft,
                    Importing,
                    body)!.Value;
                session.Execute(
                    "INSERT INTO connection_import (id, tenant, connection, request, chunk, sha256) VALUES (@id, @tenant, @connection, @request, -1, @none)",
                    import,
                    tenantId,
                    key,
                    stored,
                    Chunk.NoHash);
                return new(BeginImportOutcome.Begun, new StoredImport(import, tenantId, new ConnectionKey(key), id, request, null, 0, false));
            },
            stored.Length,
            cancellationToken);
    }

    public async ValueTask<bool> AbortAsync(StoredImport import, string operationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool isBegun = await database.WriteAsync(
            WriteScope.Connection(import.Connection),
            session =>
            {
                if (session.Execute("DELETE FROM connection_import WHERE id = @id AND done = 0", import.Id) == 0)
                {
                    return false;
                }

                // It stays what nobody sees until the last of it is gone.
                session.Execute(
                    "INSERT INTO operation (id, connection, kind, status, due) VALUES (@id, @connection, @kind, @status, @due)",
                    operationId,
                    import.Connection.Value,
                    (int)OperationKind.DeleteConnection,
                    (int)ConnectionOperationStatus.Inprogress,
                    now.ToUnixTimeMilliseconds());
                session.Signal(StoreSignal.OperationQueued);
                return true;
            },
            0,
            cancellationToken);
        if (isBegun)
        {
            signals.RaiseOperationQueued();
        }

        return isBegun;
    }

    /// <summary>Of a connection that is there already, or on its way.</summary>
    private static BeginImportResult Found(SqlSession session, long connection, ImportRequest request)
    {
        using SqlReader reader = session.Query($"SELECT {Columns} FROM connection_import m WHERE m.connection = @connection AND m.done = 0", connection);
        return !reader.Read() ? new(BeginImportOutcome.IdTaken)
            : Read(reader) is var import && import.Request == request ? new(BeginImportOutcome.Found, import)
            : new(BeginImportOutcome.OtherFile);
    }

    /// <summary>Whether what is to come is too much beside what is there.</summary>
    private static ApplyChunkOutcome? OverOrNull(SqlSession session, string tenant, long items, long groups, ImportLimits limits)
    {
        if (items > limits.ItemsPerConnection)
        {
            return ApplyChunkOutcome.QuotaReached;
        }

        long others = session.ScalarOrNull("SELECT sum(items) FROM connection WHERE tenant = @tenant AND deleting = 0", tenant) ?? 0;
        if (items > 0 && others + items > limits.ItemsPerTenant)
        {
            return ApplyChunkOutcome.TenantQuotaReached;
        }

        long otherGroups = session.ScalarOrNull("SELECT sum(external_groups) FROM connection WHERE tenant = @tenant AND deleting < @importing", tenant, Importing) ?? 0;
        return groups > 0 && otherGroups + groups > limits.GroupsPerTenant ? ApplyChunkOutcome.GroupQuotaReached : null;
    }

    private static StoredImport Read(SqlReader reader)
    {
        int chunk = reader.GetInt32(4);
        return new StoredImport(
            reader.GetString(0),
            reader.GetString(1),
            new ConnectionKey(reader.GetInt64(2)),
            reader.GetString(7),
            JsonSerializer.Deserialize(reader.GetBytes(3), TransferJson.Default.ImportRequest)!,
            chunk < 0 ? null : new ChunkEnd(chunk, 0, reader.GetString(5)),
            reader.GetInt32(8),
            reader.GetInt32(6) != 0);
    }
}

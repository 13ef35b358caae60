using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Operations;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Transfer;

/// <content>A chunk's records, in the transaction that counts the chunk.</content>
internal sealed partial class SqlImportStore
{
    public async ValueTask<ApplyChunkOutcome> ApplyAsync(
        StoredImport import, ChunkEnd end, IReadOnlyList<ImportRecord> records, long bytes, ImportLimits limits, CancellationToken cancellationToken)
    {
        // Names and quotas are of the tenant; they count when the settings come, and when the connection comes to be there.
        WriteScope scope = WriteScope.Connection(import.Connection);
        scope = records.Any(record => record is ImportRecord.Connection or ImportRecord.End) ? scope.And(WriteScope.ConnectionsOf(import.TenantId)) : scope;
        (ApplyChunkOutcome outcome, bool isComplete) = await database.WriteAsync(scope, session => Apply(session, import, end, records, limits), bytes, cancellationToken, new ImportForesight(import.Connection, records));
        if (isComplete)
        {
            signals.RaiseOperationQueued();
            signals.RaiseChanged(import.Connection);
        }

        return outcome;
    }

    private (ApplyChunkOutcome Outcome, bool IsComplete) Apply(
        SqlSession session, StoredImport import, ChunkEnd end, IReadOnlyList<ImportRecord> records, ImportLimits limits)
    {
        int last;
        string hash;
        bool isDone;
        using (SqlReader reader = session.Query("SELECT chunk, sha256, done FROM connection_import WHERE id = @id", import.Id))
        {
            if (!reader.Read())
            {
                return (ApplyChunkOutcome.Gone, false);
            }

            (last, hash, isDone) = (reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2) != 0);
        }

        if (end.Chunk == last && end.Sha256 == hash)
        {
            return (ApplyChunkOutcome.Applied, false);
        }

        if (isDone || end.Chunk != last + 1 || hash != (import.Last?.Sha256 ?? Chunk.NoHash))
        {
            return (ApplyChunkOutcome.OutOfOrder, false);
        }

        if (Target.ReadOrNull(session, import.Connection) is not { } target)
        {
            return (ApplyChunkOutcome.Gone, false);
        }

        foreach (ImportRecord record in records)
        {
            switch (record)
            {
                case ImportRecord.Connection connection:
                    if (SqlConnectionStore.IsNameTaken(session, import.TenantId, connection.Settings.Name, except: import.Connection.Value))
                    {
                        // Before the first write of the chunk or after: an exception undoes all of it.
                        throw new ImportNameTakenException();
                    }

                    Write(session, import, connection);
                    break;
                case ImportRecord.Group group:
                    target.Put(session, group);
                    break;
                case ImportRecord.DeletedGroup group:
                    target.DeleteGroup(session, group.Id);
                    break;
                case ImportRecord.Item item:
                    target.Put(session, item, limits.Activities);
                    break;
                case ImportRecord.DeletedItem item:
                    target.DeleteItem(session, item.Id);
                    break;
            }
        }

        target.Save(session);
        if (OverOrNull(session, import.TenantId, target.Items, target.Groups, limits) is { } over)
        {
            throw new ImportOverQuotaException(over);
        }

        session.Execute("UPDATE connection_import SET chunk = @chunk, sha256 = @sha256 WHERE id = @id", end.Chunk, end.Sha256, import.Id);
        if (records is not [.., ImportRecord.End ending])
        {
            return (ApplyChunkOutcome.Applied, false);
        }

        Complete(session, import, end, ending.Trailer, target);
        return (ApplyChunkOutcome.Applied, true);
    }

    /// <summary>The connection comes to be there, with everything in it.</summary>
    private void Complete(SqlSession session, StoredImport import, ChunkEnd end, ExportTrailer trailer, Target target)
    {
        ConnectionKey connection = import.Connection;
        long members = session.ScalarOrNull("SELECT sum(members) FROM external_group WHERE connection = @connection", connection.Value) ?? 0;
        if (trailer != import.Request.Trailer || end.Sha256 != import.Request.Sha256)
        {
            throw new ImportRefusedException("The end is not the one that the import was begun with: it is another file.");
        }

        if ((target.Items, target.Groups, members) != (trailer.Items, trailer.Groups, trailer.Members))
        {
            throw new ImportRefusedException(FormattableString.Invariant(
                $"The export's end counts {trailer.Items} items, {trailer.Groups} groups and {trailer.Members} members, and its records make {target.Items}, {target.Groups} and {members}."));
        }

        history.ConnectionComes(session, import.TenantId, import.ConnectionId);
        WriteOperations(session, import);

        // An index begins with all that is there, not with changes that nobody has kept.
        session.Execute(
            "UPDATE connection SET deleting = 0, feed_start = last_change, feed_mark = @mark WHERE key = @key", Random.Shared.NextInt64(), connection.Value);
        session.Execute("UPDATE connection_import SET done = 1, operations = NULL WHERE id = @id", import.Id);
        session.Signal(StoreSignal.OperationQueued);
        session.Signal(StoreSignal.Changed(connection));
    }

    private static void Write(SqlSession session, StoredImport import, ImportRecord.Connection connection)
    {
        long key = import.Connection.Value;
        session.Execute(
            """
            UPDATE connection SET body = @body, name = @name, name_folded = @folded, state = @state, language = @language,
                   schema_accepted = @accepted, schema_active = @active, version = version + 1
            WHERE key = @key
            """,
            ConnectionJson.Serialize(connection.Settings),
            connection.Settings.Name,
            SqlConnectionStore.Fold(connection.Settings.Name),
            (int)connection.State,
            connection.Language,
            connection.AcceptedSchema,
            connection.ActiveSchema,
            key);
        foreach ((int version, Schema schema) in connection.Schemas)
        {
            session.Execute(
                """
                INSERT INTO connection_schema (connection, version, body) VALUES (@connection, @version, @body)
                ON CONFLICT (connection, version) DO UPDATE SET body = excluded.body
                """,
                key,
                version,
                SchemaJson.Serialize(schema));
        }

        // Not among those that are worked on yet.
        session.Execute(
            "UPDATE connection_import SET operations = @operations WHERE id = @id",
            JsonSerializer.SerializeToUtf8Bytes(connection.Operations, TransferJson.Default.IReadOnlyListExportedOperation),
            import.Id);
    }

    private static void WriteOperations(SqlSession session, StoredImport import)
    {
        byte[] stored;
        using (SqlReader reader = session.Query("SELECT operations FROM connection_import WHERE id = @id", import.Id))
        {
            if (!reader.Read() || reader.IsDBNull(0))
            {
                throw new ImportRefusedException("The export has no connection in it.");
            }

            stored = reader.GetBytes(0);
        }

        foreach (ExportedOperation operation in JsonSerializer.Deserialize(stored, TransferJson.Default.IReadOnlyListExportedOperation)!)
        {
            ConnectionOperationStatus status = WireNames<ConnectionOperationStatus>.TryParse(operation.Status, out ConnectionOperationStatus read)
                ? read
                : throw new InvalidDataException("A stored operation of an import has no status.");

            // Ids are unique in the store: where the original lives on, the copy's operations have others.
            bool isTaken = session.ScalarOrNull("SELECT 1 FROM operation WHERE id = @id", operation.Id) is not null;
            session.Execute(
                "INSERT INTO operation (id, connection, kind, status, due, schema, error) VALUES (@id, @connection, @kind, @status, @due, @schema, @error)",
                isTaken ? ConnectionOperation.NewId() : operation.Id,
                import.Connection.Value,
                (int)OperationKind.ProvisionSchema,
                (int)status,
                operation.Due.ToUnixTimeMilliseconds(),
                operation.Schema,
                operation.Error);
        }
    }
}

/// <summary>The name that the connection has by now is another one's here.</summary>
internal sealed class ImportNameTakenException() : Exception("The name is taken.");

/// <summary>There would be more than there may be.</summary>
internal sealed class ImportOverQuotaException(ApplyChunkOutcome quota) : Exception("A quota is reached.")
{
    public ApplyChunkOutcome Quota { get; } = quota;
}

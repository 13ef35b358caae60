using System.Data.Common;
using System.Diagnostics;
using Tributary.Connections;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Operations;

/// <summary>Operations in SQL, and their effects: each effect shares its transaction with the row that records it, so a crash leaves neither half.</summary>
internal sealed class SqlOperationStore(ISqlDatabase database, SqlSignals signals) : IOperationStore, ISchemaStore
{
    private const string Columns = "id, connection, kind, status, due, schema, error";

    /// <summary>At most about this many bytes of items are removed at once, but one item at least: every page of them is touched.</summary>
    private const long MaxBytesAtOnce = 512 * 1024;

    public ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using DbDataReader reader = session.Query(
                $"SELECT {Columns} FROM operation WHERE id = @id AND connection = @connection", id, connection.Value);
            return reader.Read() ? Read(reader) : null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(
        ConnectionKey connection, string after, int max, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ConnectionOperation>>(
            session =>
            {
                var operations = new List<ConnectionOperation>();
                using DbDataReader reader = session.Query(
                    $"SELECT {Columns} FROM operation WHERE connection = @connection AND kind = @kind AND id > @after ORDER BY id LIMIT @max",
                    connection.Value,
                    (int)OperationKind.ProvisionSchema,
                    after,
                    max);
                while (reader.Read())
                {
                    operations.Add(Read(reader));
                }

                return operations;
            },
            cancellationToken);

    public ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull(
            "SELECT count(*) FROM operation WHERE connection = @connection AND kind = @kind", connection.Value, (int)OperationKind.ProvisionSchema) ?? 0,
        cancellationToken);

    public ValueTask<IReadOnlyList<ConnectionOperation>> ListDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ConnectionOperation>>(
            session =>
            {
                var operations = new List<ConnectionOperation>();
                using DbDataReader reader = session.Query(
                    $"SELECT {Columns} FROM operation WHERE status = @status AND due <= @now ORDER BY due",
                    (int)ConnectionOperationStatus.Inprogress,
                    now.ToUnixTimeMilliseconds());
                while (reader.Read())
                {
                    operations.Add(Read(reader));
                }

                return operations;
            },
            cancellationToken);

    public ValueTask<DateTimeOffset?> NextDueOrNullAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull("SELECT min(due) FROM operation WHERE status = @status", (int)ConnectionOperationStatus.Inprogress) is { } due
            ? DateTimeOffset.FromUnixTimeMilliseconds(due)
            : (DateTimeOffset?)null,
        cancellationToken);

    public ValueTask<Schema?> FindOrNullAsync(ConnectionKey connection, int version, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using DbDataReader reader = session.Query(
                "SELECT body FROM connection_schema WHERE connection = @connection AND version = @version", connection.Value, version);
            return reader.Read() ? SchemaJson.Deserialize((byte[])reader.GetValue(0)) : null;
        },
        cancellationToken);

    public async ValueTask<AcceptSchemaOutcome> AcceptAsync(
        ConnectionKey connection,
        int expectedAccepted,
        Schema schema,
        string operationId,
        DateTimeOffset due,
        bool isImmediate,
        PublicError? failure,
        CancellationToken cancellationToken)
    {
        byte[] body = SchemaJson.Serialize(schema);
        AcceptSchemaOutcome outcome = await database.WriteAsync(
            session =>
            {
                int accepted;
                using (DbDataReader reader = session.Query(
                    "SELECT schema_accepted, schema_active FROM connection WHERE key = @key AND deleting = 0", connection.Value))
                {
                    if (!reader.Read())
                    {
                        return AcceptSchemaOutcome.Gone;
                    }

                    accepted = reader.GetInt32(0);
                    if (accepted != reader.GetInt32(1))
                    {
                        return AcceptSchemaOutcome.Busy;
                    }
                }

                if (accepted != expectedAccepted)
                {
                    return AcceptSchemaOutcome.Changed;
                }

                // Not the one after the accepted: that of a failed registration is never used again, as others may remember it.
                int version = 1 + (int)(session.ScalarOrNull("SELECT max(version) FROM connection_schema WHERE connection = @connection", connection.Value) ?? 0);
                session.Execute(
                    "INSERT INTO connection_schema (connection, version, body) VALUES (@connection, @version, @body)", connection.Value, version, body);
                session.Execute("UPDATE connection SET schema_accepted = @version WHERE key = @key", version, connection.Value);
                session.Execute(
                    "INSERT INTO operation (id, connection, kind, status, due, schema, error) VALUES (@id, @connection, @kind, @status, @due, @schema, @error)",
                    operationId,
                    connection.Value,
                    (int)OperationKind.ProvisionSchema,
                    (int)ConnectionOperationStatus.Inprogress,
                    due.ToUnixTimeMilliseconds(),
                    version,
                    failure?.ToJson());
                if (isImmediate)
                {
                    End(session, operationId, connection, version, failure);
                }

                return AcceptSchemaOutcome.Accepted;
            },
            body.Length,
            cancellationToken);

        if (outcome == AcceptSchemaOutcome.Accepted && !isImmediate)
        {
            signals.RaiseOperationQueued();
        }

        return outcome;
    }

    public async ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken) => await database.WriteAsync(
        session => End(session, operation.Id, operation.Connection, operation.SchemaVersion, operation.Error),
        0,
        cancellationToken);

    public async ValueTask<BeginDeletionOutcome> BeginDeletionAsync(
        ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken)
    {
        BeginDeletionOutcome outcome = await database.WriteAsync(
            session =>
            {
                switch (session.ScalarOrNull("SELECT deleting FROM connection WHERE key = @key", connection.Value))
                {
                    case null:
                        return BeginDeletionOutcome.Gone;
                    case not 0:
                        return BeginDeletionOutcome.AlreadyDeleting;
                }

                session.Execute("UPDATE connection SET deleting = 1 WHERE key = @key", connection.Value);
                session.Execute(
                    "INSERT INTO operation (id, connection, kind, status, due) VALUES (@id, @connection, @kind, @status, @due)",
                    operationId,
                    connection.Value,
                    (int)OperationKind.DeleteConnection,
                    (int)ConnectionOperationStatus.Inprogress,
                    due.ToUnixTimeMilliseconds());
                return BeginDeletionOutcome.Begun;
            },
            0,
            cancellationToken);

        if (outcome == BeginDeletionOutcome.Begun)
        {
            signals.RaiseOperationQueued();
        }

        return outcome;
    }

    public async ValueTask<bool> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken)
    {
        long key = operation.Connection.Value;
        bool isDone = await database.WriteInBackgroundAsync(
            session =>
            {
                long started = Stopwatch.GetTimestamp();
                do
                {
                    if (RemoveRows(session) == 0)
                    {
                        session.Execute("DELETE FROM connection_schema WHERE connection = @connection", key);
                        session.Execute("DELETE FROM operation WHERE connection = @connection", key);
                        session.Execute("DELETE FROM connection WHERE key = @key", key);
                        return true;
                    }
                }
                while (Stopwatch.GetElapsedTime(started) < longest);
                return false;
            },
            cancellationToken);

        if (isDone)
        {
            signals.RaiseDropped(operation.Connection);
        }

        return isDone;

        // What one table leaves of the rows the next may take. Each is worked off in the order of its key, so that few pages are touched.
        int RemoveRows(SqlSession session)
        {
            int left = rows;
            left -= RemovePairs(session, "item_activity", "item, number", left);
            left -= RemoveItems(session, left);
            left -= RemoveSingle(session, "change", "number", left);
            left -= RemoveSingle(session, "acl", "number", left);
            left -= RemoveSingle(session, "acl_left", "number", left);
            left -= RemovePairs(session, "external_group_member", "group_id, id", left);
            left -= RemoveSingle(session, "external_group", "id", left);
            return rows - left;
        }

        int RemoveItems(SqlSession session, int max)
        {
            int items = CountItems(session, max);
            session.Execute(
                "DELETE FROM item_content WHERE item IN (SELECT key FROM item WHERE connection = @connection ORDER BY id LIMIT @rows)", key, items);
            return session.Execute(
                "DELETE FROM item WHERE key IN (SELECT key FROM item WHERE connection = @connection ORDER BY id LIMIT @rows)", key, items);
        }

        int CountItems(SqlSession session, int max)
        {
            using DbDataReader reader = session.Query(
                """
                SELECT octet_length(i.properties), (SELECT octet_length(c.value) FROM item_content c WHERE c.item = i.key)
                FROM item i WHERE i.connection = @connection ORDER BY i.id LIMIT @rows
                """,
                key,
                max);
            int count = 0;
            for (long bytes = 0; bytes < MaxBytesAtOnce && reader.Read(); count++)
            {
                bytes += reader.GetInt64(0) + (reader.IsDBNull(1) ? 0 : reader.GetInt64(1));
            }

            return count;
        }

        int RemoveSingle(SqlSession session, string table, string column, int max) => session.Execute(
            $"DELETE FROM {table} WHERE connection = @connection AND {column} IN (SELECT {column} FROM {table} WHERE connection = @connection ORDER BY {column} LIMIT @rows)",
            key,
            max);

        int RemovePairs(SqlSession session, string table, string columns, int max) => session.Execute(
            $"DELETE FROM {table} WHERE connection = @connection AND ({columns}) IN (SELECT {columns} FROM {table} WHERE connection = @connection ORDER BY {columns} LIMIT @rows)",
            key,
            max);
    }

    private static bool End(SqlSession session, string operationId, ConnectionKey connection, int version, PublicError? failure) => failure is null
        ? Provision(session, operationId, connection, version)
        : Fail(session, operationId, connection, version);

    private static bool Fail(SqlSession session, string operationId, ConnectionKey connection, int version)
    {
        session.Execute(
            "UPDATE connection SET schema_accepted = schema_active WHERE key = @key AND schema_accepted = @version AND deleting = 0", connection.Value, version);
        session.Execute("UPDATE operation SET status = @status WHERE id = @id", (int)ConnectionOperationStatus.Failed, operationId);
        return true;
    }

    private static bool Provision(SqlSession session, string operationId, ConnectionKey connection, int version)
    {
        session.Execute(
            """
            UPDATE connection SET schema_active = @version, state = CASE WHEN state = @draft THEN @ready ELSE state END
            WHERE key = @key AND deleting = 0
            """,
            version,
            (int)ConnectionState.Draft,
            (int)ConnectionState.Ready,
            connection.Value);
        session.Execute("UPDATE operation SET status = @status WHERE id = @id", (int)ConnectionOperationStatus.Completed, operationId);
        return true;
    }

    private static ConnectionOperation Read(DbDataReader reader) => new(
        reader.GetString(0),
        new ConnectionKey(reader.GetInt64(1)),
        (OperationKind)reader.GetInt32(2),
        (ConnectionOperationStatus)reader.GetInt32(3),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
        reader.GetInt32(5),
        reader.IsDBNull(6) ? null : PublicError.Parse(reader.GetString(6)));
}

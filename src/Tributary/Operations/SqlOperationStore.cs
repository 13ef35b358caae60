using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Nodes;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Operations;

/// <summary>Operations in SQL, and their effects: each effect shares its transaction with the row that records it, so a crash leaves neither half.</summary>
internal sealed partial class SqlOperationStore(ISqlDatabase database, SqlSignals signals, AccessHistory history, ThisNode node) : IOperationStore, ISchemaStore
{
    private const string Columns = "id, connection, kind, status, due, schema, error";

    public ValueTask<ConnectionOperation?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(
                $"SELECT {Columns} FROM operation WHERE id = @id AND connection = @connection", id, connection.Value);
            return reader.Read() ? Read(reader) : null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ConnectionOperation>> ListAsync(
        ConnectionKey connection, string after, int max, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ConnectionOperation>>(
            session =>
            {
                var operations = new List<ConnectionOperation>();
                using SqlReader reader = session.Query(
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
                using SqlReader reader = session.Query(
                    $"""
                    SELECT {Columns} FROM operation
                    WHERE status = @status AND due <= @now AND (kind <> @delete OR owner IS NULL OR owner = @node OR lease_until <= @now) ORDER BY due
                    """,
                    (int)ConnectionOperationStatus.Inprogress,
                    now.ToUnixTimeMilliseconds(),
                    (int)OperationKind.DeleteConnection,
                    node.Id);
                while (reader.Read())
                {
                    operations.Add(Read(reader));
                }

                return operations;
            },
            cancellationToken);

    public ValueTask<DateTimeOffset?> NextDueOrNullAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull(
            """
            SELECT min(CASE WHEN due > @now THEN due ELSE lease_until END) FROM operation
            WHERE status = @status AND (due > @now OR (kind = @delete AND owner <> @node AND lease_until > @now))
            """,
            now.ToUnixTimeMilliseconds(),
            (int)ConnectionOperationStatus.Inprogress,
            (int)OperationKind.DeleteConnection,
            node.Id) is { } due
            ? DateTimeOffset.FromUnixTimeMilliseconds(due)
            : (DateTimeOffset?)null,
        cancellationToken);

    public ValueTask<Schema?> FindOrNullAsync(ConnectionKey connection, int version, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(
                "SELECT body FROM connection_schema WHERE connection = @connection AND version = @version", connection.Value, version);
            return reader.Read() ? SchemaJson.Deserialize(reader.GetBytes(0)) : null;
        },
        cancellationToken);

    public async ValueTask<AcceptSchemaOutcome> AcceptAsync(
        ConnectionKey connection,
        int expectedAccepted,
        Schema schema,
        string operationId,
        DateTimeOffset due,
        SchemaProvisioning provisioning,
        PublicError? failure,
        CancellationToken cancellationToken)
    {
        byte[] body = SchemaJson.Serialize(schema);
        AcceptSchemaOutcome outcome = await database.WriteAsync(
            WriteScope.Connection(connection),
            session =>
            {
                int accepted;
                using (SqlReader reader = session.Query(
                    "SELECT schema_accepted, schema_active, last_change FROM connection WHERE key = @key AND deleting = 0", connection.Value))
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

                    if (provisioning == SchemaProvisioning.ImmediateWithoutItems && reader.GetInt64(2) > 0)
                    {
                        return AcceptSchemaOutcome.Changed;
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
                if (provisioning != SchemaProvisioning.Queued)
                {
                    End(session, operationId, connection, version, failure);
                }
                else
                {
                    session.Signal(StoreSignal.OperationQueued);
                }

                return AcceptSchemaOutcome.Accepted;
            },
            body.Length,
            cancellationToken);

        if (outcome == AcceptSchemaOutcome.Accepted && provisioning == SchemaProvisioning.Queued)
        {
            signals.RaiseOperationQueued();
        }

        return outcome;
    }

    public async ValueTask CompleteSchemaAsync(ConnectionOperation operation, CancellationToken cancellationToken) => await database.WriteAsync(
        WriteScope.Connection(operation.Connection),
        session => session.ScalarOrNull("SELECT 1 FROM operation WHERE id = @id AND status = @status", operation.Id, (int)ConnectionOperationStatus.Inprogress) is not null
            && End(session, operation.Id, operation.Connection, operation.SchemaVersion, operation.Error),
        0,
        cancellationToken);

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

    private static ConnectionOperation Read(SqlReader reader) => new(
        reader.GetString(0),
        new ConnectionKey(reader.GetInt64(1)),
        (OperationKind)reader.GetInt32(2),
        (ConnectionOperationStatus)reader.GetInt32(3),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
        reader.GetInt32(5),
        reader.IsDBNull(6) ? null : PublicError.Parse(reader.GetString(6)));
}

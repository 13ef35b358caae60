using System.Diagnostics;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Operations;

/// <content>Deleting a connection: begun at once, carried out in steps.</content>
internal sealed partial class SqlOperationStore
{
    /// <summary>At most about this many bytes of items are removed at once, but one item at least: every page of them is touched.</summary>
    private const long MaxBytesAtOnce = 512 * 1024;

    public async ValueTask<BeginDeletionOutcome> BeginDeletionAsync(
        ConnectionKey connection, string operationId, DateTimeOffset due, CancellationToken cancellationToken)
    {
        BeginDeletionOutcome outcome = await database.WriteAsync(
            WriteScope.Connection(connection),
            session =>
            {
                switch (session.ScalarOrNull("SELECT deleting FROM connection WHERE key = @key", connection.Value))
                {
                    case null:
                        return BeginDeletionOutcome.Gone;
                    case not 0:
                        return BeginDeletionOutcome.AlreadyDeleting;
                }

                history.ConnectionGoes(session, connection);
                session.Execute("UPDATE connection SET deleting = 1 WHERE key = @key", connection.Value);
                session.Execute(
                    "INSERT INTO operation (id, connection, kind, status, due) VALUES (@id, @connection, @kind, @status, @due)",
                    operationId,
                    connection.Value,
                    (int)OperationKind.DeleteConnection,
                    (int)ConnectionOperationStatus.Inprogress,
                    due.ToUnixTimeMilliseconds());
                session.Signal(StoreSignal.OperationQueued);
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

    /// <summary>Makes a deletion this node's own, or keeps it so. One that is gone is nobody else's.</summary>
    private bool IsOwn(SqlSession session, ConnectionOperation operation) =>
        !node.IsShared
        || session.Execute(
            "UPDATE operation SET owner = @node, lease_until = @until WHERE id = @id AND (owner IS NULL OR owner = @node OR lease_until <= @now)",
            node.Id,
            node.LeaseUntil,
            operation.Id,
            node.Now) > 0
        || session.ScalarOrNull("SELECT 1 FROM operation WHERE id = @id", operation.Id) is null;

    public async ValueTask<StepOutcome> DeleteStepAsync(ConnectionOperation operation, int rows, TimeSpan longest, CancellationToken cancellationToken)
    {
        long key = operation.Connection.Value;
        StepOutcome outcome = await database.WriteInBackgroundAsync(
            WriteScope.Connection(operation.Connection),
            session =>
            {
                if (!IsOwn(session, operation))
                {
                    return StepOutcome.Taken;
                }

                long started = Stopwatch.GetTimestamp();
                do
                {
                    if (RemoveRows(session) == 0)
                    {
                        session.Execute("DELETE FROM connection_schema WHERE connection = @connection", key);
                        session.Execute("DELETE FROM operation WHERE connection = @connection", key);
                        session.Execute("DELETE FROM connection_export WHERE connection = @connection", key);
                        session.Execute("DELETE FROM connection_import WHERE connection = @connection", key);
                        session.Execute("DELETE FROM node_position WHERE connection = @connection", key);
                        session.Execute("DELETE FROM index_snapshot WHERE connection = @connection", key);
                        session.Execute("DELETE FROM connection WHERE key = @key", key);
                        session.Signal(StoreSignal.Dropped(operation.Connection));
                        return StepOutcome.Done;
                    }
                }
                while (Stopwatch.GetElapsedTime(started) < longest);
                return StepOutcome.More;
            },
            cancellationToken);

        if (outcome == StepOutcome.Done)
        {
            signals.RaiseDropped(operation.Connection);
        }

        return outcome;

        // What one table leaves of the rows the next may take. Each is worked off in the order of its key, so that few pages are touched.
        int RemoveRows(SqlSession session)
        {
            int left = rows;
            left -= RemovePairs(session, "item_activity", "item, number", left);
            left -= RemoveItems(session, left);
            left -= RemoveSingle(session, "change", "number", left);
            history.AclsGo(session, operation.Connection, left);
            left -= RemoveSingle(session, "acl", "number", left);
            left -= RemoveSingle(session, "acl_left", "number", left);
            history.ExternalMembersGo(session, operation.Connection, left);
            left -= RemovePairs(session, "external_group_member", "group_id, id", left);
            history.ExternalGroupsGo(session, operation.Connection, left);
            left -= RemoveSingle(session, "external_group", "id", left);
            left -= RemoveSingle(session, "external_group_change", "number", left);
            return rows - left;
        }

        int RemoveItems(SqlSession session, int max)
        {
            (List<long> items, string last) = FirstItems(session, max);
            if (items.Count == 0)
            {
                return 0;
            }

            // By where they end and by their keys: a join of both tables could be planned as if they were empty, and be kept.
            history.ItemsGo(session, operation.Connection, items.Count);
            items.ForEach(item => SqlItemStore.RemoveContent(session, operation.Connection, item));
            return session.Execute("DELETE FROM item WHERE connection = @connection AND id <= @last", key, last);
        }

        (List<long> Items, string Last) FirstItems(SqlSession session, int max)
        {
            using SqlReader reader = session.Query(
                $"""
                SELECT octet_length(i.properties), (SELECT octet_length(c.value) {SqlItemStore.FromContent}), i.key, i.id
                FROM item i WHERE i.connection = @connection ORDER BY i.id LIMIT @rows
                """,
                key,
                max);
            (List<long> items, string last) = ([], "");
            for (long bytes = 0; bytes < MaxBytesAtOnce && reader.Read();)
            {
                bytes += reader.GetInt64(0) + (reader.IsDBNull(1) ? 0 : reader.GetInt64(1));
                items.Add(reader.GetInt64(2));
                last = reader.GetString(3);
            }

            return (items, last);
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
}

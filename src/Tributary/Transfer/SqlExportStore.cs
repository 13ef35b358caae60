using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Operations;
using Tributary.Storage;

namespace Tributary.Transfer;

/// <summary>
/// Exports in SQL. Groups and items are read in the order of their ids, each page at its own moment; then what changed meanwhile, until one look finds that nothing is left: what
/// was read is then the connection as that look sees it.
/// </summary>
internal sealed partial class SqlExportStore(ISqlDatabase database) : IExportStore
{
    public ValueTask<ExportBeginning?> BeginOrNullAsync(ConnectionKey connection, string export, DateTimeOffset expires, CancellationToken cancellationToken) =>
        database.WriteAsync<ExportBeginning?>(
            WriteScope.Connection(connection),
            session =>
            {
                if (StandingOrNull(session, connection) is not { } standing)
                {
                    return null;
                }

                long change = standing.LastChange;

                long groupChange = GroupChanges.Last(session, connection);
                session.Execute(
                    "INSERT INTO connection_export (id, connection, change, group_change, expires) VALUES (@id, @connection, @change, @groupChange, @expires)",
                    export,
                    connection.Value,
                    change,
                    groupChange,
                    expires.ToUnixTimeMilliseconds());
                var point = new ExportPoint(export, ExportPhase.Groups, "", change, groupChange, Stamp: "", change, MarkOf(session, connection, change));
                return new ExportBeginning(point, standing.Items, standing.Groups);
            },
            0,
            cancellationToken);

    public ValueTask<bool> RenewAsync(ConnectionKey connection, ExportPoint point, DateTimeOffset expires, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Connection(connection),
        session =>
        {
            // Never back: what was let go is gone.
            bool isThere = session.Execute(
                """
                UPDATE connection_export SET expires = @expires, change = @change, group_change = @groupChange
                WHERE id = @id AND connection = @connection AND change <= @change AND group_change <= @groupChange
                """,
                expires.ToUnixTimeMilliseconds(),
                point.Change,
                point.GroupChange,
                point.Export,
                connection.Value) > 0;
            GroupChanges.Forget(session, connection);
            return isThere;
        },
        0,
        cancellationToken);

    public async ValueTask EndExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConnectionKey> connections = await database.ReadAsync<IReadOnlyList<ConnectionKey>>(
            session =>
            {
                var found = new List<ConnectionKey>();
                using SqlReader reader = session.Query("SELECT DISTINCT connection FROM connection_export WHERE expires <= @now", now.ToUnixTimeMilliseconds());
                while (reader.Read())
                {
                    found.Add(new ConnectionKey(reader.GetInt64(0)));
                }

                return found;
            },
            cancellationToken);
        foreach (ConnectionKey connection in connections)
        {
            await database.WriteAsync(
                WriteScope.Connection(connection),
                session =>
                {
                    session.Execute(
                        "DELETE FROM connection_export WHERE connection = @connection AND expires <= @now", connection.Value, now.ToUnixTimeMilliseconds());
                    GroupChanges.Forget(session, connection);
                    return true;
                },
                0,
                cancellationToken);
        }
    }

    public ValueTask<ExportBatch?> ReadOrNullAsync(ConnectionKey connection, ExportPoint point, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.InSnapshot(snapshot => ReadBatch(snapshot, connection, point)),
        cancellationToken);

    private static ExportBatch? ReadBatch(SqlSession session, ConnectionKey connection, ExportPoint point)
    {
        if (StandingOrNull(session, connection) is not { } standing)
        {
            return null;
        }

        if (MarkOf(session, connection, point.Seen) != point.Mark)
        {
            // A standby that had not got the last commits: what was read may never have been.
            throw new ExportExpiredException();
        }

        ExportPoint next = point with { Stamp = standing.Stamp, Seen = standing.LastChange, Mark = MarkOf(session, connection, standing.LastChange) };
        ExportedConnection? changed = standing.Stamp == point.Stamp ? null : ReadConnection(session, connection, standing);
        return point.Phase switch
        {
            ExportPhase.Groups => ReadGroups(session, connection, next, changed),
            ExportPhase.Items => ReadItems(session, connection, next, changed),
            _ => ReadChanges(session, connection, next, changed, standing),
        };
    }

    /// <param name="Stamp">Differs when anything differs that <see cref="ReadConnection"/> reads.</param>
    private readonly record struct Standing(
        string Stamp, byte[] Body, int State, string? Language, int AcceptedSchema, int ActiveSchema, long LastChange, long Items, long Groups);

    private static Standing? StandingOrNull(SqlSession session, ConnectionKey connection)
    {
        long operations, statuses;
        using (SqlReader reader = session.Query("SELECT count(*), coalesce(sum(status), 0) FROM operation WHERE connection = @connection", connection.Value))
        {
            reader.Read();
            (operations, statuses) = (reader.GetInt64(0), reader.GetInt64(1));
        }

        using SqlReader row = session.Query(
            """
            SELECT version, state, schema_accepted, schema_active, language, last_change, items, external_groups, body
            FROM connection WHERE key = @key AND deleting = 0
            """,
            connection.Value);
        if (!row.Read())
        {
            return null;
        }

        (int version, int state, int accepted, int active) = (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3));
        string? language = row.IsDBNull(4) ? null : row.GetString(4);
        string stamp = FormattableString.Invariant($"{version} {state} {accepted} {active} {operations} {statuses} {language}");
        return new Standing(stamp, row.GetBytes(8), state, language, accepted, active, row.GetInt64(5), row.GetInt64(6), row.GetInt64(7));
    }

    /// <summary>What tells a change from another one of the same number; of one that is not there, nothing's.</summary>
    private static long MarkOf(SqlSession session, ConnectionKey connection, long change) => session.ScalarOrNull(
        """
        SELECT CASE WHEN feed_start = @change THEN feed_mark ELSE (SELECT h.mark FROM change h WHERE h.connection = connection.key AND h.number = @change) END
        FROM connection WHERE key = @connection
        """,
        change,
        connection.Value) ?? -1;

    private static ExportedConnection ReadConnection(SqlSession session, ConnectionKey connection, Standing standing)
    {
        var schemas = new List<ExportedSchema>();
        using (SqlReader reader = session.Query(
            "SELECT version, body FROM connection_schema WHERE connection = @connection AND version IN (@accepted, @active) ORDER BY version",
            connection.Value,
            standing.AcceptedSchema,
            standing.ActiveSchema))
        {
            while (reader.Read())
            {
                schemas.Add(new ExportedSchema(reader.GetInt32(0), Json(reader.GetBytes(1))));
            }
        }

        var operations = new List<ExportedOperation>();
        using (SqlReader reader = session.Query(
            "SELECT id, status, due, schema, error FROM operation WHERE connection = @connection AND kind = @kind ORDER BY id",
            connection.Value,
            (int)OperationKind.ProvisionSchema))
        {
            while (reader.Read())
            {
                operations.Add(new ExportedOperation(
                    reader.GetString(0),
                    WireNames<ConnectionOperationStatus>.Get((ConnectionOperationStatus)reader.GetInt32(1)),
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
                    reader.GetInt32(3),
                    reader.IsDBNull(4) ? null : reader.GetString(4)));
            }
        }

        return new ExportedConnection(
            WireNames<ConnectionState>.Get((ConnectionState)standing.State),
            standing.Language,
            standing.AcceptedSchema,
            standing.ActiveSchema,
            Json(standing.Body),
            schemas,
            operations);
    }

    private static JsonElement Json(byte[] stored)
    {
        using var document = JsonDocument.Parse(stored);
        return document.RootElement.Clone();
    }
}

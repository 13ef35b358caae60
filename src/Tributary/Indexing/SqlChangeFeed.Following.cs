using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <content>Who follows, from where, and that it is still the same feed.</content>
internal sealed partial class SqlChangeFeed
{
    private const string EndColumns =
        """
        last_change, feed_start,
        CASE WHEN last_change = feed_start THEN feed_mark ELSE (SELECT h.mark FROM change h WHERE h.connection = connection.key AND h.number = connection.last_change) END
        """;

    public ValueTask<FeedReach?> FindEndOrNullAsync(ConnectionKey connection, FeedTrail trail, CancellationToken cancellationToken) => database.ReadAsync(
        session => OnTrail(session, connection, trail, after: null, () => FindEndOrNull(session, connection)?.End), cancellationToken);

    public ValueTask<bool> TryFollowAsync(ConnectionKey connection, IndexStanding from, CancellationToken cancellationToken)
    {
        return node.IsShared
            ? database.WriteAsync(WriteScope.Connection(connection), TryFollow, bytes: 0, cancellationToken)
            : database.ReadAsync(CanFollow, cancellationToken);

        bool CanFollow(SqlSession session) => GoesOnFrom(session, connection, from);

        // No pruning comes between: it is a write to the same connection.
        bool TryFollow(SqlSession session)
        {
            if (!CanFollow(session))
            {
                return false;
            }

            Hold(session, connection, from.Change, from.Schema);
            return true;
        }
    }

    public async ValueTask PruneAsync(ConnectionKey connection, long upTo, int max, CancellationToken cancellationToken) => await database.WriteAsync(
        WriteScope.Connection(connection),
        session =>
        {
            // Its place is forgotten when it was not heard of for long, and it may be heard of again.
            if (node.IsShared
                && session.Execute("UPDATE node_position SET change = @change WHERE connection = @connection AND node = @node", upTo, connection.Value, node.Id) == 0)
            {
                Hold(session, connection, upTo, schema: 0);
            }

            long? last = session.ScalarOrNull(
                "SELECT max(number) FROM (SELECT number FROM change WHERE connection = @connection AND number <= @upTo ORDER BY number LIMIT @max) AS passed",
                connection.Value,
                Math.Min(node.IsShared ? Math.Min(upTo, OldestNeeded(session, connection)) : upTo, OldestExported(session, connection)),
                max);
            if (last is not null)
            {
                session.Execute(
                    "UPDATE connection SET feed_start = @last, feed_mark = (SELECT h.mark FROM change h WHERE h.connection = @key AND h.number = @last) WHERE key = @key",
                    last,
                    connection.Value);
                session.Execute("DELETE FROM change WHERE connection = @connection AND number <= @last", connection.Value, last);
            }

            return true;
        },
        0,
        cancellationToken);

    public async ValueTask NotePreparedAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken)
    {
        if (node.IsShared)
        {
            await database.WriteAsync(
                WriteScope.Connection(connection),
                session => session.Execute(
                    "UPDATE node_position SET schema = @schema WHERE connection = @connection AND node = @node", schemaVersion, connection.Value, node.Id),
                0,
                cancellationToken);
        }
    }

    public async ValueTask<bool> AreOthersPreparedAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken) =>
        !node.IsShared || await database.ReadAsync(
            session => session.ScalarOrNull(
                """
                SELECT 1 FROM node_position p JOIN node n ON n.id = p.node
                WHERE p.connection = @connection AND p.schema < @schema AND p.node <> @node AND n.running = 1 AND n.seen > @gone LIMIT 1
                """,
                connection.Value,
                schemaVersion,
                node.Id,
                node.GoneSince) is null,
            cancellationToken);

    public ValueTask<bool> TryKeepAsync(ConnectionKey connection, IndexStanding from, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Connection(connection),
        session => GoesOnFrom(session, connection, from)
            && session.Execute(
                """
                INSERT INTO index_snapshot (connection, change, until) VALUES (@connection, @change, @until)
                ON CONFLICT (connection, change) DO UPDATE SET until = excluded.until
                """,
                connection.Value,
                from.Change,
                until.ToUnixTimeMilliseconds()) > 0,
        0,
        cancellationToken);

    public async ValueTask KeepOnlyAsync(ConnectionKey connection, long change, CancellationToken cancellationToken) => await database.WriteAsync(
        WriteScope.Connection(connection),
        session => session.Execute("DELETE FROM index_snapshot WHERE connection = @connection AND change <> @change", connection.Value, change),
        0,
        cancellationToken);

    private static bool GoesOnFrom(SqlSession session, ConnectionKey connection, IndexStanding from) =>
        FindEndOrNull(session, connection) is { } feed && feed.Start <= from.Change && MarkOrNull(session, connection, from.Seen.Change) == from.Seen.Mark;

    private void Hold(SqlSession session, ConnectionKey connection, long change, int schema) => session.Execute(
        """
        INSERT INTO node_position (connection, node, change, schema) VALUES (@connection, @node, @change, @schema)
        ON CONFLICT (connection, node) DO UPDATE SET change = excluded.change, schema = excluded.schema
        """,
        connection.Value,
        node.Id,
        change,
        schema);

    /// <summary>
    /// The change after which all are kept for somebody who follows: a node that was heard of lately, also one that is starting again, or one that will begin with a copy
    /// of an index; unless that is so far behind that keeping more costs more than building the index anew.
    /// </summary>
    private long OldestNeeded(SqlSession session, ConnectionKey connection) => Math.Min(
        session.ScalarOrNull(
            """
            SELECT min(p.change) FROM node_position p JOIN node n ON n.id = p.node JOIN connection c ON c.key = p.connection
            WHERE p.connection = @connection AND n.seen > @forgotten AND p.change >= c.last_change - @max
            """,
            connection.Value,
            node.ForgottenSince,
            node.Options.MaxKeptChanges) ?? long.MaxValue,
        session.ScalarOrNull(
            """
            SELECT min(s.change) FROM index_snapshot s JOIN connection c ON c.key = s.connection
            WHERE s.connection = @connection AND s.until > @now AND s.change >= c.last_change - @max
            """,
            connection.Value,
            node.Now,
            node.Options.MaxKeptChanges) ?? long.MaxValue);

    /// <summary>What an export that is under way has still to read stays, too.</summary>
    private static long OldestExported(SqlSession session, ConnectionKey connection) =>
        session.ScalarOrNull("SELECT min(change) FROM connection_export WHERE connection = @connection", connection.Value) ?? long.MaxValue;

    /// <summary>Reads, and then, on the same server, sees that the feed is the one that the trail has met, and goes on after <paramref name="after"/>.</summary>
    private static T OnTrail<T>(SqlSession session, ConnectionKey connection, FeedTrail? trail, long? after, Func<T> read)
    {
        FeedReach[] met = trail?.Ends ?? [];
        T result = read();
        if (trail is not null && FindEndOrNull(session, connection) is { } feed)
        {
            if (feed.Start > after)
            {
                throw new FeedLostException($"The changes up to {feed.Start} are pruned, and the index stands at {after}.");
            }

            foreach (FeedReach end in met)
            {
                if (MarkOrNull(session, connection, end.Change) != end.Mark)
                {
                    throw new FeedLostException($"The store does not have change {end.Change} any more, or another one in its place.");
                }
            }

            trail.Advance(met, feed.End);
        }

        return result;
    }

    private static (FeedReach End, long Start)? FindEndOrNull(SqlSession session, ConnectionKey connection)
    {
        using SqlReader reader = session.Query($"SELECT {EndColumns} FROM connection WHERE key = @key AND deleting = 0", connection.Value);
        return reader.Read() ? (new FeedReach(reader.GetInt64(0), reader.IsDBNull(2) ? 0 : reader.GetInt64(2)), reader.GetInt64(1)) : null;
    }

    /// <summary>Null for a change that does not exist, or that is no longer known.</summary>
    private static long? MarkOrNull(SqlSession session, ConnectionKey connection, long change) => session.ScalarOrNull(
        """
        SELECT CASE WHEN feed_start = @change THEN feed_mark ELSE (SELECT h.mark FROM change h WHERE h.connection = connection.key AND h.number = @change) END
        FROM connection WHERE key = @connection
        """,
        change,
        connection.Value);
}

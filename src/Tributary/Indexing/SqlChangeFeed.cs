using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>The change feed in SQL.</summary>
internal sealed partial class SqlChangeFeed(ISqlDatabase database, SqlSignals signals, OpaqueNumbers numbers, AccessHistory history, ThisNode node) : IChangeFeed
{
    /// <summary>A batch ends at about this many bytes, so that large items do not pile up in memory.</summary>
    private const long MaxBatchBytes = 16 * 1024 * 1024;

    /// <summary>Items of one statement.</summary>
    private const int ItemsAtOnce = 100;

    private const string ItemColumns =
        $"i.key, i.id, i.acl, i.change, i.properties, i.content_type, (SELECT c.value {SqlItemStore.FromContent}), i.searchable_from, " + ActivityStanding.Columns;

    public StoreIdentity Identity => database.Identity;

    public event Action<ConnectionKey>? Changed
    {
        add => signals.Changed += value;
        remove => signals.Changed -= value;
    }

    public event Action<ConnectionKey>? Dropped
    {
        add => signals.Dropped += value;
        remove => signals.Dropped -= value;
    }

    public event Action? Interrupted
    {
        add => signals.Interrupted += value;
        remove => signals.Interrupted -= value;
    }

    public ValueTask<FeedPosition?> FindPositionOrNullAsync(ConnectionKey connection, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(
                "SELECT last_change, feed_start, schema_active, language FROM connection WHERE key = @key AND deleting = 0", connection.Value);
            return reader.Read()
                ? new FeedPosition(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2)) { Language = reader.IsDBNull(3) ? null : reader.GetString(3) }
                : (FeedPosition?)null;
        },
        cancellationToken);

    public ValueTask<ChangeBatch> ReadChangesAsync(ConnectionKey connection, long after, int max, FeedTrail? trail, CancellationToken cancellationToken) => database.ReadAsync(
        session => OnTrail(session, connection, trail, after, () =>
        {
            // Numbers first: the same item may have changed many times, and is read once, as it is now.
            var ids = new List<string>();
            var upTos = new List<long>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            using (SqlReader reader = session.Query(
                "SELECT number, item FROM change WHERE connection = @connection AND number > @after ORDER BY number LIMIT @max", connection.Value, after, max))
            {
                while (reader.Read())
                {
                    string id = reader.GetString(1);
                    if (seen.Add(id))
                    {
                        ids.Add(id);
                        upTos.Add(0);
                    }

                    upTos[^1] = reader.GetInt64(0);
                }
            }

            var items = new List<FeedItem>(ids.Count);
            long bytes = 0;
            while (items.Count < ids.Count && bytes < MaxBatchBytes)
            {
                ReadChanged(session, connection, ids, items, ref bytes);
            }

            long upTo = items.Count == 0 ? after : upTos[items.Count - 1];
            return new ChangeBatch(upTo, items);
        }),
        cancellationToken);

    public ValueTask<IReadOnlyList<FeedItem>> ReadItemsAsync(ConnectionKey connection, string afterId, int max, FeedTrail? trail, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => OnTrail<IReadOnlyList<FeedItem>>(session, connection, trail, after: null, () =>
            {
                var items = new List<FeedItem>();
                long bytes = 0;
                using SqlReader reader = session.Query(
                    $"SELECT {ItemColumns} FROM item i WHERE i.connection = @connection AND i.id > @after ORDER BY i.id LIMIT @max",
                    connection.Value,
                    afterId,
                    max);
                while (bytes < MaxBatchBytes && reader.Read())
                {
                    FeedItem item = ReadItem(reader);
                    bytes += SizeOf(item);
                    items.Add(item);
                }

                return items;
            }),
            cancellationToken);

    public ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAclsAsync(
        ConnectionKey connection, int after, int max, FeedTrail? trail, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => OnTrail<IReadOnlyList<KeyValuePair<int, byte[]>>>(session, connection, trail, after: null, () =>
            {
                var acls = new List<KeyValuePair<int, byte[]>>();
                using SqlReader reader = session.Query(
                    "SELECT number, entries FROM acl WHERE connection = @connection AND number > @after ORDER BY number LIMIT @max",
                    connection.Value,
                    after,
                    max);
                while (reader.Read())
                {
                    acls.Add(new(reader.GetInt32(0), reader.GetBytes(1)));
                }

                return acls;
            }),
            cancellationToken);

    public async ValueTask<bool> RemoveUnusedAclsAsync(ConnectionKey connection, int max, CancellationToken cancellationToken)
    {
        // A look first: mostly there is nothing, and the writer's turn is for writes.
        if (await database.ReadAsync(session => ReadLeftAcls(session, connection, 1).Count, cancellationToken) == 0)
        {
            return false;
        }

        return await database.WriteAsync(
        WriteScope.Connection(connection),
            session =>
            {
                List<long> left = ReadLeftAcls(session, connection, max);
                foreach (long number in left)
                {
                    // Others may use it, or one may do so again.
                    if (session.ScalarOrNull("SELECT 1 FROM item WHERE connection = @connection AND acl = @number LIMIT 1", connection.Value, number) is null)
                    {
                        history.AclGoes(session, connection, number);
                        session.Execute("DELETE FROM acl WHERE connection = @connection AND number = @number", connection.Value, number);
                    }

                    session.Execute("DELETE FROM acl_left WHERE connection = @connection AND number = @number", connection.Value, number);
                }

                return left.Count == max;
            },
            0,
            cancellationToken);
    }

    public ValueTask<IReadOnlyDictionary<ConnectionKey, long>> ReadConnectionsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<ConnectionKey, long>>(
            session =>
            {
                var connections = new Dictionary<ConnectionKey, long>();
                using SqlReader reader = session.Query("SELECT key, last_change FROM connection");
                while (reader.Read())
                {
                    connections.Add(new ConnectionKey(reader.GetInt64(0)), reader.GetInt64(1));
                }

                return connections;
            },
            cancellationToken);

    /// <summary>Reads the next of the ids, in their order, until there is enough of them; what is not there is deleted.</summary>
    private void ReadChanged(SqlSession session, ConnectionKey connection, List<string> ids, List<FeedItem> items, ref long bytes)
    {
        int end = Math.Min(items.Count + ItemsAtOnce, ids.Count);
        using SqlReader reader = session.Query(
            $"""
            SELECT {ItemColumns} FROM json_each(@ids) g
            CROSS JOIN /*pg LATERAL (SELECT i.* FROM */ item i WHERE i.connection = @connection AND i.id = g.value /*pg OFFSET 0) i */ ORDER BY g.rowid
            """,
            connection.Value,
            ids[items.Count..end].ToArray());
        while (bytes < MaxBatchBytes)
        {
            FeedItem? found = reader.Read() ? ReadItem(reader) : null;
            while (items.Count < end && ids[items.Count] != found?.Id)
            {
                items.Add(new FeedItem(ids[items.Count]));
                bytes += SizeOf(items[^1]);
            }

            if (found is null)
            {
                return;
            }

            items.Add(found);
            bytes += SizeOf(found);
        }
    }

    private static List<long> ReadLeftAcls(SqlSession session, ConnectionKey connection, int max)
    {
        var numbers = new List<long>();
        using SqlReader reader = session.Query(
            """
            SELECT number FROM acl_left
            WHERE connection = @connection AND change <= (SELECT feed_start FROM connection WHERE key = @connection AND deleting = 0) ORDER BY change LIMIT @max
            """,
            connection.Value,
            max);
        while (reader.Read())
        {
            numbers.Add(reader.GetInt64(0));
        }

        return numbers;
    }

    private FeedItem ReadItem(SqlReader reader)
    {
        int contentType = reader.GetInt32(5);
        return new FeedItem(reader.GetString(1))
        {
            Key = numbers.OfItem(reader.GetInt64(0)),
            Acl = reader.GetInt32(2),
            Change = reader.GetInt64(3),
            SearchableFrom = reader.GetInt64(7),
            Activity = new ActivityStanding(reader.GetInt64(8), reader.GetInt64(9)),
            Properties = reader.GetBytes(4),
            Content = contentType == 0 ? null : new ExternalItemContent((ExternalItemContentType)contentType, reader.GetString(6)),
        };
    }

    private static long SizeOf(FeedItem item) => (item.Properties?.Length ?? 0) + (2L * (item.Content?.Value.Length ?? 0)) + 100;
}

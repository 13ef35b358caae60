using Tributary.Acls;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Items;

/// <content>Reads, and how the tables of items are joined.</content>
internal sealed partial class SqlItemStore
{
    /// <summary>Table <c>i</c>, to be joined with ids <c>g</c> of <c>@connection</c>: the item, looked up for each id.</summary>
    private const string ItemOfEach = "/*pg LATERAL (SELECT i.* FROM */ item i /*pg WHERE i.connection = @connection AND i.id = g.value OFFSET 0) i */";

    /// <summary>The content of item <c>i</c> of <c>@connection</c>, in a subquery.</summary>
    public const string FromContent = "FROM item_content c WHERE c.item = i.key /*pg AND c.connection = @connection */";

    /// <summary>Table <c>a</c>, to be joined with item <c>i</c> of <c>@connection</c>: its access list, looked up for each item.</summary>
    public const string AclOfEach = "/*pg LATERAL (SELECT a.* FROM */ acl a /*pg WHERE a.connection = @connection AND a.number = i.acl OFFSET 0) a */";

    /// <summary>The join. Who plans a query is not to find that an index has the items in the order of their lists.</summary>
    public const string JoinAcl = $"JOIN {AclOfEach} ON a.connection = i.connection AND a.number = i.acl /*pg + 0 */";

    public ValueTask<ExternalItem?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => Find(session, connection, id),
        cancellationToken);

    public ValueTask<ItemList> ListAsync(
        ConnectionKey connection, string after, int max, long maxBytes, bool withContent, CancellationToken cancellationToken) => database.ReadAsync(
            session =>
            {
                var items = new List<ExternalItem>();
                long bytes = 0;
                using SqlReader reader = session.Query(
                    withContent
                        ? $"""
                          SELECT i.id, a.entries, i.properties, i.label, i.content_type, (SELECT c.value {FromContent})
                          FROM item i {JoinAcl}
                          WHERE i.connection = @connection AND i.id > @after ORDER BY i.id LIMIT @max
                          """
                        : $"""
                          SELECT i.id, a.entries, i.properties, i.label, 0, NULL
                          FROM item i {JoinAcl}
                          WHERE i.connection = @connection AND i.id > @after ORDER BY i.id LIMIT @max
                          """,
                    connection.Value,
                    after,
                    max + 1);

                // Row by row: what lies behind a full page is not read.
                while (reader.Read())
                {
                    if (items.Count == max || bytes >= maxBytes)
                    {
                        return new ItemList(items, HasMore: true);
                    }

                    byte[] acl = reader.GetBytes(1);
                    byte[] properties = reader.GetBytes(2);
                    int contentType = reader.GetInt32(4);
                    string? content = contentType == 0 ? null : reader.GetString(5);
                    bytes += acl.Length + properties.Length + (content?.Length ?? 0);
                    items.Add(new ExternalItem
                    {
                        Id = reader.GetString(0),
                        Acl = AclJson.FromBytes(acl),
                        Properties = properties,
                        SensitivityLabelId = reader.IsDBNull(3) ? null : reader.GetString(3),
                        Content = content is null ? null : new ExternalItemContent((ExternalItemContentType)contentType, content),
                    });
                }

                return new ItemList(items, HasMore: false);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<IReadOnlyDictionary<string, StoredHit>>?> ReadHitsAsync(
        IReadOnlyList<(ConnectionKey Connection, string[] Ids)> hits, long maxBytes, CancellationToken cancellationToken) =>
        hits is [] ? ValueTask.FromResult<IReadOnlyList<IReadOnlyDictionary<string, StoredHit>>?>([]) : database.ReadAsync<IReadOnlyList<IReadOnlyDictionary<string, StoredHit>>?>(
            session =>
            {
                var read = new Dictionary<string, StoredHit>[hits.Count];
                long bytes = 0;
                session.QueryEach(
                    $"""
                    SELECT i.key, length(a.entries) + length(i.properties), a.entries, i.properties, i.content_type,
                           (SELECT CASE WHEN c.excerpt IS NULL THEN c.value ELSE c.excerpt END {FromContent}), i.change, i.id
                    FROM json_each(@ids) g
                    CROSS JOIN {ItemOfEach}
                    CROSS JOIN {AclOfEach}
                    WHERE i.connection = @connection AND i.id = g.value AND a.connection = i.connection AND a.number = i.acl
                    """,
                    [.. hits.Select(of => new object?[] { of.Connection.Value, of.Ids })],
                    (i, reader) =>
                    {
                        read[i] = new Dictionary<string, StoredHit>(hits[i].Ids.Length, StringComparer.Ordinal);
                        while (reader.Read())
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            bytes += reader.GetInt64(1);
                            if (bytes > maxBytes)
                            {
                                return false;
                            }

                            read[i][reader.GetString(7)] = new StoredHit(
                                numbers.OfItem(reader.GetInt64(0)),
                                reader.GetInt64(6),
                                AclJson.FromBytes(reader.GetBytes(2)),
                                reader.GetBytes(3),
                                reader.GetInt32(4) == 0 ? null : reader.GetString(5));
                        }

                        return true;
                    });
                return bytes > maxBytes ? null : read;
            },
            cancellationToken);

    public ValueTask<bool> HasChangedAsync(ConnectionKey connection, string id, long after, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull(
            """
            SELECT c.feed_start > @after OR EXISTS (SELECT 1 FROM change WHERE connection = @connection AND number > @after AND item = @id)
            FROM connection c WHERE c.key = @connection AND c.deleting = 0
            """,
            after,
            connection.Value,
            id) is not 0,
        cancellationToken);

    public ValueTask<IReadOnlyList<StoredContent>> ReadContentsAsync(
        ConnectionKey connection, IReadOnlyList<string> ids, long maxBytesOfItem, long maxBytes, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredContent>>(
            session =>
            {
                var contents = new List<StoredContent>();
                long left = maxBytes;
                using SqlReader reader = session.Query(
                    $"""
                    SELECT a.entries, i.content_type, octet_length(c.value), c.value, i.id
                    FROM json_each(@ids) g
                    CROSS JOIN {ItemOfEach}
                    CROSS JOIN {AclOfEach} CROSS JOIN /*pg LATERAL (SELECT c.* FROM */ item_content c /*pg WHERE c.connection = @connection AND c.item = i.key OFFSET 0) c */
                    WHERE i.connection = @connection AND i.id = g.value AND a.connection = i.connection AND a.number = i.acl AND c.item = i.key
                    AND octet_length(c.value) <= @max ORDER BY g.rowid
                    """,
                    ids as string[] ?? [.. ids],
                    connection.Value,
                    Math.Min(maxBytesOfItem, left));
                while (reader.Read())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    long bytes = reader.GetInt64(2);
                    if (bytes <= left)
                    {
                        left -= bytes;
                        contents.Add(new StoredContent(
                            reader.GetString(4),
                            AclJson.FromBytes(reader.GetBytes(0)),
                            new ExternalItemContent((ExternalItemContentType)reader.GetInt32(1), reader.GetString(3)),
                            bytes));
                    }
                }

                return contents;
            },
            cancellationToken);

    private static ExternalItem? Find(SqlSession session, ConnectionKey connection, string id)
    {
        using SqlReader reader = session.Query(
            $"""
            SELECT a.entries, i.properties, i.label, i.content_type, (SELECT c.value {FromContent})
            FROM item i {JoinAcl}
            WHERE i.connection = @connection AND i.id = @id
            """,
            connection.Value,
            id);
        if (!reader.Read())
        {
            return null;
        }

        int contentType = reader.GetInt32(3);
        return new ExternalItem
        {
            Id = id,
            Acl = AclJson.FromBytes(reader.GetBytes(0)),
            Properties = reader.GetBytes(1),
            SensitivityLabelId = reader.IsDBNull(2) ? null : reader.GetString(2),
            Content = contentType == 0 ? null : new ExternalItemContent((ExternalItemContentType)contentType, reader.GetString(4)),
        };
    }
}

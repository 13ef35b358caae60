using System.Security.Cryptography;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Items;

/// <summary>Items in SQL. An item, its interned access list, its content, the connection's counters and the change share one transaction.</summary>
internal sealed class SqlItemStore(ISqlDatabase database, SqlSignals signals, OpaqueNumbers numbers, AccessHistory history) : IItemStore
{
    /// <summary>The content of item <c>i</c> of <c>@connection</c>, in a subquery.</summary>
    public const string FromContent = "FROM item_content c WHERE c.item = i.key /*pg AND c.connection = @connection */";

    /// <summary>Table <c>a</c>, to be joined with item <c>i</c> of <c>@connection</c>: its access list, looked up for each item.</summary>
    public const string AclOfEach = "/*pg LATERAL (SELECT a.* FROM */ acl a /*pg WHERE a.connection = @connection AND a.number = i.acl OFFSET 0) a */";

    /// <summary>The join. Who plans a query is not to find that an index has the items in the order of their lists.</summary>
    public const string JoinAcl = $"JOIN {AclOfEach} ON a.connection = i.connection AND a.number = i.acl /*pg + 0 */";

    private static readonly SqlInsert NewItem = new("item", isAppended: false, "key", "connection", "id", "acl", "change", "label", "content_type", "properties", "searchable_from");
    private static readonly string NewItemKey = NewItem.Text + " RETURNING key";
    private static readonly SqlInsert NewContent = new("item_content", isAppended: false, "connection", "item", "excerpt", "value") { IsFirstOfPostgres = true };
    private static readonly SqlInsert NewList = new("acl", isAppended: true, "connection", "number", "hash", "entries");

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

    public async ValueTask<PutItemResult> PutAsync(ConnectionKey connection, PutItem put, CancellationToken cancellationToken)
    {
        // What does not depend on the session is prepared outside of the writer's turn.
        ItemWrite write = put.Write;
        byte[]? acl = write.Acl is null ? null : AclJson.ToBytes(write.Acl);
        byte[]? hash = acl is null ? null : SHA256.HashData(acl);
        byte[]? properties = write.Properties?.ToArray();
        long bytes = write.Id.Length + (acl?.Length ?? 0) + (properties?.Length ?? 0) + (write.Content?.Value.Length ?? 0)
            + (write.Activities.Count * SqlActivityStore.RowBytes);

        PutItemResult result = await database.WriteAsync(
            WriteScope.Connection(connection), session => Put(session, connection, put, acl, hash, properties), bytes, cancellationToken, new ItemForesight(connection, write.Id, hash));
        if (result.Outcome == PutItemOutcome.Stored)
        {
            signals.RaiseChanged(connection);
        }

        return result;
    }

    public async ValueTask<DeleteItemOutcome> DeleteAsync(ConnectionKey connection, string id, CancellationToken cancellationToken)
    {
        DeleteItemOutcome outcome = await database.WriteAsync(
            WriteScope.Connection(connection), session => Delete(session, connection, id), 0, cancellationToken, new ItemForesight(connection, id, hash: null));
        if (outcome == DeleteItemOutcome.Deleted)
        {
            signals.RaiseChanged(connection);
        }

        return outcome;
    }

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
                    CROSS JOIN /*pg LATERAL (SELECT i.* FROM */ item i /*pg WHERE i.connection = @connection AND i.id = g.value OFFSET 0) i */
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
                    CROSS JOIN /*pg LATERAL (SELECT i.* FROM */ item i /*pg WHERE i.connection = @connection AND i.id = g.value OFFSET 0) i */
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

    private PutItemResult Put(SqlSession session, ConnectionKey connection, PutItem put, byte[]? acl, byte[]? hash, byte[]? properties)
    {
        if (ItemCounts.FindOrNull(session, connection) is not { } counts)
        {
            return new(PutItemOutcome.Gone);
        }

        if (!counts.TakesItems)
        {
            return new(PutItemOutcome.NotReady);
        }

        if (counts.ActiveSchema != put.SchemaVersion || (put.ConnectionVersion is { } version && counts.Version != version))
        {
            return new(PutItemOutcome.SchemaChanged);
        }

        ItemWrite write = put.Write;
        StoredItem? old = ItemForesight.FindItemOrNull(session, connection, write.Id);
        bool hasBoth = acl is not null && properties is not null;
        if (old is null && RefusalOfNewOrNull(session, put, hasBoth, counts) is { } refusal)
        {
            return new(refusal);
        }

        bool isWhole = hasBoth && !put.IsPatch;
        long change = counts.LastChange + 1;
        long? aclNumber = acl is null ? null : Intern(session, connection, acl, hash!, counts);
        long itemKey;
        if (old is null)
        {
            history.ItemComes(session, connection, write.Id);
            itemKey = Insert(session, connection, put, aclNumber!.Value, change, properties!);
            WriteContent(session, connection, itemKey, write.Content, put.Excerpt, isNew: true);
        }
        else
        {
            itemKey = old.Key;
            if (aclNumber is not null && aclNumber != old.Acl)
            {
                history.ItemChanges(session, connection, write.Id);
            }

            // Members that were not sent keep their value (6.4); content and label do so too, unless the item was put whole.
            bool keepsContent = !isWhole && !write.HasContent;
            bool keepsLabel = !isWhole && !write.HasSensitivityLabel;
            session.Defer(
                """
                UPDATE item SET acl = coalesce(@acl, acl), change = @change, properties = coalesce(@properties, properties),
                       label = CASE WHEN @keepsLabel THEN label ELSE @label END,
                       content_type = CASE WHEN @keepsContent THEN content_type ELSE @contentType END
                WHERE key = @key AND connection = @connection AND id = @id
                """,
                (object?)aclNumber ?? SqlNull.Number,
                change,
                (object?)properties ?? SqlNull.Bytes,
                keepsLabel,
                write.SensitivityLabelId,
                keepsContent,
                (int)(write.Content?.Type ?? 0),
                itemKey,
                connection.Value,
                write.Id);
            if (aclNumber is not null && aclNumber != old.Acl)
            {
                LeaveAcl(session, connection, old.Acl, change);
            }

            if (!keepsContent)
            {
                WriteContent(session, connection, itemKey, write.Content, put.Excerpt, isNew: false);
            }
        }

        SqlActivityStore.Append(session, connection, itemKey, write.Activities, put.Limits.Activities);
        counts.Add(session, write.Id, old is null ? 1 : 0);
        ItemForesight.Remember(session, connection, write.Id, new StoredItem(itemKey, aclNumber ?? old!.Acl));
        ExternalItem item = isWhole
            ? new ExternalItem
            {
                Id = write.Id,
                Acl = write.Acl!,
                Properties = properties!,
                Content = write.Content,
                SensitivityLabelId = write.SensitivityLabelId,
            }
            : Find(session, connection, write.Id)!;
        return new(PutItemOutcome.Stored, item, change, old is null);
    }

    /// <summary>Its key.</summary>
    public static long Insert(SqlSession session, ConnectionKey connection, PutItem put, long acl, long change, byte[] properties)
    {
        long? key = session.NextKeyOrNull("item");
        ReadOnlySpan<object?> values =
        [
            (object?)key ?? SqlNull.Number, connection.Value, put.Write.Id, acl, change, put.Write.SensitivityLabelId, (int)(put.Write.Content?.Type ?? 0), properties, put.SearchableFrom,
        ];
        if (key is null)
        {
            return session.ScalarOrNull(NewItemKey, values)!.Value;
        }

        session.Insert(NewItem, values);
        return key.Value;
    }

    /// <summary>The quotas are counted where the item is, so that two writers at the limit cannot both be the last.</summary>
    private static PutItemOutcome? RefusalOfNewOrNull(SqlSession session, PutItem put, bool hasBoth, ItemCounts counts)
    {
        if (put.IsPatch)
        {
            return PutItemOutcome.NotFound;
        }

        if (!hasBoth)
        {
            return PutItemOutcome.Incomplete;
        }

        return counts.Items >= put.Limits.PerConnection ? PutItemOutcome.QuotaReached
            : counts.ItemsOfTenant(session) >= put.Limits.PerTenant ? PutItemOutcome.TenantQuotaReached
            : null;
    }

    private DeleteItemOutcome Delete(SqlSession session, ConnectionKey connection, string id)
    {
        if (ItemCounts.FindOrNull(session, connection) is not { } counts)
        {
            return DeleteItemOutcome.Gone;
        }

        if (!counts.TakesItems)
        {
            return DeleteItemOutcome.NotReady;
        }

        if (ItemForesight.FindItemOrNull(session, connection, id) is not { } item)
        {
            return DeleteItemOutcome.NotFound;
        }

        history.ItemChanges(session, connection, id);
        session.Defer("DELETE FROM item WHERE connection = @connection AND id = @id", connection.Value, id);
        LeaveAcl(session, connection, item.Acl, counts.LastChange + 1);
        RemoveContent(session, connection, item.Key);
        SqlActivityStore.RemoveAll(session, connection, item.Key);
        counts.Add(session, id, -1);
        ItemForesight.Remember(session, connection, id, null);
        return DeleteItemOutcome.Deleted;
    }

    /// <summary>The number of this access list in its connection; a list never seen before gets the next one.</summary>
    private static long Intern(SqlSession session, ConnectionKey connection, byte[] entries, byte[] hash, ItemCounts counts)
    {
        if (ItemForesight.FindListOrNull(session, connection, hash) is { } known)
        {
            return known;
        }

        counts.Acls++;
        session.Insert(NewList, connection.Value, counts.Acls, hash, entries);
        ItemForesight.RememberList(session, connection, hash, counts.Acls);
        return counts.Acls;
    }

    /// <summary>Notes that an item stopped using a list. Whether others do is looked at when it could be removed, see <c>SqlChangeFeed</c>.</summary>
    public static void LeaveAcl(SqlSession session, ConnectionKey connection, long number, long change) => session.Defer(
        """
        INSERT INTO acl_left (connection, number, change) VALUES (@connection, @number, @change)
        ON CONFLICT (connection, number) DO UPDATE SET change = excluded.change
        """,
        connection.Value,
        number,
        change);

    public static void WriteContent(SqlSession session, ConnectionKey connection, long item, ExternalItemContent? content, string? excerpt, bool isNew)
    {
        if (content is not null && isNew)
        {
            session.Insert(NewContent, connection.Value, item, excerpt, content.Value);
        }
        else if (content is not null)
        {
            session.Defer(
                """
                INSERT INTO item_content (/*pg connection, */ item, excerpt, value) VALUES (/*pg @connection, */ @item, @excerpt, @value)
                ON CONFLICT (/*pg connection, */ item) DO UPDATE SET excerpt = excluded.excerpt, value = excluded.value
                """,
                connection.Value,
                item,
                excerpt,
                content.Value);
        }
        else if (!isNew)
        {
            RemoveContent(session, connection, item);
        }
    }

    public static void RemoveContent(SqlSession session, ConnectionKey connection, long item) => session.Defer(
        "DELETE FROM item_content WHERE /*pg connection = @connection AND */ item = @item", connection.Value, item);

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

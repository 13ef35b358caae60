using System.Security.Cryptography;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Items;

/// <summary>Items in SQL. An item, its interned access list, its content, the connection's counters and the change share one transaction.</summary>
internal sealed partial class SqlItemStore(ISqlDatabase database, SqlSignals signals, OpaqueNumbers numbers, AccessHistory history) : IItemStore
{
    private static readonly SqlInsert NewItem = new("item", isAppended: false, "key", "connection", "id", "acl", "change", "label", "content_type", "properties", "searchable_from");
    private static readonly string NewItemKey = NewItem.Text + " RETURNING key";
    private static readonly SqlInsert NewContent = new("item_content", isAppended: false, "connection", "item", "excerpt", "value") { IsFirstOfPostgres = true };
    private static readonly SqlInsert NewList = new("acl", isAppended: true, "connection", "number", "hash", "entries");

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
}

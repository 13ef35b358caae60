using Tributary.Acls;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Transfer;

/// <content>What a connection holds, page by page.</content>
internal sealed partial class SqlExportStore
{
    private const int MaxRows = 500;

    /// <summary>About what a member of a group or an activity takes.</summary>
    private const int RowBytes = 100;

    private static ExportBatch ReadGroups(SqlSession session, ConnectionKey connection, ExportPoint next, ExportedConnection? changed)
    {
        List<(string Id, long Bytes)> page = SizedPage(
            session,
            "SELECT id, members * 100 FROM external_group WHERE connection = @connection AND id > @after ORDER BY id LIMIT @max",
            connection,
            next.After,
            out bool isLast);
        var batch = new ExportBatch
        {
            Connection = changed,
            Next = isLast ? next with { Phase = ExportPhase.Items, After = "" } : next with { After = page[^1].Id },
        };
        foreach ((string id, _) in page)
        {
            batch.Groups.Add(ReadGroupOrNull(session, connection, id)!);
        }

        return batch;
    }

    private static ExportBatch ReadItems(SqlSession session, ConnectionKey connection, ExportPoint next, ExportedConnection? changed)
    {
        // What they take is known without reading them: of a page, only what fits is read.
        List<(string Id, long Bytes)> page = SizedPage(
            session,
            $"""
            SELECT i.id, octet_length(i.properties) + coalesce((SELECT octet_length(c.value) {SqlItemStore.FromContent}), 0)
            FROM item i WHERE i.connection = @connection AND i.id > @after ORDER BY i.id LIMIT @max
            """,
            connection,
            next.After,
            out bool isLast);
        var batch = new ExportBatch
        {
            Connection = changed,
            Next = isLast ? next with { Phase = ExportPhase.Changes, After = "" } : next with { After = page[^1].Id },
        };
        if (page.Count > 0)
        {
            batch.Items.AddRange(ReadItems(session, connection, next.After, page[^1].Id));
        }

        return batch;
    }

    private static ExportBatch ReadChanges(SqlSession session, ConnectionKey connection, ExportPoint next, ExportedConnection? changed, Standing standing)
    {
        if (session.ScalarOrNull("SELECT 1 FROM connection_export WHERE id = @id AND connection = @connection", next.Export, connection.Value) is null)
        {
            throw new ExportExpiredException();
        }

        var batch = new ExportBatch { Connection = changed, Next = next };
        long groupChange = Changes(
            session,
            "SELECT number, group_id FROM external_group_change WHERE connection = @connection AND number > @after ORDER BY number LIMIT @max",
            connection,
            next.GroupChange,
            id =>
            {
                if (ReadGroupOrNull(session, connection, id) is { } group)
                {
                    batch.Groups.Add(group);
                    return group.Members.Count * RowBytes;
                }

                batch.DeletedGroups.Add(id);
                return RowBytes;
            });
        long change = Changes(
            session,
            "SELECT number, item FROM change WHERE connection = @connection AND number > @after ORDER BY number LIMIT @max",
            connection,
            next.Change,
            id =>
            {
                if (ReadItems(session, connection, after: null, id) is [{ } item])
                {
                    batch.Items.Add(item);
                    return item.Item.Properties.Length + (item.Item.Content?.Value.Length ?? 0) + RowBytes;
                }

                batch.DeletedItems.Add(id);
                return RowBytes;
            });

        // All of it was read at this one moment, so when nothing is left, everything is as it is now.
        bool isComplete = change == standing.LastChange && groupChange == GroupChanges.Last(session, connection);
        return batch with
        {
            Next = next with { Change = change, GroupChange = groupChange },
            Trailer = isComplete
                ? new ExportTrailer(
                    change,
                    standing.Items,
                    standing.Groups,
                    session.ScalarOrNull("SELECT sum(members) FROM external_group WHERE connection = @connection", connection.Value) ?? 0)
                : null,
        };
    }

    /// <summary>Ids after one, as many as fit into a chunk, but one at least if there is one.</summary>
    private static List<(string Id, long Bytes)> SizedPage(SqlSession session, string sql, ConnectionKey connection, string after, out bool isLast)
    {
        var page = new List<(string Id, long Bytes)>();
        long bytes = 0;
        using SqlReader reader = session.Query(sql, connection.Value, after, MaxRows + 1);
        isLast = true;
        while (reader.Read())
        {
            if (page.Count == MaxRows || bytes >= Chunk.TargetBytes)
            {
                isLast = false;
                break;
            }

            page.Add((reader.GetString(0), reader.GetInt64(1)));
            bytes += page[^1].Bytes + RowBytes;
        }

        return page;
    }

    /// <summary>Takes each thing that changed after a number once; returns up to which number that is all.</summary>
    private static long Changes(SqlSession session, string sql, ConnectionKey connection, long after, Func<string, long> take)
    {
        var changes = new List<(long Number, string Id)>();
        using (SqlReader reader = session.Query(sql, connection.Value, after, MaxRows))
        {
            while (reader.Read())
            {
                changes.Add((reader.GetInt64(0), reader.GetString(1)));
            }
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        long upTo = after;
        long bytes = 0;
        foreach ((long number, string id) in changes)
        {
            if (bytes >= Chunk.TargetBytes)
            {
                break;
            }

            bytes += taken.Add(id) ? take(id) : 0;
            upTo = number;
        }

        return upTo;
    }

    private static ExportGroup? ReadGroupOrNull(SqlSession session, ConnectionKey connection, string id)
    {
        ExternalGroup group;
        using (SqlReader reader = session.Query(
            "SELECT display_name, description FROM external_group WHERE connection = @connection AND id = @id", connection.Value, id))
        {
            if (!reader.Read())
            {
                return null;
            }

            group = new ExternalGroup(id, reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        }

        var members = new List<Identity>();
        using SqlReader rows = session.Query(
            "SELECT id, type FROM external_group_member WHERE connection = @connection AND group_id = @id ORDER BY id", connection.Value, id);
        while (rows.Read())
        {
            members.Add(new Identity(rows.GetString(0), (IdentityType)rows.GetInt32(1)));
        }

        return new ExportGroup(group, members);
    }

    /// <summary>The items with ids after <paramref name="after"/> up to <paramref name="last"/>; without the first, <paramref name="last"/> alone.</summary>
    private static List<ExportItem> ReadItems(SqlSession session, ConnectionKey connection, string? after, string last)
    {
        string which = after is null ? "i.id = @last" : "i.id > @after AND i.id <= @last";
        object?[] values = after is null ? [connection.Value, last] : [connection.Value, after, last];
        var activities = new Dictionary<long, List<ExternalActivity>>();
        using (SqlReader reader = session.Query(
            $"""
            SELECT a.item, a.type, a.started, a.actor, a.actor_type
            FROM item i JOIN {SqlActivityStore.ActivitiesOfEach} ON a.connection = i.connection AND a.item = i.key
            WHERE i.connection = @connection AND {which} ORDER BY a.item, a.number
            """,
            values))
        {
            while (reader.Read())
            {
                long item = reader.GetInt64(0);
                if (!activities.TryGetValue(item, out List<ExternalActivity>? list))
                {
                    activities.Add(item, list = []);
                }

                list.Add(new ExternalActivity(
                    (ExternalActivityType)reader.GetInt32(1),
                    new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero),
                    new Identity(reader.GetString(3), (IdentityType)reader.GetInt32(4))));
            }
        }

        var items = new List<ExportItem>();
        using SqlReader rows = session.Query(
            $"""
            SELECT i.key, i.id, a.entries, i.properties, i.label, i.content_type, (SELECT c.value {SqlItemStore.FromContent}), i.searchable_from
            FROM item i {SqlItemStore.JoinAcl}
            WHERE i.connection = @connection AND {which} ORDER BY i.id
            """,
            values);
        while (rows.Read())
        {
            int contentType = rows.GetInt32(5);
            items.Add(new ExportItem(
                new ExternalItem
                {
                    Id = rows.GetString(1),
                    Acl = AclJson.FromBytes(rows.GetBytes(2)),
                    Properties = rows.GetBytes(3),
                    SensitivityLabelId = rows.IsDBNull(4) ? null : rows.GetString(4),
                    Content = contentType == 0 ? null : new ExternalItemContent((ExternalItemContentType)contentType, rows.GetString(6)),
                },
                rows.GetInt64(7),
                activities.GetValueOrDefault(rows.GetInt64(0)) ?? []));
        }

        return items;
    }
}

/// <summary>An export was not heard of for so long that what it has still to read may be gone.</summary>
internal sealed class ExportExpiredException() : Exception("The export has expired.");

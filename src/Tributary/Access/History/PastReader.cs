using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <summary>
/// Reads what held at an instant: what the first note after it says was, or, without one, what the present says. Each question is one statement, as of two the first could
/// miss a note and the second already find the change. What it answers stays the same for ever; only who asks must see that the instant is one of which there is history
/// (<see cref="AccessHistory.ProblemOrNull"/>).
/// </summary>
/// <remarks>A tenant is a GUID in lower case, ids of users and groups likewise.</remarks>
internal sealed class PastReader(ISqlDatabase database)
{
    private const string Item =
        """
        SELECT h.acl, h.searchable_from, coalesce(
            (SELECT a.entries FROM acl a WHERE a.connection = @connection AND a.number = h.acl),
            (SELECT a.entries FROM acl_past a WHERE a.connection = @connection AND a.number = h.acl))
        FROM (
            SELECT acl, searchable_from FROM (
                SELECT acl, searchable_from FROM item_acl_past WHERE connection = @connection AND item = @item AND until > @at ORDER BY until LIMIT 1
            ) noted
            UNION ALL
            SELECT acl, searchable_from FROM item WHERE connection = @connection AND id = @item
            AND NOT EXISTS (SELECT 1 FROM item_acl_past WHERE connection = @connection AND item = @item AND until > @at)
        ) h
        """;

    public const string ExternalGroups =
        """
        SELECT m.group_id FROM external_group_member m WHERE m.connection = @connection AND m.type = @type AND m.folded = @member
        AND NOT EXISTS (
            SELECT 1 FROM external_group_member_past p
            WHERE p.connection = @connection AND p.type = @type AND p.folded = @member AND p.group_id = m.group_id AND p.until > @at)
        UNION ALL
        SELECT p.group_id FROM external_group_member_past p
        WHERE p.connection = @connection AND p.type = @type AND p.folded = @member AND p.until > @at AND p.was = 1
        AND NOT EXISTS (
            SELECT 1 FROM external_group_member_past e
            WHERE e.connection = @connection AND e.type = @type AND e.folded = @member AND e.group_id = p.group_id AND e.until > @at AND e.until < p.until)
        """;

    public const string DirectoryGroups =
        """
        SELECT m.group_id FROM directory_member m WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.member = @member
        AND NOT EXISTS (SELECT 1 FROM directory_member_past p WHERE p.tenant = m.tenant AND p.member = @member AND p.group_id = m.group_id AND p.until > @at)
        UNION ALL
        SELECT p.group_id FROM directory_member_past p
        WHERE p.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND p.member = @member AND p.until > @at AND p.was = 1
        AND NOT EXISTS (
            SELECT 1 FROM directory_member_past e
            WHERE e.tenant = p.tenant AND e.member = @member AND e.group_id = p.group_id AND e.until > @at AND e.until < p.until)
        """;

    private const string DirectoryObject =
        """
        SELECT kind, enabled, guest, NULL FROM (
            SELECT kind, enabled, guest FROM directory_object_past
            WHERE tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND id = @id AND until > @at ORDER BY until LIMIT 1
        ) noted
        UNION ALL
        SELECT o.kind, 1, NULL, o.body FROM directory_object o WHERE o.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND o.id = @id
        AND NOT EXISTS (SELECT 1 FROM directory_object_past p WHERE p.tenant = o.tenant AND p.id = @id AND p.until > @at)
        """;

    /// <summary>
    /// Waits for all that was begun before: a change gets its instant a moment before it is committed, and who asks about just now must not be told what was before it.
    /// </summary>
    /// <param name="scope">Of those changes. Where there is one writer, all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask SettleAsync(WriteScope scope, CancellationToken cancellationToken) => await database.WriteAsync(scope, _ => true, 0, cancellationToken);

    /// <summary>The connection that had this id then, be it deleted by now; null when none had.</summary>
    public ValueTask<ConnectionKey?> FindConnectionOrNullAsync(string tenant, string id, DateTimeOffset at, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull(
            """
            SELECT connection FROM (
                SELECT connection FROM connection_past WHERE tenant = @tenant AND id = @id AND until > @at ORDER BY until LIMIT 1
            ) noted
            UNION ALL
            SELECT c.key FROM connection c WHERE c.tenant = @tenant AND c.id_folded = @folded AND c.id = @id AND c.deleting = 0
            AND NOT EXISTS (SELECT 1 FROM connection_past WHERE tenant = @tenant AND id = @id AND until > @at)
            """,
            tenant,
            id,
            at.UtcTicks,
            id.ToUpperInvariant()) is { } key ? new ConnectionKey(key) : (ConnectionKey?)null,
        cancellationToken);

    public ValueTask<PastItem?> FindItemOrNullAsync(ConnectionKey connection, string item, DateTimeOffset at, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(Item, connection.Value, item, at.UtcTicks);
            return reader.Read() && !reader.IsDBNull(0)
                ? new PastItem(
                    AclJson.FromBytes(reader.GetBytes(2)),
                    reader.GetInt64(0),
                    reader.GetInt64(1) is var from && from == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(from))
                : null;
        },
        cancellationToken);

    /// <summary>The external groups that each of these was directly in.</summary>
    public ValueTask<IReadOnlyList<KeyValuePair<Principal, string>>> FindExternalGroupsAsync(
        ConnectionKey connection, IReadOnlyCollection<Principal> members, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<KeyValuePair<Principal, string>>>(
            session =>
            {
                var found = new List<KeyValuePair<Principal, string>>();
                foreach (Principal member in members)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    IdentityType type = member.Type switch
                    {
                        AclType.User => IdentityType.User,
                        AclType.Group => IdentityType.Group,
                        _ => IdentityType.ExternalGroup,
                    };
                    using SqlReader reader = session.Query(ExternalGroups, connection.Value, (int)type, member.Value, at.UtcTicks);
                    while (reader.Read())
                    {
                        found.Add(new(member, reader.GetString(0)));
                    }
                }

                return found;
            },
            cancellationToken);

    public ValueTask<bool> HadExternalGroupAsync(ConnectionKey connection, string group, DateTimeOffset at, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull(
            """
            SELECT was FROM (
                SELECT was FROM external_group_past WHERE connection = @connection AND id = @id AND until > @at ORDER BY until LIMIT 1
            ) noted
            UNION ALL
            SELECT 1 FROM external_group WHERE connection = @connection AND id = @id
            AND NOT EXISTS (SELECT 1 FROM external_group_past WHERE connection = @connection AND id = @id AND until > @at)
            """,
            connection.Value,
            group,
            at.UtcTicks) == 1,
        cancellationToken);

    /// <summary>A user or a group of a provisioned directory; null when there was neither of that id.</summary>
    public ValueTask<PastDirectoryObject?> FindDirectoryObjectOrNullAsync(string tenant, string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                using SqlReader reader = session.Query(DirectoryObject, tenant, id, at.UtcTicks);
                if (!reader.Read() || reader.GetInt32(0) == 0)
                {
                    return null;
                }

                var kind = (ScimKind)reader.GetInt32(0);
                if (reader.IsDBNull(3))
                {
                    return new PastDirectoryObject(kind, reader.GetInt32(1) != 0, reader.IsDBNull(2) ? null : reader.GetInt32(2) != 0);
                }

                // Nothing has changed that access asks for, so it is as it is now.
                var record = new ScimRecord(id, default, default, 0, reader.GetBytes(3));
                return kind == ScimKind.User && ScimBody.ToUser(record) is var user
                    ? new PastDirectoryObject(kind, user.IsEnabled, user.IsGuest)
                    : new PastDirectoryObject(kind, IsEnabled: true, IsGuest: null);
            },
            cancellationToken);

    /// <summary>The groups of a provisioned directory that each of these was directly in.</summary>
    public ValueTask<IReadOnlyList<KeyValuePair<string, string>>> FindDirectoryGroupsAsync(
        string tenant, IReadOnlyCollection<string> members, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<KeyValuePair<string, string>>>(
            session =>
            {
                var found = new List<KeyValuePair<string, string>>();
                foreach (string member in members)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using SqlReader reader = session.Query(DirectoryGroups, tenant, member, at.UtcTicks);
                    while (reader.Read())
                    {
                        found.Add(new(member, reader.GetString(0)));
                    }
                }

                return found;
            },
            cancellationToken);
}

/// <summary>An item as it was, as far as access goes.</summary>
/// <param name="Acl">Its list.</param>
/// <param name="AclNumber">The number of that.</param>
/// <param name="SearchableFrom">Searches did not find it before; null: at once.</param>
internal sealed record PastItem(Acl Acl, long AclNumber, DateTimeOffset? SearchableFrom);

/// <summary>A user or a group of a provisioned directory as it was, as far as access goes.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="IsEnabled">Whether its account was; true for a group.</param>
/// <param name="IsGuest">Null: the directory did not say.</param>
internal sealed record PastDirectoryObject(ScimKind Kind, bool IsEnabled, bool? IsGuest);

using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Storage;

namespace Tributary.Access;

/// <summary>What explanations ask, in SQL.</summary>
internal sealed class SqlAccessStore(ISqlDatabase database) : IAccessStore
{
    public ValueTask<ItemFacts?> FindItemOrNullAsync(ConnectionKey connection, string itemId, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(
                $"""
                SELECT a.entries, i.change, i.acl, i.searchable_from
                FROM item i {SqlItemStore.JoinAcl}
                WHERE i.connection = @connection AND i.id = @id
                """,
                connection.Value,
                itemId);
            if (!reader.Read())
            {
                return null;
            }

            long from = reader.GetInt64(3);
            return new ItemFacts(
                AclJson.FromBytes(reader.GetBytes(0)),
                reader.GetInt64(1),
                reader.GetInt64(2),
                from == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(from));
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<Membership>> FindDirectGroupsAsync(
        ConnectionKey connection, IReadOnlyCollection<Principal> members, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Membership>>(
            session =>
            {
                var found = new List<Membership>();
                foreach (IGrouping<AclType, Principal> kind in members.GroupBy(member => member.Type))
                {
                    // The order of a CROSS JOIN is kept: each member is looked up, and not all members of the connection gone through.
                    using SqlReader reader = session.Query(
                        """
                        SELECT m.folded, m.group_id FROM json_each(@members) g CROSS JOIN /*pg LATERAL (SELECT m.* FROM */ external_group_member m
                        WHERE m.connection = @connection AND m.type = @type AND m.folded = g.value /*pg OFFSET 0) m */ ORDER BY m.folded, m.group_id
                        """,
                        kind.Select(member => member.Value).ToArray(),
                        connection.Value,
                        (int)IdentityOf(kind.Key));
                    while (reader.Read())
                    {
                        found.Add(new Membership(new Principal(kind.Key, reader.GetString(0)), new Principal(AclType.ExternalGroup, reader.GetString(1))));
                    }
                }

                return found;
            },
            cancellationToken);

    public ValueTask<GroupFacts?> FindGroupOrNullAsync(ConnectionKey connection, string groupId, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            string? name;
            using (SqlReader reader = session.Query(
                "SELECT display_name FROM external_group WHERE connection = @connection AND id = @id", connection.Value, groupId))
            {
                if (!reader.Read())
                {
                    return null;
                }

                name = reader.IsDBNull(0) ? null : reader.GetString(0);
            }

            using SqlReader members = session.Query(
                "SELECT type, folded FROM external_group_member WHERE connection = @connection AND group_id = @id ORDER BY id", connection.Value, groupId);
            return new GroupFacts(name, MembersDigest.Of(Members(members)));
        },
        cancellationToken);

    public ValueTask<(long Count, IReadOnlyList<string> Ids)> FindItemsOfListAsync(
        ConnectionKey connection, long acl, int max, CancellationToken cancellationToken) => database.ReadAsync<(long, IReadOnlyList<string>)>(
            session =>
            {
                var ids = new List<string>();
                long count = session.ScalarOrNull("SELECT count(*) FROM item WHERE connection = @connection AND acl = @acl", connection.Value, acl) ?? 0;
                if (max > 0)
                {
                    using SqlReader reader = session.Query(
                        "SELECT id FROM item WHERE connection = @connection AND acl = @acl ORDER BY id LIMIT @max", connection.Value, acl, max);
                    while (reader.Read())
                    {
                        ids.Add(reader.GetString(0));
                    }
                }

                return (count, ids);
            },
            cancellationToken);

    private static IEnumerable<string> Members(SqlReader reader)
    {
        while (reader.Read())
        {
            yield return $"{reader.GetInt32(0)}:{reader.GetString(1)}";
        }
    }

    private static IdentityType IdentityOf(AclType type) => type switch
    {
        AclType.User => IdentityType.User,
        AclType.Group => IdentityType.Group,
        AclType.ExternalGroup => IdentityType.ExternalGroup,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Only users and groups are members."),
    };
}

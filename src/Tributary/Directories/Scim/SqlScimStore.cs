using System.Data.Common;
using Tributary.Storage;

namespace Tributary.Directories.Scim;

/// <summary>The reading half; what is read is always in the database, as other nodes write it too.</summary>
internal sealed partial class SqlScimStore(ISqlDatabase database) : IScimStore
{
    public ValueTask<ScimRecord?> FindOrNullAsync(string tenant, ScimKind kind, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => FindOrNull(session, TenantOrNull(session, tenant), kind, id), cancellationToken);

    public ValueTask<IReadOnlyList<ScimRecord>> ListAsync(
        string tenant, ScimKind kind, ScimLookup lookup, string after, int max, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ScimRecord>>(
        session =>
        {
            string sql = lookup.Index switch
            {
                ScimIndex.Name =>
                    """
                    SELECT id, created, modified, version, body FROM directory_object
                    WHERE tenant = @tenant AND kind = @kind AND id > @after AND name = @value ORDER BY id LIMIT @max
                    """,
                ScimIndex.DisplayName =>
                    """
                    SELECT id, created, modified, version, body FROM directory_object
                    WHERE tenant = @tenant AND kind = @kind AND id > @after AND display_name = @value ORDER BY id LIMIT @max
                    """,
                ScimIndex.ExternalId =>
                    """
                    SELECT id, created, modified, version, body FROM directory_object
                    WHERE tenant = @tenant AND kind = @kind AND id > @after AND external_id = @value ORDER BY id LIMIT @max
                    """,
                ScimIndex.Member =>
                    """
                    SELECT o.id, o.created, o.modified, o.version, o.body FROM directory_member m
                    JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.group_id
                    WHERE m.tenant = @tenant AND o.kind = @kind AND m.group_id > @after AND m.member = @value ORDER BY m.group_id LIMIT @max
                    """,
                _ =>
                    """
                    SELECT id, created, modified, version, body FROM directory_object
                    WHERE tenant = @tenant AND kind = @kind AND id > @after ORDER BY id LIMIT @max
                    """,
            };
            long? key = TenantOrNull(session, tenant);
            return key is null ? []
                : lookup.Index == ScimIndex.None ? Records(session.Query(sql, key, (int)kind, after, max))
                : Records(session.Query(sql, key, (int)kind, after, lookup.Value, max));
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ScimRecord>> ListFromAsync(string tenant, ScimKind kind, int skip, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScimRecord>>(
            session => TenantOrNull(session, tenant) is not { } key ? [] : Records(session.Query(
                """
                SELECT id, created, modified, version, body FROM directory_object
                WHERE tenant = @tenant AND kind = @kind ORDER BY id LIMIT @max OFFSET @skip
                """,
                key,
                (int)kind,
                max,
                skip)),
            cancellationToken);

    public ValueTask<int> CountAsync(string tenant, ScimKind kind, CancellationToken cancellationToken) => database.ReadAsync(
        session => (int)(session.ScalarOrNull(
            kind == ScimKind.User ? "SELECT users FROM directory_tenant WHERE id = @tenant" : "SELECT groups FROM directory_tenant WHERE id = @tenant", tenant) ?? 0),
        cancellationToken);

    public ValueTask<IReadOnlyList<ScimMember>> ListMembersAsync(string tenant, string groupId, string after, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScimMember>>(
            session =>
            {
                var members = new List<ScimMember>();
                ReadMembers(members, session.Query(
                    """
                    SELECT m.member, o.kind, o.body FROM directory_member m
                    LEFT JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.member
                    WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.group_id = @group AND m.member > @after
                    ORDER BY m.member LIMIT @max
                    """,
                    tenant,
                    groupId,
                    after,
                    max));
                return members;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ScimMember>> FindMembersAsync(string tenant, string groupId, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScimMember>>(
            session =>
            {
                var members = new List<ScimMember>();
                foreach (string id in ids.Distinct(StringComparer.Ordinal))
                {
                    ReadMembers(members, session.Query(
                        """
                        SELECT m.member, o.kind, o.body FROM directory_member m
                        LEFT JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.member
                        WHERE m.tenant = (SELECT key FROM directory_tenant WHERE id = @tenant) AND m.group_id = @group AND m.member = @id
                        """,
                        tenant,
                        groupId,
                        id));
                }

                return members;
            },
            cancellationToken);

    public ValueTask<(ScimRecord User, IReadOnlySet<string> Groups)?> FindMembershipOrNullAsync(string tenant, string userId, CancellationToken cancellationToken) =>
        database.ReadAsync<(ScimRecord User, IReadOnlySet<string> Groups)?>(
            session =>
            {
                // One statement, so that user and groups are of one state. UNION keeps each group once, which is what ends a cycle.
                ScimRecord? user = null;
                var groups = new HashSet<string>(StringComparer.Ordinal);
                using DbDataReader reader = session.Query(
                    """
                    WITH RECURSIVE tenant (key) AS (
                        SELECT key FROM directory_tenant WHERE id = @tenant
                    ), membership (id) AS (
                        SELECT m.group_id FROM tenant JOIN directory_member m ON m.tenant = tenant.key AND m.member = @user
                        UNION
                        SELECT m.group_id FROM membership JOIN tenant ON 1 = 1 JOIN directory_member m ON m.tenant = tenant.key AND m.member = membership.id
                    )
                    SELECT o.id, o.created, o.modified, o.version, o.body
                    FROM tenant JOIN directory_object o ON o.tenant = tenant.key AND o.id = @user AND o.kind = @kind
                    UNION ALL
                    SELECT id, 0, 0, 0, NULL FROM membership
                    """,
                    tenant,
                    userId,
                    (int)ScimKind.User);
                while (reader.Read())
                {
                    if (reader.IsDBNull(4))
                    {
                        groups.Add(reader.GetString(0));
                    }
                    else
                    {
                        user = Record(reader);
                    }
                }

                return user is null ? null : (user, groups);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<(ScimKind Kind, ScimRecord Record)>> ListMembersAsync(
        string tenant, string groupId, bool isTransitive, string after, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(ScimKind, ScimRecord)>>(
            session => TenantOrNull(session, tenant) is not { } key ? []
                : isTransitive ? TransitiveMembers(session, key, groupId, after, max)
                : DirectMembers(session, key, groupId, after, max),
            cancellationToken);

    public ValueTask<IReadOnlyList<ScimRecord>?> ListGroupsOfOrNullAsync(
        string tenant, string memberId, bool isTransitive, string after, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScimRecord>?>(
            session =>
            {
                if (TenantOrNull(session, tenant) is not { } key || !Exists(session, key, memberId))
                {
                    return null;
                }

                // Cut before the groups are read: there is one for each id. SQLite keeps the order of a CROSS JOIN.
                return Records(session.Query(
                    isTransitive
                        ? """
                          WITH RECURSIVE reached (id) AS (
                              SELECT group_id FROM directory_member WHERE tenant = @tenant AND member = @member
                              UNION
                              SELECT m.group_id FROM reached JOIN directory_member m ON m.tenant = @tenant AND m.member = reached.id
                          )
                          SELECT o.id, o.created, o.modified, o.version, o.body
                          FROM (SELECT id FROM reached WHERE id > @after AND id <> @member ORDER BY id LIMIT @max) page
                          CROSS JOIN directory_object o WHERE o.tenant = @tenant AND o.id = page.id ORDER BY page.id
                          """
                        : """
                          SELECT o.id, o.created, o.modified, o.version, o.body FROM directory_member m
                          JOIN directory_object o ON o.tenant = m.tenant AND o.id = m.group_id
                          WHERE m.tenant = @tenant AND m.member = @member AND m.group_id > @after AND m.group_id <> @member ORDER BY m.group_id LIMIT @max
                          """,
                    key,
                    memberId,
                    after,
                    max));
            },
            cancellationToken);

    private static long? TenantOrNull(SqlSession session, string tenant) => session.ScalarOrNull("SELECT key FROM directory_tenant WHERE id = @tenant", tenant);

    private static bool Exists(SqlSession session, long tenant, string id) =>
        session.ScalarOrNull("SELECT 1 FROM directory_object WHERE tenant = @tenant AND id = @id", tenant, id) is not null;

    private static ScimRecord? FindOrNull(SqlSession session, long? tenant, ScimKind kind, string id) => tenant is null ? null : Records(session.Query(
        "SELECT id, created, modified, version, body FROM directory_object WHERE tenant = @tenant AND id = @id AND kind = @kind", tenant, id, (int)kind)).SingleOrDefault();

    private static void ReadMembers(List<ScimMember> members, DbDataReader reader)
    {
        using (reader)
        {
            while (reader.Read())
            {
                members.Add(new ScimMember(
                    reader.GetString(0),
                    reader.IsDBNull(1) ? null : (ScimKind)reader.GetInt32(1),
                    reader.IsDBNull(2) ? null : ScimBody.DisplayNameOrNull(reader.GetFieldValue<byte[]>(2))));
            }
        }
    }

    private static List<ScimRecord> Records(DbDataReader reader)
    {
        using (reader)
        {
            var records = new List<ScimRecord>();
            while (reader.Read())
            {
                records.Add(Record(reader));
            }

            return records;
        }
    }

    private static ScimRecord Record(DbDataReader reader) => new(
        reader.GetString(0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
        reader.GetInt64(3),
        reader.GetFieldValue<byte[]>(4));
}

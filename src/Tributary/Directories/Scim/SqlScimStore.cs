using Tributary.Access.History;
using Tributary.Storage;

namespace Tributary.Directories.Scim;

/// <summary>The reading half; what is read is always in the database, as other nodes write it too.</summary>
internal sealed partial class SqlScimStore(ISqlDatabase database, AccessHistory history) : IScimStore
{
    public ValueTask<ScimRecord?> FindOrNullAsync(string tenant, ScimKind kind, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session => FindOrNull(session, TenantOrNull(session, tenant), kind, id), cancellationToken);

    public ValueTask<IReadOnlyList<ScimRecord>> ListAsync(
        string tenant, ScimKind kind, ScimLookup lookup, string after, int max, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ScimRecord>>(
        session =>
        {
            long? key = TenantOrNull(session, tenant);
            return key is null ? [] : lookup.Index switch
            {
                ScimIndex.Name => Records(session.Query(ByName, key, (int)kind, after, lookup.Value, max)),
                ScimIndex.DisplayName => Records(session.Query(ByDisplayName, key, (int)kind, after, lookup.Value, max)),
                ScimIndex.ExternalId => Records(session.Query(ByExternalId, key, (int)kind, after, lookup.Value, max)),
                ScimIndex.Member => Records(session.Query(ByMember, key, lookup.Value, after, max)),
                _ => Records(session.Query(ByKind, key, (int)kind, after, max)),
            };
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
                ReadMembers(members, session.Query(MembersToShow, tenant, groupId, after, max));
                return members;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<ScimMember>> FindMembersAsync(string tenant, string groupId, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ScimMember>>(
            session =>
            {
                var members = new List<ScimMember>();
                ReadMembers(members, session.Query(TheseMembersToShow, ids.Distinct(StringComparer.Ordinal).ToArray(), tenant, groupId));
                return members;
            },
            cancellationToken);

    public ValueTask<(ScimRecord User, IReadOnlySet<string> Groups)?> FindMembershipOrNullAsync(string tenant, string userId, CancellationToken cancellationToken) =>
        database.ReadAsync<(ScimRecord User, IReadOnlySet<string> Groups)?>(
            session =>
            {
                // One statement, so that user and groups are of one state.
                ScimRecord? user = null;
                var groups = new HashSet<string>(StringComparer.Ordinal);
                using SqlReader reader = session.Query(Membership, tenant, userId, (int)ScimKind.User);
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

                return Records(session.Query(isTransitive ? AllGroupsOf : GroupsOf, key, memberId, after, max));
            },
            cancellationToken);

    private static long? TenantOrNull(SqlSession session, string tenant) => session.ScalarOrNull("SELECT key FROM directory_tenant WHERE id = @tenant", tenant);

    private static bool Exists(SqlSession session, long tenant, string id) =>
        session.ScalarOrNull("SELECT 1 FROM directory_object WHERE tenant = @tenant AND id = @id", tenant, id) is not null;

    private static ScimRecord? FindOrNull(SqlSession session, long? tenant, ScimKind kind, string id) => tenant is null ? null : Records(session.Query(
        "SELECT id, created, modified, version, body FROM directory_object WHERE tenant = @tenant AND id = @id AND kind = @kind", tenant, id, (int)kind)).SingleOrDefault();

    private static void ReadMembers(List<ScimMember> members, SqlReader reader)
    {
        using (reader)
        {
            while (reader.Read())
            {
                members.Add(new ScimMember(
                    reader.GetString(0),
                    reader.IsDBNull(1) ? null : (ScimKind)reader.GetInt32(1),
                    reader.IsDBNull(2) ? null : ScimBody.DisplayNameOrNull(reader.GetBytes(2))));
            }
        }
    }

    private static List<ScimRecord> Records(SqlReader reader)
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

    private static ScimRecord Record(SqlReader reader) => new(
        reader.GetString(0),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
        reader.GetInt64(3),
        reader.GetBytes(4));
}

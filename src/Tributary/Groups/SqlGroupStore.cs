using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Groups;

/// <summary>External groups in SQL.</summary>
internal sealed class SqlGroupStore(ISqlDatabase database, AccessHistory history) : IGroupStore
{
    /// <summary>About what a new group or member takes; work of no bytes may use the room that is kept for deletions.</summary>
    private const long RowBytes = 512;

    public ValueTask<ExternalGroup?> FindOrNullAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using SqlReader reader = session.Query(
                "SELECT id, display_name, description FROM external_group WHERE connection = @connection AND id = @id", connection.Value, id);
            return reader.Read() ? ReadGroup(reader) : null;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<ExternalGroup>> ListAsync(ConnectionKey connection, string after, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ExternalGroup>>(
            session =>
            {
                var groups = new List<ExternalGroup>();
                using SqlReader reader = session.Query(
                    "SELECT id, display_name, description FROM external_group WHERE connection = @connection AND id > @after ORDER BY id LIMIT @max",
                    connection.Value,
                    after,
                    max);
                while (reader.Read())
                {
                    groups.Add(ReadGroup(reader));
                }

                return groups;
            },
            cancellationToken);

    public ValueTask<long> CountAsync(ConnectionKey connection, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull("SELECT external_groups FROM connection WHERE key = @key", connection.Value) ?? 0,
        cancellationToken);

    public ValueTask<CreateGroupOutcome> CreateAsync(ConnectionKey connection, ExternalGroup group, int maxPerTenant, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Connection(connection),
            session =>
            {
                if (!IsThere(session, connection))
                {
                    return CreateGroupOutcome.Gone;
                }

                if (HasGroup(session, connection, group.Id))
                {
                    return CreateGroupOutcome.IdTaken;
                }

                long? inTenant = session.ScalarOrNull(
                    "SELECT sum(external_groups) FROM connection WHERE tenant = (SELECT tenant FROM connection WHERE key = @connection)",
                    connection.Value);
                if (inTenant >= maxPerTenant)
                {
                    return CreateGroupOutcome.LimitReached;
                }

                history.ExternalGroupComes(session, connection, group.Id);
                session.Execute(
                    "INSERT INTO external_group (connection, id, display_name, description) VALUES (@connection, @id, @name, @description)",
                    connection.Value,
                    group.Id,
                    group.DisplayName,
                    group.Description);
                CountGroups(session, connection, 1);
                GroupChanges.Note(session, connection, group.Id);
                return CreateGroupOutcome.Created;
            },
            BytesOf(group.DisplayName, group.Description),
            cancellationToken);

    public ValueTask<bool> UpdateAsync(ConnectionKey connection, string id, GroupUpdate update, CancellationToken cancellationToken) => database.WriteAsync(
            WriteScope.Connection(connection),
        session =>
        {
            if (!IsThere(session, connection) || session.Execute(
            """
            UPDATE external_group SET display_name = CASE WHEN @hasName THEN @name ELSE display_name END,
                   description = CASE WHEN @hasDescription THEN @description ELSE description END
            WHERE connection = @connection AND id = @id
            """,
            update.HasDisplayName,
            update.DisplayName,
            update.HasDescription,
            update.Description,
            connection.Value,
            id) == 0)
            {
                return false;
            }

            GroupChanges.Note(session, connection, id);
            return true;
        },
        BytesOf(update.DisplayName, update.Description),
        cancellationToken);

    public ValueTask<bool> DeleteAsync(ConnectionKey connection, string id, CancellationToken cancellationToken) => database.WriteAsync(
            WriteScope.Connection(connection),
        session =>
        {
            if (!IsThere(session, connection) || !HasGroup(session, connection, id))
            {
                return false;
            }

            history.ExternalGroupGoes(session, connection, id);
            session.Execute("DELETE FROM external_group WHERE connection = @connection AND id = @id", connection.Value, id);
            session.Execute("DELETE FROM external_group_member WHERE connection = @connection AND group_id = @id", connection.Value, id);
            CountGroups(session, connection, -1);
            GroupChanges.Note(session, connection, id);
            return true;
        },
        0,
        cancellationToken);

    public ValueTask<AddMemberOutcome> AddMemberAsync(
        ConnectionKey connection, string group, Identity member, int maxMembers, CancellationToken cancellationToken) => database.WriteAsync(
            WriteScope.Connection(connection),
            session =>
            {
                if (!IsThere(session, connection))
                {
                    return AddMemberOutcome.Gone;
                }

                long? members = session.ScalarOrNull(
                    "SELECT members FROM external_group WHERE connection = @connection AND id = @group", connection.Value, group);
                if (members is null)
                {
                    return AddMemberOutcome.NoSuchGroup;
                }

                if (FindMember(session, connection, group, member.Id) is not null)
                {
                    return AddMemberOutcome.AlreadyMember;
                }

                if (members >= maxMembers)
                {
                    return AddMemberOutcome.LimitReached;
                }

                history.ExternalMemberChanges(session, connection, group, member.Type, Fold(member), was: false);
                session.Execute(
                    """
                    INSERT INTO external_group_member (connection, group_id, id, type, folded)
                    VALUES (@connection, @group, @id, @type, @folded)
                    """,
                    connection.Value,
                    group,
                    member.Id,
                    (int)member.Type,
                    Fold(member));
                CountMembers(session, connection, group, 1);
                GroupChanges.Note(session, connection, group);
                return AddMemberOutcome.Added;
            },
            RowBytes,
            cancellationToken);

    public ValueTask<RemoveMemberOutcome> RemoveMemberAsync(ConnectionKey connection, string group, string member, CancellationToken cancellationToken) =>
        database.WriteAsync(
            WriteScope.Connection(connection),
            session =>
            {
                if (!IsThere(session, connection) || !HasGroup(session, connection, group))
                {
                    return RemoveMemberOutcome.NoSuchGroup;
                }

                if (FindMember(session, connection, group, member) is not { } found)
                {
                    return RemoveMemberOutcome.NoSuchMember;
                }

                history.ExternalMemberChanges(session, connection, group, found.Type, Fold(found), was: true);
                session.Execute(
                    "DELETE FROM external_group_member WHERE connection = @connection AND group_id = @group AND id = @id", connection.Value, group, found.Id);
                CountMembers(session, connection, group, -1);
                GroupChanges.Note(session, connection, group);
                return RemoveMemberOutcome.Removed;
            },
            0,
            cancellationToken);

    public ValueTask<Identity?> FindMemberOrNullAsync(ConnectionKey connection, string group, string member, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindMember(session, connection, group, member), cancellationToken);

    public ValueTask<long?> CountMembersOrNullAsync(ConnectionKey connection, string group, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.ScalarOrNull("SELECT members FROM external_group WHERE connection = @connection AND id = @group", connection.Value, group),
        cancellationToken);

    public ValueTask<IReadOnlyList<Identity>?> ListMembersOrNullAsync(
        ConnectionKey connection, string group, string after, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Identity>?>(
            session =>
            {
                if (!HasGroup(session, connection, group))
                {
                    return null;
                }

                var members = new List<Identity>();
                using SqlReader reader = session.Query(
                    """
                    SELECT id, type FROM external_group_member
                    WHERE connection = @connection AND group_id = @group AND id > @after ORDER BY id LIMIT @max
                    """,
                    connection.Value,
                    group,
                    after,
                    max);
                while (reader.Read())
                {
                    members.Add(ReadMember(reader));
                }

                return members;
            },
            cancellationToken);

    /// <summary>
    /// UNION keeps each group once, which ends a cycle; SQLite works through the queue in order, so the nearest come first. It keeps the order of a CROSS JOIN too: it would else go
    /// through all members of the connection's groups for each search. A test looks at what it makes of it.
    /// </summary>
    public const string GroupsOf =
        """
        WITH RECURSIVE membership (id) AS (
            SELECT group_id FROM external_group_member WHERE connection = @connection AND type = @user AND folded = @userId
            UNION
            SELECT m.group_id FROM json_each(@groups) g CROSS JOIN /*pg LATERAL (SELECT m.* FROM */ external_group_member m
            WHERE m.connection = @connection AND m.type = @group AND m.folded = g.value /*pg OFFSET 0) m */
            UNION
            SELECT m.group_id FROM membership CROSS JOIN /*pg LATERAL (SELECT m.* FROM */ external_group_member m
            WHERE m.connection = @connection AND m.type = @external AND m.folded = membership.id /*pg OFFSET 0) m */
        )
        SELECT id FROM membership LIMIT @max
        """;

    public ValueTask<IReadOnlyList<IReadOnlyList<string>>> FindGroupsOfAsync(
        IReadOnlyList<ConnectionKey> connections, string userId, IReadOnlyCollection<string> groups, int max, CancellationToken cancellationToken) =>
        connections is [] ? ValueTask.FromResult<IReadOnlyList<IReadOnlyList<string>>>([]) : database.ReadAsync<IReadOnlyList<IReadOnlyList<string>>>(
            session =>
            {
                string folded = userId.ToLowerInvariant();
                string[] foldedGroups = [.. groups.Select(group => group.ToLowerInvariant())];
                var found = new List<string>[connections.Count];
                session.QueryEach(
                    GroupsOf,
                    [.. connections.Select(connection => new object?[]
                    {
                        connection.Value, (int)IdentityType.User, folded, foldedGroups, (int)IdentityType.Group, (int)IdentityType.ExternalGroup, max,
                    })],
                    (i, reader) =>
                    {
                        found[i] = [];
                        while (reader.Read())
                        {
                            found[i].Add(reader.GetString(0));
                        }

                        return true;
                    });
                return found;
            },
            cancellationToken);

    private static long BytesOf(string? displayName, string? description) => RowBytes + (displayName?.Length ?? 0) + (description?.Length ?? 0);

    // Counted as they come and go: counting 50,000 rows for each member that is added would make filling a group quadratic.
    private static void CountGroups(SqlSession session, ConnectionKey connection, int change) => session.Execute(
        "UPDATE connection SET external_groups = external_groups + @change WHERE key = @key", change, connection.Value);

    private static void CountMembers(SqlSession session, ConnectionKey connection, string group, int change) => session.Execute(
        "UPDATE external_group SET members = members + @change WHERE connection = @connection AND id = @id", change, connection.Value, group);

    private static bool IsThere(SqlSession session, ConnectionKey connection) =>
        session.ScalarOrNull("SELECT 1 FROM connection WHERE key = @key AND deleting = 0", connection.Value) is not null;

    private static bool HasGroup(SqlSession session, ConnectionKey connection, string id) => session.ScalarOrNull(
        "SELECT 1 FROM external_group WHERE connection = @connection AND id = @id", connection.Value, id) is not null;

    /// <summary>A member by its id: as it was sent, or, for users and groups of Entra, in any letter case, as who counts as a member is compared so too.</summary>
    private static Identity? FindMember(SqlSession session, ConnectionKey connection, string group, string id)
    {
        using (SqlReader reader = session.Query(
            "SELECT id, type FROM external_group_member WHERE connection = @connection AND group_id = @group AND id = @id", connection.Value, group, id))
        {
            if (reader.Read())
            {
                return ReadMember(reader);
            }
        }

        using SqlReader folded = session.Query(
            """
            SELECT id, type FROM external_group_member
            WHERE connection = @connection AND type IN (@user, @entraGroup) AND folded = @folded AND group_id = @group
            """,
            connection.Value,
            (int)IdentityType.User,
            (int)IdentityType.Group,
            id.ToLowerInvariant(),
            group);
        return folded.Read() ? ReadMember(folded) : null;
    }

    private static ExternalGroup ReadGroup(SqlReader reader) => new(
        reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));

    private static Identity ReadMember(SqlReader reader) => new(reader.GetString(0), (IdentityType)reader.GetInt32(1));

    public static string Fold(Identity member) => member.Type == IdentityType.ExternalGroup ? member.Id : member.Id.ToLowerInvariant();
}

using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Groups;
using Tributary.Nodes;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <summary>
/// Notes what access was, in the transaction of each write that changes it: there is no crash after which history and present disagree. Called before the change, each
/// member copies what the present says; while no history is kept each does nothing.
/// </summary>
/// <remarks>
/// Two changes of the same thing at one instant of the clock: what was before the first is kept, and what is after the last holds from that instant on; what was between
/// them for no time is forgotten.
/// </remarks>
internal sealed partial class AccessHistory(IOptions<AccessOptions> options, ThisNode node, TimeProvider time)
{
    /// <summary>
    /// Before any of them in a transaction, and read there, so that the order of instants is that of the commits. A clock that is set back does not take it along: what
    /// happens until it has caught up happens at one instant.
    /// </summary>
    private long _last;

    /// <summary>Keeps nothing.</summary>
    public static AccessHistory Off { get; } = new(Options.Create(new AccessOptions()), ThisNode.Alone(TimeProvider.System), TimeProvider.System);

    public bool IsKept { get; } = options.Value.History.Retention is not null;

    /// <summary>A connection is about to be there.</summary>
    public void ConnectionComes(SqlSession session, string tenant, string id)
    {
        if (IsKept)
        {
            session.Execute(
                "INSERT INTO connection_past (tenant, id, until, connection) VALUES (@tenant, @id, @until, NULL) ON CONFLICT DO NOTHING", tenant, id, Tick(session, tenant, id));
        }
    }

    /// <summary>A connection is about to be deleted: from here on nobody sees any of it, though removing it takes its time.</summary>
    public void ConnectionGoes(SqlSession session, ConnectionKey connection)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO connection_past (tenant, id, until, connection) SELECT tenant, id, @until, key FROM connection WHERE key = @connection
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value);
        }
    }

    public void ItemComes(SqlSession session, ConnectionKey connection, string item)
    {
        if (IsKept)
        {
            session.Execute(
                "INSERT INTO item_acl_past (connection, item, until, acl) VALUES (@connection, @item, @until, NULL) ON CONFLICT DO NOTHING",
                connection.Value,
                item,
                Tick(session, connection));
        }
    }

    /// <summary>An item, if it is there, is about to have another access list or to be deleted.</summary>
    public void ItemChanges(SqlSession session, ConnectionKey connection, string item)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO item_acl_past (connection, item, until, acl, searchable_from)
                SELECT connection, id, @until, acl, searchable_from FROM item WHERE connection = @connection AND id = @item
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                item);
        }
    }

    /// <summary>The first items of a connection, in the order of their ids, are about to be removed with it.</summary>
    public void ItemsGo(SqlSession session, ConnectionKey connection, int count)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO item_acl_past (connection, item, until, acl, searchable_from)
                SELECT connection, id, @until, acl, searchable_from FROM item WHERE connection = @connection ORDER BY id LIMIT @count
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                count);
        }
    }

    /// <summary>
    /// An access list is about to be removed. The past keeps it apart, so that the indexes, which have every list of their connection in memory, do not grow with it. Its
    /// number is never used again.
    /// </summary>
    public void AclGoes(SqlSession session, ConnectionKey connection, long number)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO acl_past (connection, number, until, entries)
                SELECT connection, number, @until, entries FROM acl WHERE connection = @connection AND number = @number
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                number);
        }
    }

    /// <summary>As <see cref="ItemsGo"/>, of access lists.</summary>
    public void AclsGo(SqlSession session, ConnectionKey connection, int count)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO acl_past (connection, number, until, entries)
                SELECT connection, number, @until, entries FROM acl WHERE connection = @connection ORDER BY number LIMIT @count
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                count);
        }
    }

    public void ExternalGroupComes(SqlSession session, ConnectionKey connection, string group)
    {
        if (IsKept)
        {
            session.Execute(
                "INSERT INTO external_group_past (connection, id, until, was) VALUES (@connection, @id, @until, 0) ON CONFLICT DO NOTHING",
                connection.Value,
                group,
                Tick(session, connection));
        }
    }

    /// <summary>An external group is about to be deleted with its members.</summary>
    public void ExternalGroupGoes(SqlSession session, ConnectionKey connection, string group)
    {
        if (IsKept)
        {
            long until = Tick(session, connection);
            session.Execute(
                "INSERT INTO external_group_past (connection, id, until, was) VALUES (@connection, @id, @until, 1) ON CONFLICT DO NOTHING",
                connection.Value,
                group,
                until);
            session.Execute(
                """
                INSERT INTO external_group_member_past (connection, type, folded, group_id, until, was)
                SELECT connection, type, folded, group_id, @until, 1 FROM external_group_member WHERE connection = @connection AND group_id = @group
                ON CONFLICT DO NOTHING
                """,
                until,
                connection.Value,
                group);
        }
    }

    /// <param name="session">Of the change.</param>
    /// <param name="connection">The group's.</param>
    /// <param name="group">Into or out of which somebody goes.</param>
    /// <param name="type">What he is.</param>
    /// <param name="folded">His id as it is compared.</param>
    /// <param name="was">Whether he is in it until now.</param>
    public void ExternalMemberChanges(SqlSession session, ConnectionKey connection, string group, IdentityType type, string folded, bool was)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO external_group_member_past (connection, type, folded, group_id, until, was)
                VALUES (@connection, @type, @folded, @group, @until, @was) ON CONFLICT DO NOTHING
                """,
                connection.Value,
                (int)type,
                folded,
                group,
                Tick(session, connection),
                was ? 1 : 0);
        }
    }

    /// <summary>As <see cref="ItemsGo"/>, of members of external groups, in the order of group and id.</summary>
    public void ExternalMembersGo(SqlSession session, ConnectionKey connection, int count)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO external_group_member_past (connection, type, folded, group_id, until, was)
                SELECT connection, type, folded, group_id, @until, 1 FROM external_group_member WHERE connection = @connection ORDER BY group_id, id LIMIT @count
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                count);
        }
    }

    /// <summary>As <see cref="ItemsGo"/>, of external groups.</summary>
    public void ExternalGroupsGo(SqlSession session, ConnectionKey connection, int count)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO external_group_past (connection, id, until, was)
                SELECT connection, id, @until, 1 FROM external_group WHERE connection = @connection ORDER BY id LIMIT @count
                ON CONFLICT DO NOTHING
                """,
                Tick(session, connection),
                connection.Value,
                count);
        }
    }

    /// <summary>Now, in the transaction of a writer that is the only one.</summary>
    private long Tick() => _last = Math.Max(_last, time.GetUtcNow().UtcTicks);

    /// <summary>
    /// Now, in a transaction that changes a connection. Where other nodes write too, with clocks that differ, the newest instant is kept beside what it is about, and read
    /// there: nobody else writes to that until the commit. Of instants of different connections and directories the clocks alone decide.
    /// </summary>
    private long Tick(SqlSession session, ConnectionKey connection)
    {
        if (!node.IsShared)
        {
            return Tick();
        }

        // The first is not before the connection was made, which the connection's own row does not know.
        long noted = session.ScalarOrNull(
            """
            SELECT CASE WHEN c.noted > 0 THEN c.noted ELSE (SELECT max(p.until) FROM connection_past p WHERE p.tenant = c.tenant AND p.id = c.id) END
            FROM connection c WHERE c.key = @key
            """,
            connection.Value) ?? 0;
        long now = Math.Max(noted, time.GetUtcNow().UtcTicks);
        session.Execute("UPDATE connection SET noted = @now WHERE key = @key AND noted < @now", now, connection.Value);
        return now;
    }

    /// <summary>Now, in a transaction that makes a connection: not before another one of its id has gone.</summary>
    private long Tick(SqlSession session, string tenant, string id) => node.IsShared
        ? Math.Max(session.ScalarOrNull("SELECT max(until) FROM connection_past WHERE tenant = @tenant AND id = @id", tenant, id) ?? 0, time.GetUtcNow().UtcTicks)
        : Tick();
}

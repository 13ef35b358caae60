using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <content>Users and groups that are provisioned here. What other directories say is not written here, so nothing is noted of it.</content>
internal sealed partial class AccessHistory
{
    /// <summary>A user or a group of a provisioned directory is about to be there.</summary>
    public void DirectoryObjectComes(SqlSession session, long tenant, string id)
    {
        if (IsKept)
        {
            session.Execute(
                "INSERT INTO directory_object_past (tenant, id, until, kind) VALUES (@tenant, @id, @until, 0) ON CONFLICT DO NOTHING", tenant, id, Tick(session, tenant));
        }
    }

    /// <summary>A user is about to be another one; noted only if access asks for what differs.</summary>
    public void DirectoryUserChanges(SqlSession session, long tenant, ScimRecord old, byte[] body)
    {
        if (IsKept)
        {
            DirectoryUser was = ScimBody.ToUser(old);
            DirectoryUser becomes = ScimBody.ToUser(old with { Body = body });
            if (was.IsEnabled != becomes.IsEnabled || was.IsGuest != becomes.IsGuest)
            {
                NoteObject(session, tenant, old.Id, ScimKind.User, was, Tick(session, tenant));
            }
        }
    }

    /// <summary>A user or a group is about to be deleted, with its members and its memberships.</summary>
    public void DirectoryObjectGoes(SqlSession session, long tenant, ScimKind kind, ScimRecord old)
    {
        if (IsKept)
        {
            long until = Tick(session, tenant);
            NoteObject(session, tenant, old.Id, kind, kind == ScimKind.User ? ScimBody.ToUser(old) : null, until);

            // Twice, as each has an index of its own.
            session.Execute(
                """
                INSERT INTO directory_member_past (tenant, member, group_id, until, was)
                SELECT tenant, member, group_id, @until, 1 FROM directory_member WHERE tenant = @tenant AND member = @id
                ON CONFLICT DO NOTHING
                """,
                until,
                tenant,
                old.Id);
            session.Execute(
                """
                INSERT INTO directory_member_past (tenant, member, group_id, until, was)
                SELECT tenant, member, group_id, @until, 1 FROM directory_member WHERE tenant = @tenant AND group_id = @id
                ON CONFLICT DO NOTHING
                """,
                until,
                tenant,
                old.Id);
        }
    }

    /// <param name="session">Of the change.</param>
    /// <param name="tenant">The group's.</param>
    /// <param name="group">Into or out of which somebody goes.</param>
    /// <param name="member">His id.</param>
    /// <param name="was">Whether he is in it until now.</param>
    public void DirectoryMemberChanges(SqlSession session, long tenant, string group, string member, bool was)
    {
        if (IsKept)
        {
            session.Execute(
                """
                INSERT INTO directory_member_past (tenant, member, group_id, until, was) VALUES (@tenant, @member, @group, @until, @was)
                ON CONFLICT DO NOTHING
                """,
                tenant,
                member,
                group,
                Tick(session, tenant),
                was ? 1 : 0);
        }
    }

    /// <summary>As of a connection, in a transaction that changes the directory of a tenant.</summary>
    private long Tick(SqlSession session, long tenant)
    {
        if (!node.IsShared)
        {
            return Tick();
        }

        long now = Math.Max(session.ScalarOrNull("SELECT noted FROM directory_tenant WHERE key = @key", tenant) ?? 0, time.GetUtcNow().UtcTicks);
        session.Execute("UPDATE directory_tenant SET noted = @now WHERE key = @key AND noted < @now", now, tenant);
        return now;
    }

    private static void NoteObject(SqlSession session, long tenant, string id, ScimKind kind, DirectoryUser? user, long until) => session.Execute(
        """
        INSERT INTO directory_object_past (tenant, id, until, kind, enabled, guest) VALUES (@tenant, @id, @until, @kind, @enabled, @guest)
        ON CONFLICT DO NOTHING
        """,
        tenant,
        id,
        until,
        (int)kind,
        user is { IsEnabled: false } ? 0 : 1,
        user?.IsGuest is { } isGuest ? (isGuest ? 1 : 0) : SqlNull.Number);
}

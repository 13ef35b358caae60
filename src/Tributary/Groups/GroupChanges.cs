using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Groups;

/// <summary>Which external groups changed, in order, while their connection is being exported: nothing else follows groups, as searches ask for them anew each time.</summary>
internal static class GroupChanges
{
    /// <summary>In the transaction that wrote or deleted the group, or who is in it. Writes nothing while there is no export.</summary>
    public static void Note(SqlSession session, ConnectionKey connection, string group)
    {
        if (session.ScalarOrNull("SELECT 1 FROM connection_export WHERE connection = @connection LIMIT 1", connection.Value) is not null)
        {
            session.Execute(
                "INSERT INTO external_group_change (connection, number, group_id) VALUES (@connection, @number, @group)",
                connection.Value,
                Last(session, connection) + 1,
                group);
        }
    }

    /// <summary>The number of the newest one, also when that is forgotten by now; 0 when none was noted.</summary>
    public static long Last(SqlSession session, ConnectionKey connection) => Math.Max(
        session.ScalarOrNull("SELECT max(number) FROM external_group_change WHERE connection = @connection", connection.Value) ?? 0,
        session.ScalarOrNull("SELECT max(group_change) FROM connection_export WHERE connection = @connection", connection.Value) ?? 0);

    /// <summary>Forgets what no export that is under way has still to read.</summary>
    public static void Forget(SqlSession session, ConnectionKey connection)
    {
        long? held = session.ScalarOrNull("SELECT min(group_change) FROM connection_export WHERE connection = @connection", connection.Value);
        session.Execute("DELETE FROM external_group_change WHERE connection = @connection AND number <= @held", connection.Value, held ?? long.MaxValue);
    }
}

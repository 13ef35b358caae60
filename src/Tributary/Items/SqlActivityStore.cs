using Tributary.Connections;
using Tributary.Groups;
using Tributary.Storage;

namespace Tributary.Items;

/// <summary>
/// Activities in SQL. They are no change of the item, but now and then one of what its index holds (<see cref="ActivityStanding.IsAsGoodAs"/>); then the item is in the change
/// feed like any that changed, in the same transaction, so that nothing is lost in a crash.
/// </summary>
internal sealed class SqlActivityStore(ISqlDatabase database, SqlSignals signals) : IActivityStore
{
    /// <summary>Table <c>a</c>, to be joined with item <c>i</c> of <c>@connection</c>: its activities, looked up for each item.</summary>
    public const string ActivitiesOfEach = "/*pg LATERAL (SELECT a.* FROM */ item_activity a /*pg WHERE a.connection = @connection AND a.item = i.key OFFSET 0) a */";

    /// <summary>About what one takes.</summary>
    public const long RowBytes = 256;

    public async ValueTask<AddActivitiesOutcome> AddAsync(
        ConnectionKey connection, string item, IReadOnlyList<ExternalActivity> activities, int max, CancellationToken cancellationToken)
    {
        (AddActivitiesOutcome outcome, bool isChange) = await database.WriteAsync(
            WriteScope.Connection(connection),
            session => Add(session, connection, item, activities, max), Math.Max(1, activities.Count) * RowBytes, cancellationToken);
        if (isChange)
        {
            signals.RaiseChanged(connection);
        }

        return outcome;
    }

    public ValueTask<IReadOnlyList<ExternalActivity>> ListAsync(ConnectionKey connection, string item, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ExternalActivity>>(
            session =>
            {
                var activities = new List<ExternalActivity>();
                using SqlReader reader = session.Query(
                    $"""
                    SELECT a.type, a.started, a.actor, a.actor_type FROM item i
                    JOIN {ActivitiesOfEach} ON a.connection = i.connection AND a.item = i.key
                    WHERE i.connection = @connection AND i.id = @id ORDER BY a.number
                    """,
                    connection.Value,
                    item);
                while (reader.Read())
                {
                    activities.Add(new ExternalActivity(
                        (ExternalActivityType)reader.GetInt32(0),
                        new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero),
                        new Identity(reader.GetString(2), (IdentityType)reader.GetInt32(3))));
                }

                return activities;
            },
            cancellationToken);

    private static (AddActivitiesOutcome Outcome, bool IsChange) Add(
        SqlSession session, ConnectionKey connection, string item, IReadOnlyList<ExternalActivity> activities, int max)
    {
        if (session.ScalarOrNull("SELECT state FROM connection WHERE key = @key AND deleting = 0", connection.Value) is not { } state)
        {
            return (AddActivitiesOutcome.Gone, false);
        }

        if ((ConnectionState)state is not (ConnectionState.Ready or ConnectionState.LimitExceeded))
        {
            return (AddActivitiesOutcome.NotReady, false);
        }

        if (session.ScalarOrNull("SELECT key FROM item WHERE connection = @connection AND id = @id", connection.Value, item) is not { } key)
        {
            return (AddActivitiesOutcome.NotFound, false);
        }

        ActivityStanding before = StandingOf(session, connection, item);
        Append(session, connection, key, activities, max);
        // An export that is under way must hear of all of them.
        if (StandingOf(session, connection, item).IsAsGoodAs(before)
            && session.ScalarOrNull("SELECT 1 FROM connection_export WHERE connection = @connection LIMIT 1", connection.Value) is null)
        {
            return (AddActivitiesOutcome.Added, false);
        }

        session.Signal(StoreSignal.Changed(connection));
        session.Execute("UPDATE connection SET last_change = last_change + 1 WHERE key = @key", connection.Value);
        session.Execute(
            "INSERT INTO change (connection, number, item, mark) SELECT key, last_change, @item, @mark FROM connection WHERE key = @key", item, Random.Shared.NextInt64(), connection.Value);
        return (AddActivitiesOutcome.Added, true);
    }

    private static ActivityStanding StandingOf(SqlSession session, ConnectionKey connection, string item)
    {
        using SqlReader reader = session.Query(
            $"SELECT {ActivityStanding.Columns} FROM item i WHERE i.connection = @connection AND i.id = @id", connection.Value, item);
        return reader.Read() ? new ActivityStanding(reader.GetInt64(0), reader.GetInt64(1)) : default;
    }

    /// <summary>In the transaction of whoever knows that the item is there.</summary>
    public static void Append(SqlSession session, ConnectionKey connection, long item, IReadOnlyList<ExternalActivity> activities, int max)
    {
        if (activities.Count == 0)
        {
            return;
        }

        long number = session.ScalarOrNull(
            "SELECT max(number) FROM item_activity WHERE connection = @connection AND item = @item", connection.Value, item) ?? 0;
        foreach (ExternalActivity activity in activities)
        {
            session.Execute(
                """
                INSERT INTO item_activity (connection, item, number, type, started, actor, actor_type)
                VALUES (@connection, @item, @number, @type, @started, @actor, @actorType)
                """,
                connection.Value,
                item,
                ++number,
                (int)activity.Type,
                activity.StartDateTime.UtcTicks,
                activity.PerformedBy.Id,
                (int)activity.PerformedBy.Type);
        }

        session.Execute(
            "DELETE FROM item_activity WHERE connection = @connection AND item = @item AND number <= @last", connection.Value, item, number - max);
    }

    /// <summary>In the transaction that removes the item.</summary>
    public static void RemoveAll(SqlSession session, ConnectionKey connection, long item) => session.Defer(
        "DELETE FROM item_activity WHERE connection = @connection AND item = @item", connection.Value, item);
}

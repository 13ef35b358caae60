using Tributary.Indexing;
using Tributary.Storage;

namespace Tributary.Nodes;

/// <summary>A node as it said of itself last.</summary>
/// <param name="Id">Of its data directory.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Build">The version that it runs.</param>
/// <param name="Started">By its clock, as <paramref name="Seen"/>.</param>
/// <param name="Seen">Its last heartbeat.</param>
/// <param name="State">Whether it is there.</param>
/// <param name="Lag">How far its indexes were behind.</param>
internal sealed record RegisteredNode(string Id, string Name, string Build, DateTimeOffset Started, DateTimeOffset Seen, NodeState State, IndexLag Lag);

internal enum NodeState
{
    Running,

    /// <summary>It has left as it should. Changes are kept for it a while, as it may come back.</summary>
    Stopped,

    /// <summary>It is not heard of any more.</summary>
    Gone,
}

/// <summary>The nodes of a store in SQL. Where there is one only, nothing is written, and it is told from memory.</summary>
internal sealed class NodeStore(ISqlDatabase database, ThisNode node)
{
    /// <summary>Says that this node is there, and how far it is.</summary>
    public async ValueTask BeatAsync(IndexLag lag, CancellationToken cancellationToken)
    {
        if (node.IsShared)
        {
            await database.WriteAsync(
                WriteScope.Nodes,
                session => session.Execute(
                    """
                    INSERT INTO node (id, name, build, started, seen, running, indexes, lag, behind)
                    VALUES (@id, @name, @build, @started, @seen, 1, @indexes, @lag, @behind)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, build = excluded.build, started = excluded.started, seen = excluded.seen, running = 1,
                        indexes = excluded.indexes, lag = excluded.lag, behind = excluded.behind
                    """,
                    node.Id,
                    node.Name,
                    node.Build,
                    node.Started.ToUnixTimeMilliseconds(),
                    node.Now,
                    lag.Open,
                    lag.Changes,
                    (long)lag.Time.TotalMilliseconds),
                0,
                cancellationToken);
        }
    }

    /// <summary>Says that this node goes. What it has taken in is remembered as long as changes are kept for it.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        if (node.IsShared)
        {
            await database.WriteAsync(
                WriteScope.Nodes,
                session => session.Execute("UPDATE node SET running = 0, seen = @seen, indexes = 0, lag = 0, behind = 0 WHERE id = @id", node.Now, node.Id),
                0,
                cancellationToken);
        }
    }

    /// <summary>Removes nodes that changes are kept for no more, and with them how far they were.</summary>
    public async ValueTask RemoveForgottenAsync(CancellationToken cancellationToken)
    {
        // A look first: mostly there is nothing, and the writer's turn is for writes.
        if (!node.IsShared
            || await database.ReadAsync(session => session.ScalarOrNull("SELECT 1 FROM node WHERE seen <= @forgotten LIMIT 1", node.ForgottenSince), cancellationToken) is null)
        {
            return;
        }

        await database.WriteAsync(
            WriteScope.Nodes,
            session =>
            {
                session.Execute("DELETE FROM node_position WHERE node IN (SELECT id FROM node WHERE seen <= @forgotten)", node.ForgottenSince);
                return session.Execute("DELETE FROM node WHERE seen <= @forgotten", node.ForgottenSince);
            },
            0,
            cancellationToken);
    }

    /// <summary>All nodes that are known, by name.</summary>
    public async ValueTask<IReadOnlyList<RegisteredNode>> ListAsync(IndexLag own, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!node.IsShared)
        {
            return [new RegisteredNode(node.Id, node.Name, node.Build, node.Started, now, NodeState.Running, own)];
        }

        long gone = node.GoneSince;
        return await database.ReadAsync<IReadOnlyList<RegisteredNode>>(
            session =>
            {
                var nodes = new List<RegisteredNode>();
                using SqlReader reader = session.Query("SELECT id, name, build, started, seen, running, indexes, lag, behind FROM node ORDER BY name, id");
                while (reader.Read())
                {
                    long seen = reader.GetInt64(4);
                    nodes.Add(new RegisteredNode(
                        reader.GetString(0),
                        reader.GetString(1),
                        reader.GetString(2),
                        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
                        DateTimeOffset.FromUnixTimeMilliseconds(seen),
                        reader.GetInt32(5) == 0 ? NodeState.Stopped : seen > gone ? NodeState.Running : NodeState.Gone,
                        new IndexLag(reader.GetInt32(6), reader.GetInt64(7), TimeSpan.FromMilliseconds(reader.GetInt64(8)))));
                }

                return nodes;
            },
            cancellationToken);
    }
}

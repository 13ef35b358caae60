namespace Tributary.Chaos.Clusters;

/// <summary>One node over SQLite: what is broken is the node itself.</summary>
internal sealed class SqliteCluster : ICluster
{
    private readonly Node _node;

    /// <param name="server">Path of the server's assembly.</param>
    /// <param name="folder">Where data and log go.</param>
    /// <param name="seedFile">Who there is.</param>
    public SqliteCluster(string server, string folder, string seedFile)
    {
        _node = new Node(
            0,
            server,
            ["--data", Path.Combine(folder, "data"), "--seed", seedFile, "--Search:AllowGuests=true"],
            new Dictionary<string, string>(),
            Path.Combine(folder, "node0.log"));
    }

    public IReadOnlyList<Node> Nodes => [_node];

    public Task StartAsync() => _node.StartAsync();

    public IReadOnlyList<Fault> Faults => [(random, tell) => NodeFaults.BreakAsync(_node, random, tell)];

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}

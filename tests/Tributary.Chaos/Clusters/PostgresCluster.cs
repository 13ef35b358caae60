using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Chaos.Clusters;

/// <summary>Several nodes over PostgreSQL with a synchronous standby. Each node reaches the two servers by ways of its own, which can be cut.</summary>
internal sealed class PostgresCluster : ICluster
{
    private readonly string _folder;
    private readonly PostgresPair _pair;
    private readonly Node[] _nodes;
    private readonly CutProxy[][] _ways;

    /// <param name="tools">PostgreSQL's programs.</param>
    /// <param name="server">Path of the server's assembly.</param>
    /// <param name="folder">Where data and logs go.</param>
    /// <param name="seedFile">Who there is.</param>
    /// <param name="nodes">How many.</param>
    public PostgresCluster(PostgresTools tools, string server, string folder, string seedFile, int nodes)
    {
        _folder = Path.Combine(folder, "postgres");
        PostgresServer[] servers = [new(tools, "a", _folder, FreePort()), new(tools, "b", _folder, FreePort())];
        _pair = new PostgresPair(servers[0], servers[1]);
        _ways = [.. Enumerable.Range(0, nodes).Select(_ => servers.Select(to => new CutProxy(to.Port)).ToArray())];
        _nodes = [.. Enumerable.Range(0, nodes).Select(number => new Node(
            number,
            server,
            ["--data", Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node{number}")), "--seed", seedFile, "--Search:AllowGuests=true", "--Storage:Provider=Postgres"],
            new Dictionary<string, string> { ["ConnectionStrings__Tributary"] = ConnectionString(_ways[number]) },
            Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node{number}.log"))))];
    }

    public IReadOnlyList<Node> Nodes => _nodes;

    public async Task StartAsync()
    {
        await PostgresTools.MakeFolderAsync(_folder);
        await _pair.StartAsync();
        await Task.WhenAll(_nodes.Select(node => node.StartAsync()));
    }

    /// <summary>A node and the database may be broken at once.</summary>
    public IReadOnlyList<Fault> Faults => [BreakNodeAsync, _pair.BreakAsync];

    public async ValueTask DisposeAsync()
    {
        foreach (Node node in _nodes)
        {
            await node.DisposeAsync();
        }

        foreach (CutProxy way in _ways.SelectMany(ways => ways))
        {
            await way.DisposeAsync();
        }

        await _pair.DisposeAsync();
    }

    private static string ConnectionString(CutProxy[] ways) =>
        $"Host={string.Join(',', ways.Select(way => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{way.Port}")))};Target Session Attributes=primary;"
        + $"Username={PostgresServer.User};Database={PostgresServer.Database}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task BreakNodeAsync(Random random, Action<string> tell)
    {
        int number = random.Next(_nodes.Length);
        return random.Next(3) == 0 ? CutAsync(number, random, tell) : NodeFaults.BreakAsync(_nodes[number], random, tell);
    }

    private async Task CutAsync(int number, Random random, Action<string> tell)
    {
        int pause = random.Next(2) == 0 ? 0 : random.Next(5000);
        tell(string.Create(CultureInfo.InvariantCulture, $"cut node {number} off the database for {pause} ms"));
        foreach (CutProxy way in _ways[number])
        {
            way.Cut();
        }

        await Task.Delay(pause);
        foreach (CutProxy way in _ways[number])
        {
            way.Mend();
        }

        tell($"node {number} reaches the database");
    }
}

namespace Tributary.Chaos.Clusters;

/// <summary>Servers under test, and what can happen to them.</summary>
internal interface ICluster : IAsyncDisposable
{
    IReadOnlyList<Node> Nodes { get; }

    /// <summary>Starts everything; ready when this returns.</summary>
    Task StartAsync();

    /// <summary>Breaks something drawn by chance, and mends it again; everything runs when this returns, though it may be catching up.</summary>
    /// <param name="random">Decides what and for how long.</param>
    /// <param name="tell">Hears what is done.</param>
    Task BreakAsync(Random random, Action<string> tell);
}

namespace Tributary.Chaos.Clusters;

/// <summary>Servers under test, and what can happen to them.</summary>
internal interface ICluster : IAsyncDisposable
{
    IReadOnlyList<Node> Nodes { get; }

    /// <summary>Starts everything; ready when this returns.</summary>
    Task StartAsync();

    /// <summary>What can be broken at the same time: each breaks something drawn by chance and mends it again. All runs when none is under way, though it may be catching up.</summary>
    IReadOnlyList<Fault> Faults { get; }
}

/// <summary>Breaks something and mends it.</summary>
/// <param name="random">Decides what and for how long.</param>
/// <param name="tell">Hears what is done.</param>
internal delegate Task Fault(Random random, Action<string> tell);

namespace Tributary.Nodes;

/// <summary>
/// Section <c>Nodes</c>: what several equal nodes over one store know of each other, and when one is to be sent requests. Where the store is one node's own (SQLite) only
/// the latter matters.
/// </summary>
internal sealed class NodeOptions : ICheckedOptions
{
    public const string Section = "Nodes";

    /// <summary>What the node is called in lists and logs; the machine's name if empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>How often a node says that it is there.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Who was not heard of for this long counts as gone: others take over what it was working on, and wait for it no more.</summary>
    public TimeSpan GoneAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For so long after it was heard of last the changes are kept that a node has not taken in; who is away longer builds its indexes anew.</summary>
    public TimeSpan KeepChanges { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>No more changes than this are kept of a connection for a node that is behind; beyond, it builds its index anew.</summary>
    public int MaxKeptChanges { get; set; } = 1_000_000;

    /// <summary>
    /// Whether a node is ready only once its indexes contain what was in the store when it started. True where others can serve meanwhile, as long as it is not set; where
    /// there is one node, it opens its indexes when they are asked.
    /// </summary>
    public bool? CatchUp { get; set; }

    /// <summary>How long a node that is told to stop serves on while it says that it is not ready. Five seconds where there are others, else none, as long as it is not set.</summary>
    public TimeSpan? DrainDelay { get; set; }

    public IEnumerable<string> Problems()
    {
        if (Name.Length > 100 || Name.Any(char.IsControl))
        {
            yield return "Nodes:Name must have at most 100 characters, and no control characters.";
        }

        if (Heartbeat < TimeSpan.FromMilliseconds(100) || Heartbeat > TimeSpan.FromMinutes(1))
        {
            yield return $"Nodes:Heartbeat is '{Heartbeat}'; it must be from 00:00:00.1 to 00:01:00.";
        }

        if (GoneAfter < 3 * Heartbeat || GoneAfter > TimeSpan.FromHours(1))
        {
            yield return $"Nodes:GoneAfter is '{GoneAfter}'; it must be from three times Nodes:Heartbeat ({3 * Heartbeat}) to 01:00:00.";
        }

        if (KeepChanges < GoneAfter || KeepChanges > TimeSpan.FromDays(7))
        {
            yield return $"Nodes:KeepChanges is '{KeepChanges}'; it must be from Nodes:GoneAfter ({GoneAfter}) to 7.00:00:00.";
        }

        if (DrainDelay < TimeSpan.Zero || DrainDelay > TimeSpan.FromMinutes(10))
        {
            yield return $"Nodes:DrainDelay is '{DrainDelay}'; it must be from 00:00:00 to 00:10:00.";
        }

        if (MaxKeptChanges < 1000)
        {
            yield return $"Nodes:MaxKeptChanges is {MaxKeptChanges}; it must be 1000 or more.";
        }
    }
}

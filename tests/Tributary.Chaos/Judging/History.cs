using Tributary.Chaos.Recording;

namespace Tributary.Chaos.Judging;

/// <summary>A run's file, sorted by what it was about.</summary>
internal sealed class History(RunHeader header)
{
    public RunHeader Header { get; } = header;

    public PrincipalBook Principals { get; } = new(header.People);

    public TextBook Texts { get; } = new();

    public AclBook Acls { get => field ??= new AclBook(Principals); }

    /// <summary>By item id.</summary>
    public SortedDictionary<string, List<ItemOperation>> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>By group id.</summary>
    public SortedDictionary<string, List<GroupOperation>> Groups { get; } = new(StringComparer.Ordinal);

    public List<Search> Searches { get; } = [];

    /// <summary>Texts that answers showed, to be held to what was sent once all requests are known.</summary>
    public List<(ItemText Shown, long Time, string Where)> Shown { get; } = [];

    /// <summary>Answers that are wrong by themselves.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>What was read again when everything was quiet.</summary>
    public HashSet<string> FinalReads { get; } = [];

    public int Requests { get; set; }

    /// <summary>Writes that were answered with success, and those of which nobody knows.</summary>
    public int Acknowledged { get; set; }

    public int Unknown { get; set; }

    /// <summary>Of requests that may have been done; those that were never sent are not among them.</summary>
    public int Unavailable { get; set; }
}

namespace Tributary.Chaos.Judging;

/// <summary>A search that was answered.</summary>
internal sealed record Search
{
    public required long Begin { get; init; }

    public required long End { get; init; }

    public int Node { get; init; }

    /// <summary>Number of the user.</summary>
    public required int User { get; init; }

    public required SearchQuery Query { get; init; }

    public int From { get; init; }

    public required int Size { get; init; }

    public required IReadOnlyList<Hit> Hits { get; init; }

    public required int Total { get; init; }

    public bool HasMore { get; init; }

    /// <summary>Items of each colour; null when they were not asked for.</summary>
    public IReadOnlyDictionary<string, int>? Colours { get; init; }

    public string? Tag { get; init; }

    /// <summary>Whether what is not among the hits was not found.</summary>
    public bool IsWhole => From == 0 && Hits.Count == Total;
}

/// <summary>An item as a search shows it.</summary>
/// <param name="Item">Its id.</param>
/// <param name="Text">Number of the text in its properties.</param>
/// <param name="Quoted">Numbers of the texts that its summary quotes.</param>
internal sealed record Hit(string Item, int Text, IReadOnlyList<int> Quoted);

using Tributary.Search.Filters;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>One search request, checked but for the names, which mean something in a connection only (search 3.2).</summary>
internal sealed record SearchRequest
{
    public const string AllSources = "*";

    /// <summary>Its place in the call.</summary>
    public required int Index { get; init; }

    /// <summary>Whether it asks for external items; this server has nothing of the other types, so such a request finds nothing.</summary>
    public required bool IsForExternalItems { get; init; }

    /// <summary>Ids of connections as sent, without the path around them; <see cref="AllSources"/> stands for all.</summary>
    public IReadOnlyList<string> ContentSources { get; init; } = [];

    /// <summary>Not blank.</summary>
    public required string QueryString { get; init; }

    /// <summary>Not blank; null for none.</summary>
    public string? QueryTemplate { get; init; }

    /// <summary>Hits to pass over.</summary>
    public required int From { get; init; }

    /// <summary>Hits wanted.</summary>
    public required int Size { get; init; }

    /// <summary>Names of the properties wanted; empty for all retrievable ones.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>First key first; empty for relevance.</summary>
    public IReadOnlyList<SortProperty> Sort { get; init; } = [];

    public IReadOnlyList<AggregationOption> Aggregations { get; init; } = [];

    /// <summary>All must hold.</summary>
    public IReadOnlyList<AggregationFilter> Filters { get; init; } = [];

    /// <summary>Outermost level first.</summary>
    public IReadOnlyList<CollapseProperty> Collapse { get; init; } = [];

    public bool WantsResultTemplates { get; init; }

    /// <summary>What the first request of the call asks for.</summary>
    public AlterationOptions Alteration { get; init; }

    /// <summary>The JSON path of a member.</summary>
    public string PathOf(string member) => $"requests[{Index}].{member}";
}

/// <param name="Name">As sent.</param>
/// <param name="IsDescending">The greatest first.</param>
internal sealed record SortProperty(string Name, bool IsDescending);

/// <summary>An aggregation (search 11.1).</summary>
/// <param name="Field">As sent; the answer says it the same way.</param>
internal sealed record AggregationOption(string Field)
{
    /// <summary>1 to 100, however many were asked for.</summary>
    public required int Size { get; init; }

    public int MinimumCount { get; init; }

    /// <summary>Null for all keys.</summary>
    public string? Prefix { get; init; }

    public FacetOrder Order { get; init; }

    public bool IsDescending { get; init; }

    /// <summary>Bounds as sent; empty for one bucket a value.</summary>
    public IReadOnlyList<FacetRange> Ranges { get; init; } = [];
}

/// <param name="Fields">As sent; one or more.</param>
/// <param name="Limit">1 to 32767, and no more than that of the level before.</param>
internal sealed record CollapseProperty(IReadOnlyList<string> Fields, int Limit);

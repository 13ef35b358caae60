using Tributary.Search.Kql;

namespace Tributary.Search.Filters;

/// <summary>An entry of <c>aggregationFilters</c>, read (search 12).</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="Tree"><see cref="Refinement"/>s under <see cref="And"/>, <see cref="Or"/> and <see cref="Not"/>, still with the names that were sent.</param>
internal sealed record AggregationFilter(int Index, KqlNode Tree);

/// <summary>What bounds filters; the real service documents the length only (search 12).</summary>
internal static class FilterLimits
{
    /// <summary>Characters of an entry.</summary>
    public const int MaxLength = 2_048;

    /// <summary>Operators within operators.</summary>
    public const int MaxDepth = 32;

    /// <summary>Values in all entries of a request.</summary>
    public const int MaxTests = 1_024;
}

/// <summary>A tree, or why the text is no filter.</summary>
/// <param name="Tree">Null when there is an error.</param>
/// <param name="Error">Null when there is a tree.</param>
/// <param name="Tests">How many values are tested.</param>
internal sealed record FilterResult(KqlNode? Tree, KqlError? Error, int Tests);

using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>The best buckets of a facet, from values that come in their order. Equal buckets keep that order.</summary>
/// <param name="facet">What was asked for.</param>
/// <param name="element">The type of the property's elements.</param>
internal sealed class FacetSelection(Facet facet, PropertyType element) : IComparer<FacetSelection.Candidate>
{
    /// <summary>More buckets are never returned (search 11.1).</summary>
    private const int MaxSize = 100;

    private readonly List<Candidate> _best = [];
    private readonly bool _isText = element is PropertyType.String or PropertyType.Principal;
    private readonly int _size = Math.Min(facet.Size, MaxSize);
    private int _offered;

    /// <summary>In the order asked for.</summary>
    public IReadOnlyList<FacetBucket> Buckets => [.. _best.Select(candidate => new FacetBucket(candidate.Key, candidate.Count))];

    /// <param name="values">Stands at the value.</param>
    public void Offer(ValueMerge values)
    {
        _offered++;
        if (values.Count < facet.MinimumCount || IsHopeless(values.Count))
        {
            return;
        }

        string key = RefinedValue.KeyOf(element, values.Value);
        if (facet.Prefix is { } prefix && !key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        double? number = _isText && facet.Order == FacetOrder.KeyAsNumber ? KqlNumbers.DoubleOrNull(key) : null;
        var candidate = new Candidate(key, values.Count, number, _offered);
        int place = ~_best.BinarySearch(candidate, this);
        if (place < _size)
        {
            _best.Insert(place, candidate);
            _best.RemoveRange(Math.Min(_size, _best.Count), Math.Max(0, _best.Count - _size));
        }
    }

    /// <summary>Whether its count alone keeps it out, so that the value need not be read: that is what most values of a long list come to.</summary>
    private bool IsHopeless(long count) =>
        _best.Count == _size && facet.Order == FacetOrder.Count && (facet.IsDescending ? count <= _best[^1].Count : count >= _best[^1].Count);

    int IComparer<Candidate>.Compare(Candidate? one, Candidate? other) => Compare(one!, other!);

    private int Compare(Candidate one, Candidate other)
    {
        if (one.Number is null != other.Number is null)
        {
            // What is no number comes last whichever way the order runs, as a missing value does.
            return one.Number is null ? 1 : -1;
        }

        int order = facet.Order switch
        {
            FacetOrder.Count => one.Count.CompareTo(other.Count),
            FacetOrder.KeyAsText when !_isText => string.CompareOrdinal(one.Key, other.Key),
            FacetOrder.KeyAsNumber when one.Number is { } number => number.CompareTo(other.Number!.Value),
            FacetOrder.KeyAsNumber when _isText => 0,
            _ => one.Place.CompareTo(other.Place),
        };
        order = facet.IsDescending ? -order : order;
        return order != 0 ? order : one.Place.CompareTo(other.Place);
    }

    /// <param name="Number">The key of a text as a number, where that is asked for and it is one.</param>
    /// <param name="Place">Its place in the order of values.</param>
    internal sealed record Candidate(string Key, long Count, double? Number, int Place);
}

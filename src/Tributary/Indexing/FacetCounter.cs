using Lucene.Net.Index;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>Counts what a search has found by the values of properties (search 11), exactly, one property after the other.</summary>
/// <param name="matches">Everything that was found, access already looked at.</param>
/// <param name="segments">Whose the segments are.</param>
/// <param name="time">What date words are relative to.</param>
/// <param name="work">Counts along.</param>
internal sealed class FacetCounter(IReadOnlyList<SegmentMatches> matches, SegmentTargets segments, QueryTime time, SearchWork work)
{
    /// <summary>The buckets where nothing was found: ranges are there all the same.</summary>
    public static IReadOnlyList<FacetBucket> None(Facet facet) => [.. facet.Ranges.Select(_ => new FacetBucket("", 0))];

    /// <summary>The buckets of each, in their order. Facets of the same property's values share one count.</summary>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public IReadOnlyList<IReadOnlyList<FacetBucket>> Count(IReadOnlyList<Facet> facets)
    {
        FacetSelection?[] selections = [.. facets.Select(facet => facet.Ranges.Count == 0 && ElementOrNull(facet) is { } element ? new FacetSelection(facet, element) : null)];
        foreach (IGrouping<string, int> same in Enumerable.Range(0, facets.Count).Where(i => selections[i] is not null).GroupBy(i => NamesOf(facets[i])))
        {
            CountValues(facets[same.First()], [.. same.Select(i => selections[i]!)]);
        }

        return [.. facets.Zip(selections, (facet, selection) => selection?.Buckets ?? CountRanges(facet))];
    }

    private static PropertyType? ElementOrNull(Facet facet) => facet.Properties.FirstOrDefault(property => property is not null)?.Type.Element();

    /// <summary>What the property is called in each target.</summary>
    private static string NamesOf(Facet facet) => string.Join('/', facet.Properties.Select(property => property?.Name));

    private void CountValues(Facet facet, FacetSelection[] selections)
    {
        var counted = new List<CountedValues>();
        foreach (SegmentMatches segment in matches)
        {
            if (FieldOrNull(segment, facet) is { } field && CountedValues.CountOrNull(segment, field, work) is { } values)
            {
                counted.Add(values);
            }
        }

        var merge = new ValueMerge(counted, work);
        while (merge.MoveNext())
        {
            foreach (FacetSelection selection in selections)
            {
                selection.Offer(merge);
            }
        }
    }

    private IReadOnlyList<FacetBucket> CountRanges(Facet facet)
    {
        if (ElementOrNull(facet) is not { } element)
        {
            return None(facet);
        }

        ValueRange?[] ranges = [.. facet.Ranges.Select(range => ValueRange.Of(element, new BetweenValues(range.From, true, range.To, false), time))];
        long[] counts = new long[ranges.Length];
        foreach (SegmentMatches segment in matches)
        {
            if (FieldOrNull(segment, facet) is { } field && segment.Segment.AtomicReader.GetSortedSetDocValues(field) is { } values)
            {
                CountRanges(segment, values, ranges, counts);
            }
        }

        return [.. counts.Select(count => new FacetBucket("", count))];
    }

    private void CountRanges(SegmentMatches segment, SortedSetDocValues values, ValueRange?[] ranges, long[] counts)
    {
        // As places in the dictionary: what lies in a range lies next to each other there.
        (long First, long Next)[] places = [.. ranges.Select(range => range is { } known ? (PlaceOf(values, known.Min, isPast: false), PlaceOf(values, known.Max, isPast: true)) : (0, 0))];
        int[] lastMatch = new int[ranges.Length];
        for (int match = 0; match < segment.Count; match++)
        {
            work.Step();
            values.SetDocument(segment.Docs[match]);
            for (long ord = values.NextOrd(); ord != SortedSetDocValues.NO_MORE_ORDS; ord = values.NextOrd())
            {
                work.Step();
                for (int range = 0; range < places.Length; range++)
                {
                    // Once for each match, however many of its values lie there.
                    if (ord >= places[range].First && ord < places[range].Next && lastMatch[range] != match + 1)
                    {
                        lastMatch[range] = match + 1;
                        counts[range]++;
                    }
                }
            }
        }
    }

    /// <summary>The place of the first value that is not below <paramref name="sortable"/>, or, past it, that is above.</summary>
    private static long PlaceOf(SortedSetDocValues values, long sortable, bool isPast)
    {
        long place = values.LookupTerm(RefinedValue.BytesOf(sortable));
        return place < 0 ? ~place : isPast ? place + 1 : place;
    }

    private string? FieldOrNull(SegmentMatches segment, Facet facet) =>
        segments.PropertyOf(segment.Segment.AtomicReader, facet.Properties) is { } property ? IndexFields.Refined(property) : null;
}

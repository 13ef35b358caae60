using Lucene.Net.Index;

namespace Tributary.Indexing;

/// <summary>The values that the matches of one segment have of a property. Each match has its different values once.</summary>
/// <param name="matches">The matches.</param>
/// <param name="values">The property's values in the segment.</param>
/// <param name="numbers">A number for each value, by its place in the segment's dictionary: at first how many matches have it.</param>
internal sealed class CountedValues(SegmentMatches matches, SortedSetDocValues values, int[] numbers)
{
    public SegmentMatches Matches => matches;

    public SortedSetDocValues Values => values;

    public int[] Numbers => numbers;

    /// <summary>Null when nothing in the segment has the property.</summary>
    public static CountedValues? CountOrNull(SegmentMatches matches, string field, SearchWork work)
    {
        if (matches.Segment.AtomicReader.GetSortedSetDocValues(field) is not { } values)
        {
            return null;
        }

        int[] counts = new int[values.ValueCount];
        foreach (int doc in matches.Docs)
        {
            work.Step();
            values.SetDocument(doc);
            for (long ord = values.NextOrd(); ord != SortedSetDocValues.NO_MORE_ORDS; ord = values.NextOrd())
            {
                counts[ord]++;
            }
        }

        return new CountedValues(matches, values, counts);
    }
}

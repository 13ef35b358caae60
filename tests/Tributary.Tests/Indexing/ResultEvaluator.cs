using System.Globalization;
using System.Text;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;
using SortKey = Tributary.Search.SortKey;

namespace Tributary.Tests.Indexing;

/// <summary>An item that a search may find, and of which target it is.</summary>
internal sealed record Candidate(int Target, string Id, QueryItem Item);

/// <summary>
/// What is made of a ranked list of matches, straight from the specification and without an index: order by values (search 10), buckets (11) and collapsing (13).
/// </summary>
internal sealed class ResultEvaluator(QueryTime time)
{
    private static readonly Comparison<string> ByCodePoint = (one, other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    /// <param name="ranked">In the order that they have without keys.</param>
    public static List<Candidate> Sort(IEnumerable<Candidate> ranked, IReadOnlyList<SortKey> keys)
    {
        IOrderedEnumerable<Candidate> sorted = ranked.OrderBy(_ => 0);
        foreach (SortKey key in keys)
        {
            sorted = sorted.ThenBy(item => ValuesOf(item, key.Properties).Length == 0).ThenBy(
                item => ValuesOf(item, key.Properties).FirstOrDefault(),
                Comparer<object?>.Create((one, other) => one is null || other is null ? 0 : (key.IsDescending ? -1 : 1) * CompareFirst(one, other)));
        }

        return [.. sorted];
    }

    public List<FacetBucket> Count(IReadOnlyCollection<Candidate> matches, Facet facet)
    {
        if (facet.Ranges.Count > 0)
        {
            return [.. facet.Ranges.Select(range => new FacetBucket("", matches.Count(item =>
                ValuesOf(item, facet.Properties).Any(value => new QueryEvaluator(new Schema([]), time).IsBetween(value, new BetweenValues(range.From, true, range.To, false))))))];
        }

        // A value of each key to compare by.
        var values = new Dictionary<string, object>();
        var counts = new Dictionary<string, long>();
        foreach (Candidate item in matches)
        {
            foreach (object value in ValuesOf(item, facet.Properties).DistinctBy(QueryEvaluator.KeyOf))
            {
                string key = QueryEvaluator.KeyOf(value);
                values[key] = value;
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        IEnumerable<FacetBucket> buckets = counts.Where(pair => pair.Value >= facet.MinimumCount)
            .Where(pair => facet.Prefix is null || pair.Key.StartsWith(facet.Prefix, StringComparison.OrdinalIgnoreCase))
            .Select(pair => new FacetBucket(pair.Key, pair.Value));
        int sign = facet.IsDescending ? -1 : 1;
        Comparison<FacetBucket> byValue = (one, other) => values[one.Key] is string ? ByCodePoint(one.Key, other.Key) : Comparer<object>.Default.Compare(values[one.Key], values[other.Key]);
        Comparison<FacetBucket> order = facet.Order switch
        {
            FacetOrder.Count => (one, other) => sign * one.Count.CompareTo(other.Count),
            FacetOrder.KeyAsText => (one, other) => sign * ByCodePoint(one.Key, other.Key),
            _ => (one, other) => values[one.Key] is string ? CompareNumbers(one.Key, other.Key, sign) : sign * byValue(one, other),
        };
        return [.. buckets.Order(Comparer<FacetBucket>.Create((one, other) => order(one, other) is not 0 and var first ? first : byValue(one, other))).Take(Math.Min(100, facet.Size))];
    }

    /// <summary>The kept ones in their order, each with whether another with the same values was left out.</summary>
    public static List<(Candidate Item, bool IsCollapsed)> Collapse(IReadOnlyList<Candidate> ranked, IReadOnlyList<CollapseLevel> levels)
    {
        var counts = new Dictionary<string, int>();
        var kept = new List<Candidate>();
        var left = new HashSet<string>();
        foreach (Candidate item in ranked)
        {
            string[] keys = [.. levels.Select((_, level) => GroupOf(item, levels, level))];
            if (keys.Zip(levels).All(pair => counts.GetValueOrDefault(pair.First) < pair.Second.Limit))
            {
                kept.Add(item);
                foreach (string key in keys)
                {
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
            else
            {
                left.Add(keys[^1]);
            }
        }

        return [.. kept.Select(item => (item, left.Contains(GroupOf(item, levels, levels.Count - 1))))];
    }

    private static object[] ValuesOf(Candidate item, IReadOnlyList<Property?> properties) => QueryEvaluator.ValuesOf(item.Item, properties[item.Target]);

    private static int CompareFirst(object one, object other) => one is string text
        ? Comparable(text).AsSpan().SequenceCompareTo(Comparable((string)other))
        : Comparer<object>.Default.Compare(one, other);

    private static byte[] Comparable(string text) => [.. Encoding.UTF8.GetBytes(QueryEvaluator.Fold(text)).Take(512)];

    private static int CompareNumbers(string one, string other, int sign)
    {
        double? first = NumberOrNull(one);
        double? second = NumberOrNull(other);
        return first is null || second is null ? (first is null).CompareTo(second is null) : sign * first.Value.CompareTo(second.Value);
    }

    private static double? NumberOrNull(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>The level and all values down to it, each set of values in one order.</summary>
    private static string GroupOf(Candidate item, IReadOnlyList<CollapseLevel> levels, int level) => string.Join('|', levels.Take(level + 1).Select(outer => string.Join(
        '&', outer.Keys.Select(key => string.Join(',', ValuesOf(item, key).Select(value => Convert.ToHexString(Encoding.UTF8.GetBytes("=" + QueryEvaluator.KeyOf(value)))).Distinct().Order(StringComparer.Ordinal))))));
}

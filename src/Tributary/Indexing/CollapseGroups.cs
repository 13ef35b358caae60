using System.Runtime.InteropServices;
using Lucene.Net.Index;
using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// What matches have equal, level by level (search 13): a group of a level is the matches with the same values of its keys and of those of the levels above it, so
/// each lies within one group of the level above. Of a collection all different values count, in whatever order; no value is a value of its own.
/// </summary>
/// <remarks>Four bytes for each match, and at most about 40 for each group of a level with several keys.</remarks>
internal sealed class CollapseGroups
{
    private readonly IReadOnlyList<SegmentMatches> _matches;
    private readonly SegmentTargets _segments;
    private readonly SearchWork _work;
    private readonly List<CollapseGroupLevel> _levels = [];

    /// <summary>The group of each match in the last level, in the order of the matches.</summary>
    private readonly int[][] _groups;

    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public CollapseGroups(IReadOnlyList<CollapseLevel> levels, IReadOnlyList<SegmentMatches> matches, SegmentTargets segments, SearchWork work)
    {
        _matches = matches;
        _segments = segments;
        _work = work;
        _groups = [.. matches.Select(segment => new int[segment.Count])];
        foreach (CollapseLevel level in levels)
        {
            Divide(level);
        }

        Count();
    }

    /// <summary>Outermost first.</summary>
    public IReadOnlyList<CollapseGroupLevel> Levels => _levels;

    /// <summary>How many matches are kept. Which ones depends on their order, how many does not.</summary>
    public long Total { get; private set; }

    /// <summary>The groups of the matches of a segment in the last level.</summary>
    public ReadOnlySpan<int> GroupsOf(int segment) => _groups[segment];

    private void Divide(CollapseLevel level)
    {
        bool isFirst = _levels.Count == 0;
        int[][]? outer = isFirst ? null : [.. _groups.Select(groups => groups.ToArray())];
        int count = isFirst ? 1 : _levels[^1].Sizes.Length;
        foreach (IReadOnlyList<Property?> key in level.Keys)
        {
            count = Divide(key, count);
        }

        int[] outerOf = new int[outer is null ? 0 : count];
        int[] sizes = new int[count];
        for (int segment = 0; segment < _groups.Length; segment++)
        {
            for (int match = 0; match < _groups[segment].Length; match++)
            {
                _work.Step();
                sizes[_groups[segment][match]]++;
                if (outer is not null)
                {
                    outerOf[_groups[segment][match]] = outer[segment][match];
                }
            }
        }

        _levels.Add(new CollapseGroupLevel(level.Limit, outerOf, sizes));
    }

    /// <summary>Divides all groups there are by one more key, and tells how many there are then.</summary>
    private int Divide(IReadOnlyList<Property?> key, int count)
    {
        var counted = new CountedValues?[_matches.Count];
        for (int segment = 0; segment < counted.Length; segment++)
        {
            counted[segment] = _segments.PropertyOf(_matches[segment].Segment.AtomicReader, key) is { } property
                ? CountedValues.CountOrNull(_matches[segment], IndexFields.Refined(property), _work)
                : null;
        }

        // 0 for no value, then the values in their order, then sets of several.
        int values = 0;
        var merge = new ValueMerge([.. counted.OfType<CountedValues>()], _work);
        while (merge.MoveNext())
        {
            merge.Mark(++values);
        }

        var sets = new Numbering(values + 1);
        var groups = new Numbering(0);
        for (int segment = 0; segment < counted.Length; segment++)
        {
            ReadOnlySpan<int> docs = _matches[segment].Docs;
            for (int match = 0; match < docs.Length; match++)
            {
                _work.Step();
                int value = counted[segment] is { } known ? SetOf(known, docs[match], sets) : 0;
                ref int group = ref _groups[segment][match];

                // As long as there is one group, the value is as good a number as any.
                group = count == 1 ? value : groups.Of(group, value);
            }
        }

        return count == 1 ? sets.Next : groups.Next;
    }

    /// <summary>A number for the set of a document's values: of one value its own.</summary>
    private int SetOf(CountedValues counted, int doc, Numbering sets)
    {
        int set = 0;
        SortedSetDocValues values = counted.Values;
        values.SetDocument(doc);
        for (long ord = values.NextOrd(); ord != SortedSetDocValues.NO_MORE_ORDS; ord = values.NextOrd())
        {
            int value = counted.Numbers[ord];
            if (set == 0)
            {
                set = value;
            }
            else
            {
                _work.Step();
                set = sets.Of(set, value);
            }
        }

        return set;
    }

    /// <summary>From the innermost level out: a group keeps what its groups keep, up to its limit.</summary>
    private void Count()
    {
        int[] kept = [.. _levels[^1].Sizes];
        for (int level = _levels.Count - 1; level >= 0; level--)
        {
            CollapseGroupLevel current = _levels[level];
            int[] outer = new int[level == 0 ? 1 : _levels[level - 1].Sizes.Length];
            for (int group = 0; group < kept.Length; group++)
            {
                _work.Step();
                current.Wanted[group] = kept[group];
                outer[level == 0 ? 0 : current.OuterOf[group]] += Math.Min(kept[group], current.Limit);
            }

            kept = outer;
        }

        Total = kept[0];
    }

    /// <summary>Numbers for pairs, the same for the same pair.</summary>
    private sealed class Numbering(int first)
    {
        private readonly Dictionary<long, int> _numbers = [];

        public int Next { get; private set; } = first;

        public int Of(int one, int other)
        {
            ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, ((long)one << 32) | (uint)other, out bool isKnown);
            if (!isKnown)
            {
                number = Next++;
            }

            return number;
        }
    }
}

/// <summary>The groups of one level.</summary>
/// <param name="limit">How many matches each keeps at most.</param>
/// <param name="outerOf">For each group that of the level above that it lies in; empty for the outermost level.</param>
/// <param name="sizes">Matches in each group.</param>
internal sealed class CollapseGroupLevel(int limit, int[] outerOf, int[] sizes)
{
    public int Limit => limit;

    public int[] OuterOf => outerOf;

    public int[] Sizes => sizes;

    /// <summary>For each group how many of its matches the levels inside it would keep; past the limit some of those are left out here.</summary>
    public int[] Wanted { get; } = new int[sizes.Length];
}

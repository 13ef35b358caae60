using Lucene.Net.Search;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>Collapses what a search has found (search 13): how many are kept, the page of them, and for which hits of it others were left out.</summary>
/// <param name="levels">What was asked for.</param>
/// <param name="matches">Everything that was found, with scores.</param>
/// <param name="segments">Whose the segments are.</param>
/// <param name="order">The order of hits.</param>
/// <param name="work">Counts along.</param>
internal sealed class Collapser(
    IReadOnlyList<CollapseLevel> levels, IReadOnlyList<SegmentMatches> matches, SegmentTargets segments, Sort order, SearchWork work)
{
    private readonly CollapseGroups _groups = new(levels, matches, segments, work);

    public long Total => _groups.Total;

    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public List<(int Doc, bool IsCollapsed)> Page(int from, int size)
    {
        int wanted = (int)Math.Min(Total, (long)from + size);
        if (wanted <= from)
        {
            return [];
        }

        var page = new CollapsedPage(order, wanted, _groups, work);
        page.Fill(matches);
        List<(int Doc, int Group)> kept = [.. page.Kept.Skip(from)];
        Dictionary<int, int> contended = CountContended(kept);
        return [.. kept.Select(hit => (hit.Doc, IsCollapsed(hit.Group, contended)))];
    }

    private bool IsCollapsed(int group, Dictionary<int, int> contended) =>
        _groups.Levels[^1].Sizes[group] > (contended.TryGetValue(group, out int kept) ? kept : _groups.Levels[^1].Limit);

    /// <summary>
    /// How many are kept of the groups of hits that compete with others for the room of a level above: that depends on the whole order and not on the page's. Of all
    /// other groups as many are kept as their limit lets.
    /// </summary>
    private Dictionary<int, int> CountContended(List<(int Doc, int Group)> kept)
    {
        HashSet<int> groups = [.. kept.Select(hit => hit.Group).Where(IsContended)];
        if (groups.Count == 0)
        {
            return [];
        }

        HashSet<int> outermost = [.. groups.Select(OutermostOf)];
        int capacity = outermost.Sum(group => Math.Min(_groups.Levels[0].Wanted[group], _groups.Levels[0].Limit));
        var all = new CollapsedPage(order, capacity, _groups, work);
        all.Fill(matches, outermost.Contains);
        return all.Kept.GroupBy(hit => hit.Group).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>Whether it keeps others from finding room, or they it. A group that is over its own limit leaves some out anyway.</summary>
    private bool IsContended(int group)
    {
        int last = _groups.Levels.Count - 1;
        if (_groups.Levels[last].Sizes[group] == 1 || _groups.Levels[last].Sizes[group] > _groups.Levels[last].Limit)
        {
            return false;
        }

        for (int level = last; level > 0; level--)
        {
            group = _groups.Levels[level].OuterOf[group];
            if (_groups.Levels[level - 1].Wanted[group] > _groups.Levels[level - 1].Limit)
            {
                return true;
            }
        }

        return false;
    }

    private int OutermostOf(int group)
    {
        for (int level = _groups.Levels.Count - 1; level > 0; level--)
        {
            group = _groups.Levels[level].OuterOf[group];
        }

        return group;
    }
}

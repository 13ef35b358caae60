using System.Numerics;

namespace Tributary.Chaos.Judging;

/// <summary>
/// Holds a search to the states that were possible while it ran. Who the caller is, what the index found, and what the store says of each hit are looked at one after
/// the other within it (docs/security.md), so items and groups may be of different instants of that time; but the caller is one and the same for all of it: some set of
/// groups that he can have been in must explain all that the answer shows and all that it leaves out.
/// </summary>
internal sealed class SearchJudge(History history, IReadOnlyDictionary<string, Timeline<ItemState>> items, IReadOnlyList<Timeline<GroupState>> groups)
{
    /// <summary>Beyond that many memberships that are uncertain at once a search is not judged, and counted.</summary>
    private const int MaxUncertain = 10;

    /// <summary>Sets of groups for which a violation says what they do not explain.</summary>
    private const int MaxTold = 4;

    private readonly Dictionary<string, string[]> _candidates = new(StringComparer.Ordinal);

    /// <summary>Times that an item had to be left out, and had to be shown, beyond doubt: a judge that is never certain proves nothing.</summary>
    public long MustHide { get; private set; }

    public long MustShow { get; private set; }

    public int Unjudged { get; private set; }

    /// <summary>What of items the answer tells beyond their possible states; for <see cref="Register{TState}"/>.</summary>
    public Dictionary<string, List<ItemOperation>> Observations { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the answer, or null.</summary>
    public string? Judge(Search search)
    {
        (ulong certain, ulong possible) = history.Principals.GroupsOf(search.User, group => groups[group].Between(search.Begin, search.End));
        ulong uncertain = possible & ~certain;
        if (BitOperations.PopCount(uncertain) > MaxUncertain)
        {
            Unjudged++;
            return null;
        }

        if (Shape(search) is { } misshapen)
        {
            return misshapen;
        }

        Candidate[] candidates = [.. CandidatesOf(search.Query).Select(item => new Candidate(item, items[item].Between(search.Begin, search.End)))];
        var agreeing = new List<ulong>();
        var problems = new List<(ulong Subset, string Text)>();

        // All subsets of what is uncertain, the empty one and the whole among them.
        for (ulong subset = uncertain; ; subset = (subset - 1) & uncertain)
        {
            string? found = new Sight(history, search, certain | subset).ProblemOrNull(candidates);
            if (found is null)
            {
                agreeing.Add(certain | subset);
            }
            else
            {
                problems.Add((subset, found));
            }

            if (subset == 0)
            {
                break;
            }
        }

        if (agreeing.Count == 0)
        {
            return uncertain == 0
                ? problems[0].Text
                : $"No set of groups that the caller can have been in explains the answer.{string.Concat(problems.Take(MaxTold).Select(told => $"\n  {Besides(told.Subset)}: {told.Text}"))}";
        }

        Observe(search, candidates, agreeing);
        return null;
    }

    private string Besides(ulong subset)
    {
        string names = string.Join(", ", history.Principals.Groups.Index().Where(group => (subset & (1UL << group.Index)) != 0).Select(group => group.Item));
        return names.Length == 0 ? "In none of the uncertain ones" : $"In {names}";
    }

    private static string? Shape(Search search)
    {
        if (search.Hits.GroupBy(hit => hit.Item).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"It shows '{twice.Key}' twice.";
        }

        int reached = search.From + search.Hits.Count;
        return search.Hits.Count > search.Size ? $"It has {search.Hits.Count} hits, and {search.Size} were asked for."
            : search.HasMore != reached < search.Total ? $"It says that there are{(search.HasMore ? "" : " no")} more, of {search.Total}."
            : null;
    }

    private string[] CandidatesOf(SearchQuery query)
    {
        if (!_candidates.TryGetValue(query.Text, out string[]? found))
        {
            found = [.. items.Keys.Where(item => query.CanMatch(item, stamp => history.Texts.FindOrNull(history.Texts.NumberOf(stamp))?.Item))];
            _candidates.Add(query.Text, found);
        }

        return found;
    }

    /// <summary>
    /// What the answer tells of an item that may have been more than one thing: nobody may see an older one afterwards. Of one that was the same all the time it tells nothing new.
    /// </summary>
    private void Observe(Search search, Candidate[] candidates, List<ulong> agreeing)
    {
        Dictionary<string, Hit> hits = search.Hits.ToDictionary(hit => hit.Item, StringComparer.Ordinal);
        foreach (Candidate candidate in candidates)
        {
            bool mustShow = candidate.States.All(state => agreeing.TrueForAll(groups => IsFound(search, state, groups)));
            bool mustHide = !mustShow && candidate.States.All(state => agreeing.TrueForAll(groups => !IsFound(search, state, groups)));
            MustShow += mustShow && search.IsWhole ? 1 : 0;
            MustHide += mustHide ? 1 : 0;
            if (candidate.States.Count == 1)
            {
                continue;
            }

            if (hits.TryGetValue(candidate.Item, out Hit? hit))
            {
                Add(candidate.Item, search, $"shown as {history.Texts.FindOrNull(hit.Text)?.Stamp}", state => state.Text == hit.Text && agreeing.Exists(groups => IsVisible(search, state, groups)));
            }
            else if (search.IsWhole)
            {
                Add(candidate.Item, search, "not shown", state => agreeing.Exists(groups => !IsFound(search, state, groups)));
            }
        }
    }

    private void Add(string item, Search search, string what, Func<ItemState, bool> agrees)
    {
        if (!Observations.TryGetValue(item, out List<ItemOperation>? all))
        {
            Observations.Add(item, all = []);
        }

        string name = $"search for '{search.Query.Text}' by {history.Principals.People[search.User].Name} on node {search.Node}: {what}";
        all.Add(new SearchedItem(search.Begin, search.End, name, agrees));
    }

    private bool IsVisible(Search search, ItemState state, ulong groups) => state.IsThere && history.Acls.IsVisible(state.Acl, search.User, groups);

    private bool IsFound(Search search, ItemState state, ulong groups) =>
        IsVisible(search, state, groups) && history.Texts.FindOrNull(state.Text) is { } text && search.Query.Matches(text);
}

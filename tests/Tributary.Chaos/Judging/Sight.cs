namespace Tributary.Chaos.Judging;

/// <summary>A search as it must look to a caller who is in these external groups.</summary>
internal sealed class Sight(History history, Search search, ulong groups)
{
    /// <summary>The first thing in the answer that no state of the items explains; null when all is as it may be.</summary>
    public string? ProblemOrNull(Candidate[] candidates)
    {
        Dictionary<string, Hit> hits = search.Hits.ToDictionary(hit => hit.Item, StringComparer.Ordinal);
        var counts = new Bounds();
        Dictionary<string, Bounds> colours = new(StringComparer.Ordinal);
        int shown = 0;
        foreach (Candidate candidate in candidates)
        {
            if (hits.TryGetValue(candidate.Item, out Hit? hit))
            {
                shown++;
                if (ProblemOrNull(candidate, hit) is { } problem)
                {
                    return problem;
                }
            }

            if (Count(candidate, counts, colours) && hit is null && search.IsWhole)
            {
                return $"It does not show '{candidate.Item}', which was all the time {StatesOf(candidate)}.";
            }
        }

        if (shown < hits.Count)
        {
            string strange = hits.Keys.First(item => !candidates.Any(candidate => candidate.Item == item));
            return $"It shows '{strange}', which never matched.";
        }

        // A page may lack hits that were lost between index and store, but only one that was full before.
        bool hasFewer = search.Hits.Count < search.Size && search.From + search.Hits.Count < search.Total;
        return hasFewer && counts.Most < search.From + search.Size ? $"It has {search.Hits.Count} hits of {search.Total} and room for more."
            : counts.ProblemOrNull("matches", search.Total) ?? ColourProblemOrNull(colours);
    }

    private string? ProblemOrNull(Candidate candidate, Hit hit)
    {
        bool isText = false;
        bool isSeen = false;
        bool isFound = false;
        foreach (ItemState state in candidate.States)
        {
            bool isVisible = IsVisible(state);
            isText |= state.Text == hit.Text;
            isSeen |= isVisible && state.Text == hit.Text;
            isFound |= isVisible && Matches(state);
        }

        if (!isText)
        {
            return $"It shows '{candidate.Item}' as {Stamp(hit.Text)}, and it was {StatesOf(candidate)}.";
        }

        if (!isSeen)
        {
            return $"It shows '{candidate.Item}', which the caller could not see: it was {StatesOf(candidate)}.";
        }

        if (!isFound)
        {
            return $"It shows '{candidate.Item}', which did not match: it was {StatesOf(candidate)}.";
        }

        foreach (int quoted in hit.Quoted)
        {
            if (!candidate.States.Any(state => state.Text == quoted && IsVisible(state)))
            {
                return $"It quotes {Stamp(quoted)} of '{candidate.Item}', and it was {StatesOf(candidate)}.";
            }
        }

        return null;
    }

    /// <summary>Whether the item must be found, and in how many places it must and may be counted.</summary>
    private bool Count(Candidate candidate, Bounds counts, Dictionary<string, Bounds> colours)
    {
        int found = 0;
        var of = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ItemState state in candidate.States)
        {
            if (IsVisible(state) && Matches(state))
            {
                found++;
                string colour = history.Texts.FindOrNull(state.Text)!.Colour;
                of[colour] = of.GetValueOrDefault(colour) + 1;
            }
        }

        bool isCertain = found == candidate.States.Count;
        counts.Add(found > 0, isCertain);
        foreach ((string colour, int times) in of)
        {
            if (!colours.TryGetValue(colour, out Bounds? bounds))
            {
                colours.Add(colour, bounds = new Bounds());
            }

            bounds.Add(true, times == candidate.States.Count);
        }

        return isCertain;
    }

    private string? ColourProblemOrNull(Dictionary<string, Bounds> colours)
    {
        if (search.Colours is null)
        {
            return null;
        }

        foreach (string colour in colours.Keys.Union(search.Colours.Keys))
        {
            if ((colours.GetValueOrDefault(colour) ?? new Bounds()).ProblemOrNull(colour, search.Colours.GetValueOrDefault(colour)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private bool IsVisible(ItemState state) => state.IsThere && history.Acls.IsVisible(state.Acl, search.User, groups);

    private bool Matches(ItemState state) => history.Texts.FindOrNull(state.Text) is { } text && search.Query.Matches(text);

    private string? Stamp(int text) => history.Texts.FindOrNull(text)?.Stamp ?? "something that nobody sent";

    private string StatesOf(Candidate candidate)
    {
        return string.Join(" or ", candidate.States.Select(state => state.IsThere
            ? $"{Stamp(state.Text)} [{history.Acls.TextOf(state.Acl)}]{(IsVisible(state) ? " seen" : " hidden")}"
            : "not there"));
    }

    /// <summary>How many there are at least and at most.</summary>
    private sealed class Bounds
    {
        private int _least;

        public int Most { get; private set; }

        public void Add(bool isPossible, bool isCertain)
        {
            _least += isCertain ? 1 : 0;
            Most += isPossible ? 1 : 0;
        }

        public string? ProblemOrNull(string what, int counted) =>
            counted < _least || counted > Most ? $"It counts {counted} {what}, and there were from {_least} to {Most}." : null;
    }
}

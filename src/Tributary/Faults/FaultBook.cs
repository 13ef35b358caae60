namespace Tributary.Faults;

/// <summary>
/// The rules that are in force, in the order in which they were made, and what they did. Kept in memory only: a restart ends every fault. The one place that
/// counts, under one lock, so that the sequence of matching calls alone decides which of them fail.
/// </summary>
internal sealed class FaultBook(TimeProvider time)
{
    public const int MaxRules = 100;

    /// <summary>Hits of a rule that are kept to be shown.</summary>
    public const int KeptHits = 50;

    private const int LongestPathShown = 500;

    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private volatile bool _isEmpty = true;

    /// <summary>There is no rule, so no call need be looked at.</summary>
    public bool IsEmpty => _isEmpty;

    /// <summary>The new rule, or null when there are as many as may be.</summary>
    public FaultView? AddOrNull(FaultRule rule)
    {
        lock (_lock)
        {
            if (_entries.Count >= MaxRules)
            {
                return null;
            }

            var entry = new Entry(Guid.NewGuid().ToString(), rule);
            _entries.Add(entry);
            _isEmpty = false;
            return View(entry);
        }
    }

    public IReadOnlyList<FaultView> List()
    {
        lock (_lock)
        {
            return [.. _entries.Select(View)];
        }
    }

    public FaultView? FindOrNull(string id)
    {
        lock (_lock)
        {
            return EntryOrNull(id) is { } entry ? View(entry) : null;
        }
    }

    /// <summary>Puts <paramref name="rule"/> in the place of <paramref name="expected"/>; its counts go on. Null when that is no longer the rule.</summary>
    public FaultView? ReplaceOrNull(string id, FaultRule expected, FaultRule rule)
    {
        lock (_lock)
        {
            if (EntryOrNull(id) is not { } entry || !ReferenceEquals(entry.Rule, expected))
            {
                return null;
            }

            entry.Rule = rule;
            return View(entry);
        }
    }

    public bool Remove(string id)
    {
        lock (_lock)
        {
            bool isRemoved = _entries.RemoveAll(entry => entry.Id == id) > 0;
            _isEmpty = _entries.Count == 0;
            return isRemoved;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _isEmpty = true;
        }
    }

    /// <summary>
    /// Counts the call with every rule that matches it, and takes the fault of the first that strikes. That a rule counts does not depend on the others, so
    /// "the third call" means the same whatever else is in force.
    /// </summary>
    public FaultHit? TakeOrNull(in FaultCall call)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            FaultHit? taken = null;
            foreach (Entry entry in _entries)
            {
                if (entry.Rule.Kind != call.Kind || !entry.Rule.Match.Takes(call))
                {
                    continue;
                }

                entry.Calls++;
                if (taken is null && Strikes(entry, now))
                {
                    string path = call.Path.Length > LongestPathShown ? call.Path[..LongestPathShown] : call.Path;
                    taken = new FaultHit(entry.Id, entry.Rule, entry.Calls, now, call.Method, path, call.RequestId);
                    entry.Hits++;
                    entry.Last.Enqueue(taken);
                    if (entry.Last.Count > KeptHits)
                    {
                        entry.Last.Dequeue();
                    }
                }
            }

            return taken;
        }
    }

    /// <summary>Undoes <see cref="TakeOrNull"/> for a call that came to nothing.</summary>
    public void GiveBack(in FaultCall call, FaultHit? hit)
    {
        lock (_lock)
        {
            foreach (Entry entry in _entries)
            {
                if (entry.Calls > 0 && entry.Rule.Kind == call.Kind && entry.Rule.Match.Takes(call))
                {
                    entry.Calls--;
                }

                if (entry.Id == hit?.RuleId)
                {
                    entry.Hits--;
                    FaultHit[] others = [.. entry.Last.Where(last => !ReferenceEquals(last, hit))];
                    entry.Last.Clear();
                    foreach (FaultHit other in others)
                    {
                        entry.Last.Enqueue(other);
                    }
                }
            }
        }
    }

    private static bool Strikes(Entry entry, DateTimeOffset now)
    {
        FaultRule rule = entry.Rule;
        return MayStrike(entry, now, entry.Calls)
            && entry.Calls >= rule.FromCall
            && (rule.Probability is not { } probability || FaultDraw.At(rule.Seed, entry.Calls) < probability);
    }

    /// <summary>Whether the rule can strike at this call or a later one.</summary>
    private static bool MayStrike(Entry entry, DateTimeOffset now, long call) =>
        !(entry.Rule.Expires <= now) && !(entry.Hits >= entry.Rule.Count) && !(call > entry.Rule.ToCall);

    private Entry? EntryOrNull(string id) => _entries.Find(entry => entry.Id == id);

    private FaultView View(Entry entry) =>
        new(entry.Id, entry.Rule, MayStrike(entry, time.GetUtcNow(), entry.Calls + 1), entry.Calls, entry.Hits, [.. entry.Last]);

    private sealed class Entry(string id, FaultRule rule)
    {
        public string Id { get; } = id;

        public FaultRule Rule { get; set; } = rule;

        public long Calls { get; set; }

        public long Hits { get; set; }

        public Queue<FaultHit> Last { get; } = new();
    }
}

/// <summary>A rule that struck.</summary>
/// <param name="RuleId">Which.</param>
/// <param name="Rule">As it was then.</param>
/// <param name="Call">The number of the call among those that matched.</param>
/// <param name="Time">By the server's clock.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Of the request, without its query.</param>
/// <param name="RequestId">Of the request.</param>
internal sealed record FaultHit(string RuleId, FaultRule Rule, long Call, DateTimeOffset Time, string Method, string Path, string RequestId);

/// <summary>A rule and what it did so far.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rule">What the operator wrote.</param>
/// <param name="IsActive">Whether it can still strike.</param>
/// <param name="Calls">Calls that matched.</param>
/// <param name="Hits">Calls that it had fail.</param>
/// <param name="LastHits">The last of them, the oldest first.</param>
internal sealed record FaultView(string Id, FaultRule Rule, bool IsActive, long Calls, long Hits, IReadOnlyList<FaultHit> LastHits);

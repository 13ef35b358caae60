namespace Tributary.Chaos.Judging;

/// <summary>The states in which a register can have been, over time.</summary>
internal sealed class Timeline<TState>(TState initial)
    where TState : struct, IEquatable<TState>
{
    private readonly List<long> _times = [long.MinValue];
    private readonly List<TState[]> _states = [[initial]];

    /// <summary>From <paramref name="time"/> on these are possible; times come in their order.</summary>
    public void Add(long time, IEnumerable<TState> states)
    {
        TState[] distinct = [.. states.Distinct()];
        if (distinct.Length != _states[^1].Length || !distinct.AsSpan().SequenceEqual(_states[^1]))
        {
            _times.Add(time);
            _states.Add(distinct);
        }
    }

    /// <summary>Every state in which it can have been at some instant from <paramref name="begin"/> to <paramref name="end"/>, each once.</summary>
    public IReadOnlyList<TState> Between(long begin, long end)
    {
        // The last one that began before: one that began at the very instant has the state before it beside it.
        int first = _times.BinarySearch(begin);
        first = first < 0 ? ~first - 1 : first - 1;
        while (first > 0 && _times[first] >= begin)
        {
            first--;
        }

        int next = first + 1;
        if (next == _times.Count || _times[next] > end)
        {
            return _states[first];
        }

        var all = new List<TState>(_states[first]);
        for (; next < _times.Count && _times[next] <= end; next++)
        {
            foreach (TState state in _states[next])
            {
                if (!all.Contains(state))
                {
                    all.Add(state);
                }
            }
        }

        return all;
    }
}

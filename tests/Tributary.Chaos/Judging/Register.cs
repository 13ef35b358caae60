namespace Tributary.Chaos.Judging;

/// <summary>
/// Tells in which states a register can have been, given what was asked of it and answered: goes through the history in the order of time with every order of what was
/// under way together that agrees with the answers (linearizability by the search of Wing and Gong, with the configurations kept side by side as in Lowe's
/// just-in-time variant). When an answer agrees with none of them the history is impossible.
/// </summary>
/// <remarks>
/// A configuration is a state and which of the operations under way have happened. Reads are taken as having happened as soon as a state lets them: that excludes nothing
/// later. Unknown operations are never owed, so they need no mark.
/// </remarks>
internal sealed class Register<TState>
    where TState : struct, IEquatable<TState>
{
    private const int MaxUnderWay = 64;

    private readonly List<Configuration> _configurations = [];
    private readonly HashSet<Configuration> _known = [];
    private readonly Operation<TState>?[] _underWay = new Operation<TState>?[MaxUnderWay];
    private readonly List<Operation<TState>> _unknown = [];
    private readonly Action<Operation<TState>, IReadOnlyCollection<TState>> _impossible;
    private readonly Timeline<TState> _timeline;

    private Register(TState initial, Action<Operation<TState>, IReadOnlyCollection<TState>> impossible)
    {
        _impossible = impossible;
        _timeline = new Timeline<TState>(initial);
        Add(new Configuration(initial, 0));
    }

    /// <param name="initial">The state before the first operation.</param>
    /// <param name="operations">All of them, in any order.</param>
    /// <param name="impossible">Hears of each answer that cannot be, with the states that were possible where it was given.</param>
    public static Timeline<TState> Run(
        TState initial, IEnumerable<Operation<TState>> operations, Action<Operation<TState>, IReadOnlyCollection<TState>> impossible)
    {
        var register = new Register<TState>(initial, impossible);

        // What begins when another ends may have been under way together with it.
        IEnumerable<(long Time, bool IsEnd, Operation<TState> Operation)> events = operations.SelectMany<Operation<TState>, (long Time, bool IsEnd, Operation<TState> Operation)>(operation => [(operation.Begin, false, operation), (operation.End, true, operation)])
            .OrderBy(happened => happened.Time)
            .ThenBy(happened => happened.IsEnd);
        foreach ((long time, bool isEnd, Operation<TState> operation) in events)
        {
            if (isEnd)
            {
                register.End(operation);
            }
            else
            {
                register.Begin(operation);
            }

            register._timeline.Add(time, register._configurations.Select(configuration => configuration.State));
        }

        return register._timeline;
    }

    private void Begin(Operation<TState> operation)
    {
        if (operation.IsUnknown)
        {
            _unknown.Add(operation);
        }
        else if (operation.IsRead && _configurations.TrueForAll(configuration => operation.AfterOrNull(configuration.State) is not null))
        {
            return;
        }
        else
        {
            int place = Array.IndexOf(_underWay, null);
            _underWay[place >= 0 ? place : throw new InvalidOperationException($"More than {MaxUnderWay} operations on one register at the same time.")] = operation;
        }

        Configuration[] before = [.. _configurations];
        Clear();
        foreach (Configuration configuration in before)
        {
            Add(configuration);
        }

        Close();
    }

    private void End(Operation<TState> operation)
    {
        if (operation.IsUnknown)
        {
            _unknown.Remove(operation);
            return;
        }

        int place = Array.IndexOf(_underWay, operation);
        if (place < 0)
        {
            // A read that every configuration allowed when it began.
            return;
        }

        _underWay[place] = null;
        ulong mark = 1UL << place;
        Configuration[] before = [.. _configurations];
        Configuration[] agreeing = [.. before.Where(configuration => (configuration.Happened & mark) != 0)];
        if (agreeing.Length == 0)
        {
            _impossible(operation, [.. before.Select(configuration => configuration.State).Distinct()]);
            agreeing = operation.SeenOrNull is { } seen ? [.. before.Select(configuration => configuration with { State = seen })] : before;
        }

        Clear();
        foreach (Configuration configuration in agreeing)
        {
            Add(configuration with { Happened = configuration.Happened & ~mark });
        }

        // Adds nothing unless an impossible answer was gone past: what follows from a configuration has all that happened in it.
        Close();
    }

    private void Clear()
    {
        _configurations.Clear();
        _known.Clear();
    }

    /// <summary>Adds what each configuration may become by operations under way, until nothing new comes.</summary>
    private void Close()
    {
        for (int i = 0; i < _configurations.Count; i++)
        {
            Configuration current = _configurations[i];
            for (int place = 0; place < MaxUnderWay; place++)
            {
                ulong mark = 1UL << place;
                if (_underWay[place] is { IsRead: false } operation && (current.Happened & mark) == 0 && operation.AfterOrNull(current.State) is { } after)
                {
                    Add(new Configuration(after, current.Happened | mark));
                }
            }

            foreach (Operation<TState> operation in _unknown)
            {
                if (operation.AfterOrNull(current.State) is { } after)
                {
                    Add(current with { State = after });
                }
            }
        }
    }

    private void Add(Configuration configuration)
    {
        ulong reads = 0;
        for (int place = 0; place < MaxUnderWay; place++)
        {
            if (_underWay[place] is { IsRead: true } read && read.AfterOrNull(configuration.State) is not null)
            {
                reads |= 1UL << place;
            }
        }

        configuration = configuration with { Happened = configuration.Happened | reads };
        if (_known.Add(configuration))
        {
            _configurations.Add(configuration);
        }
    }

    private readonly record struct Configuration(TState State, ulong Happened);
}

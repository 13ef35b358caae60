namespace Tributary.Chaos.Judging;

/// <summary>Something that happened to a register at one instant between its beginning and its end, as far as its client knows.</summary>
/// <param name="begin">Before it was sent.</param>
/// <param name="end">After its answer was read; of an attempt without a known outcome, until when it may take effect.</param>
internal abstract class Operation<TState>(long begin, long end)
    where TState : struct, IEquatable<TState>
{
    public long Begin { get; } = begin;

    public long End { get; } = end;

    /// <summary>
    /// Whether nobody knows if it was done: it may take effect at any instant between beginning and end, or never. More than once too, as what sent it, or the
    /// server, may have tried again.
    /// </summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether it leaves the state as it is.</summary>
    public virtual bool IsRead => false;

    /// <summary>The state after it; null when in <paramref name="before"/> it could not have been answered as it was.</summary>
    public abstract TState? AfterOrNull(TState before);

    /// <summary>What the answer says the state is, for going on after an answer that cannot be; null when it says not all of it.</summary>
    public virtual TState? SeenOrNull => null;
}

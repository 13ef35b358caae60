namespace Tributary.Tests.Access;

/// <summary>
/// Whether somebody may see an item, changed by one writer and judged by many. A change has an interval, from before it is sent until its answer is read; whoever asked within it may have
/// met either state, and whoever asked after it only the new one.
/// </summary>
/// <param name="isOpen">At the beginning of time.</param>
internal sealed class Gate(bool isOpen)
{
    private readonly Lock _lock = new();
    private readonly List<(long Begun, long Ended, bool IsOpen)> _changes = [(long.MinValue, long.MinValue, isOpen)];

    /// <summary>To be called before a change is sent.</summary>
    public void Begin(bool opens, long now)
    {
        lock (_lock)
        {
            _changes.Add((now, long.MaxValue, opens));
        }
    }

    /// <summary>To be called when its answer has been read.</summary>
    public void End(long now)
    {
        lock (_lock)
        {
            _changes[^1] = _changes[^1] with { Ended = now };
        }
    }

    /// <summary>The states possible for who asked from <paramref name="begun"/> to <paramref name="ended"/>.</summary>
    public (bool MayBeOpen, bool MayBeClosed) Between(long begun, long ended)
    {
        lock (_lock)
        {
            bool last = _changes.FindLast(change => change.Ended < begun).IsOpen;
            List<(long Begun, long Ended, bool IsOpen)> during = _changes.FindAll(change => change.Begun <= ended && change.Ended >= begun);
            return (last || during.Exists(change => change.IsOpen), !last || during.Exists(change => !change.IsOpen));
        }
    }
}

using System.Diagnostics;

namespace Tributary.Storage;

/// <summary>
/// When background work has its turn: one piece at a time, when nothing else is queued and it has rested so many times as long as its last commit took; when the
/// others never leave a gap, it joins them after a while, so that it ends under any load.
/// </summary>
internal sealed class BackgroundTurn
{
    private const int RestFactor = 2;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private long _ended;
    private TimeSpan _rest;

    public bool IsNow(bool isIdle, TimeSpan? held = null) => Stopwatch.GetElapsedTime(_ended) >= Rest(isIdle, held);

    /// <summary>How long until it has its turn when nothing else is queued.</summary>
    public TimeSpan Left(TimeSpan? held = null) => Rest(isIdle: true, held) - Stopwatch.GetElapsedTime(_ended);

    /// <summary>A piece was committed.</summary>
    public void Ended(TimeSpan took)
    {
        _rest = RestFactor * took;
        _ended = Stopwatch.GetTimestamp();
    }

    /// <summary>As the semaphore takes it: that counts whole milliseconds, and a part of one would be spent spinning.</summary>
    public static TimeSpan Sleep(TimeSpan left) => left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;

    /// <param name="isIdle">Nothing else is queued.</param>
    /// <param name="held">It is to rest so long for another reason.</param>
    private TimeSpan Rest(bool isIdle, TimeSpan? held)
    {
        TimeSpan rest = held ?? (isIdle ? TimeSpan.Zero : LongestWait);
        return rest > _rest ? rest : _rest;
    }
}

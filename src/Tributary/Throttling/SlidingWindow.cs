using System.Threading.RateLimiting;

namespace Tributary.Throttling;

/// <summary>
/// So many permits in any window of time, exactly: it remembers when each was given. A token bucket of the same numbers would let nearly twice as many through in
/// its first window, and .NET's own limiters know neither another clock nor, for a sliding window, the true wait.
/// </summary>
internal sealed class SlidingWindow(int permits, TimeSpan window, TimeProvider time) : RateLimiter
{
    private readonly long _window = (long)(window.TotalSeconds * time.TimestampFrequency);
    private readonly Lock _lock = new();
    private readonly Queue<long> _given = [];
    private long _idleSince = time.GetTimestamp();
    private long _refused;
    private long _granted;

    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                long now = Forget();
                return _given.Count > 0 ? null : time.GetElapsedTime(_idleSince, now);
            }
        }
    }

    public override RateLimiterStatistics GetStatistics()
    {
        lock (_lock)
        {
            Forget();
            return new RateLimiterStatistics
            {
                CurrentAvailablePermits = permits - _given.Count,
                TotalSuccessfulLeases = _granted,
                TotalFailedLeases = _refused,
            };
        }
    }

    /// <param name="permitCount">1, or 0 to ask whether there is one without taking it.</param>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            long now = Forget();
            int wanted = Math.Max(1, permitCount);
            if (_given.Count + wanted > permits)
            {
                _refused++;
                return Refused.After(time.GetElapsedTime(now, _given.TryPeek(out long oldest) ? oldest + _window : now));
            }

            for (int i = 0; i < permitCount; i++)
            {
                _given.Enqueue(now);
                _granted++;
            }

            return permitCount == 0 ? Granted.Instance : new Granted(Leave.PercentOf(_given.Count, permits));
        }
    }

    /// <summary>Nobody queues: the client does, as it is told to.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private long Forget()
    {
        long now = time.GetTimestamp();
        while (_given.TryPeek(out long oldest) && oldest + _window <= now)
        {
            _given.Dequeue();
            _idleSince = oldest + _window;
        }

        return now;
    }
}

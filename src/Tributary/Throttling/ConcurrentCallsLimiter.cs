using System.Threading.RateLimiting;

namespace Tributary.Throttling;

/// <summary>So many permits at the same time. Each is given back when its call ends, however it ends.</summary>
/// <param name="permits">How many.</param>
/// <param name="retryAfter">What a refusal says: when a permit comes back is in nobody's hands.</param>
/// <param name="time">Tells how long it has been idle.</param>
internal sealed class ConcurrentCallsLimiter(int permits, TimeSpan retryAfter, TimeProvider time) : RateLimiter
{
    private readonly Lock _lock = new();
    private int _running;
    private long _idleSince = time.GetTimestamp();
    private long _refused;
    private long _granted;

    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
            {
                return _running > 0 ? null : time.GetElapsedTime(_idleSince);
            }
        }
    }

    public override RateLimiterStatistics GetStatistics()
    {
        lock (_lock)
        {
            return new RateLimiterStatistics { CurrentAvailablePermits = permits - _running, TotalSuccessfulLeases = _granted, TotalFailedLeases = _refused };
        }
    }

    /// <param name="permitCount">1, or 0 to ask whether there is one without taking it.</param>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            if (_running + Math.Max(1, permitCount) > permits)
            {
                _refused++;
                return Refused.After(retryAfter);
            }

            _running += permitCount;
            _granted += permitCount;
            return permitCount == 0 ? Granted.Instance : new Permit(this, permitCount, Leave.PercentOf(_running, permits));
        }
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private void GiveBack(int permitCount)
    {
        lock (_lock)
        {
            _running -= permitCount;
            _idleSince = time.GetTimestamp();
        }
    }

    private sealed class Permit(ConcurrentCallsLimiter limiter, int permitCount, int percent) : Leave(percent)
    {
        private int _isGivenBack;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                limiter.GiveBack(permitCount);
            }

            base.Dispose(disposing);
        }
    }
}

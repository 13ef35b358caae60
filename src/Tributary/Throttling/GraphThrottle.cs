using System.Threading.RateLimiting;

namespace Tributary.Throttling;

/// <summary>
/// All limits that are in force as one, for ASP.NET Core's rate limiting middleware. Not <see cref="PartitionedRateLimiter.CreateChained{TResource}"/>: its
/// refusal knows the wait of the first limit that says no, and the client that waited for it would meet the next; ours is the longest of all. And what a refused
/// call would have taken of the others, it does not take.
/// </summary>
internal sealed class GraphThrottle(IEnumerable<Limit> limits, ThrottlingMetrics metrics) : PartitionedRateLimiter<HttpContext>
{
    private readonly Limit[] _limits = [.. limits];

    public IReadOnlyList<Limit> Limits => _limits;

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        if (LimitedCall.OfOrNull(resource) is not { } call)
        {
            return Granted.Instance;
        }

        Refused? refused = null;
        foreach (Limit limit in _limits)
        {
            // No permits: the limiters' way to ask whether there is one.
            if (limit.KeyOf(call) is { } key)
            {
                using RateLimitLease asked = limit.Limiters.AttemptAcquire(key, 0);
                refused = Longer(refused, asked, limit);
            }
        }

        if (refused is not null)
        {
            return refused;
        }

        var permits = new List<RateLimitLease>(_limits.Length);
        foreach (Limit limit in _limits)
        {
            if (limit.KeyOf(call) is { } key)
            {
                RateLimitLease permit = limit.Limiters.AttemptAcquire(key);
                permits.Add(permit);
                if (!permit.IsAcquired)
                {
                    // Another call came in between.
                    permits.ForEach(given => given.Dispose());
                    return Longer(null, permit, limit)!;
                }

                metrics.Counted(limit, isThrottled: false);
            }
        }

        var held = new Permits(permits);
        ThrottlingSetup.TellUse(resource.Response, held.Percent);
        if (permits.Exists(permit => permit is not Granted))
        {
            // Before the client can know the answer: it may send its next call the moment it does, and that must find the permit of this one.
            resource.Response.OnStarting(held.GiveBackAsync);
        }

        return held;
    }

    /// <summary>Nobody queues: the client does, as it is told to. The middleware asks a second time before it refuses, so a permit may have come back.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    protected override void Dispose(bool disposing)
    {
        foreach (Limit limit in _limits)
        {
            limit.Limiters.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        foreach (Limit limit in _limits)
        {
            await limit.Limiters.DisposeAsync();
        }

        await base.DisposeAsyncCore();
    }

    private static Refused? Longer(Refused? before, RateLimitLease lease, Limit limit)
    {
        if (lease.IsAcquired)
        {
            return before;
        }

        TimeSpan wait = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan told) ? told : TimeSpan.Zero;
        return before is null || wait > before.Wait ? new Refused(wait, limit) : before;
    }

    /// <summary>What a call holds of all limits until it ends.</summary>
    private sealed class Permits(List<RateLimitLease> permits) : Leave(permits.OfType<Leave>().Select(permit => permit.Percent).DefaultIfEmpty().Max())
    {
        public Task GiveBackAsync()
        {
            Dispose();
            return Task.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            permits.ForEach(permit => permit.Dispose());
            base.Dispose(disposing);
        }
    }
}

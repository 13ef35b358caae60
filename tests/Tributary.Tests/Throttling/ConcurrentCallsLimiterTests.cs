using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using Tributary.Throttling;

namespace Tributary.Tests.Throttling;

public class ConcurrentCallsLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_gives_its_permits_and_no_more_until_one_comes_back()
    {
        using ConcurrentCallsLimiter limiter = Of(25);
        RateLimitLease[] permits = [.. Enumerable.Range(0, 25).Select(_ => limiter.AttemptAcquire())];

        Assert.All(permits, permit => Assert.True(permit.IsAcquired));
        RateLimitLease refused = limiter.AttemptAcquire();
        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(10), wait);

        permits[7].Dispose();
        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void A_permit_comes_back_once()
    {
        using ConcurrentCallsLimiter limiter = Of(2);
        RateLimitLease first = limiter.AttemptAcquire();
        limiter.AttemptAcquire();

        first.Dispose();
        first.Dispose();

        Assert.True(limiter.AttemptAcquire().IsAcquired);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void Asking_takes_nothing_and_neither_does_a_refusal()
    {
        using ConcurrentCallsLimiter limiter = Of(1);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(limiter.AttemptAcquire(0).IsAcquired));

        using (limiter.AttemptAcquire())
        {
            Assert.False(limiter.AttemptAcquire(0).IsAcquired);
            limiter.AttemptAcquire().Dispose();
            Assert.False(limiter.AttemptAcquire().IsAcquired);
        }

        Assert.True(limiter.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void Leave_tells_how_much_is_in_use_while_it_is()
    {
        using ConcurrentCallsLimiter limiter = Of(5);
        RateLimitLease[] permits = [.. Enumerable.Range(0, 4).Select(_ => limiter.AttemptAcquire())];

        Assert.Equal([20, 40, 60, 80], permits.Select(permit => ((Leave)permit).Percent));
        permits[0].Dispose();
        permits[1].Dispose();
        Assert.Equal(60, ((Leave)limiter.AttemptAcquire()).Percent);
    }

    [Fact]
    public void It_is_idle_while_nothing_runs()
    {
        using ConcurrentCallsLimiter limiter = Of(2);

        RateLimitLease permit = limiter.AttemptAcquire();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(limiter.IdleDuration);
        permit.Dispose();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), limiter.IdleDuration);
    }

    private ConcurrentCallsLimiter Of(int permits) => new(permits, TimeSpan.FromSeconds(10), _time);
}

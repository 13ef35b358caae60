using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using Tributary.Throttling;

namespace Tributary.Tests.Throttling;

public class SlidingWindowTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(25, 1)]
    [InlineData(1000, 1)]
    [InlineData(200, 3600)]
    [InlineData(130_000, 10)]
    public void It_gives_its_permits_and_no_more_until_the_window_has_passed_to_the_tick(int permits, int seconds)
    {
        var window = TimeSpan.FromSeconds(seconds);
        using var limiter = new SlidingWindow(permits, window, _time);

        Assert.Equal(permits, Take(limiter, permits + 5));
        _time.Advance(window - Tick);
        Assert.Equal(0, Take(limiter, 1));
        _time.Advance(Tick);
        Assert.Equal(permits, Take(limiter, permits + 1));
    }

    [Fact]
    public void In_no_window_whenever_it_begins_are_there_more_than_its_permits()
    {
        using var limiter = new SlidingWindow(10, Second, _time);
        var random = new Random(1);
        List<DateTimeOffset> given = [];
        for (int i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(60)));
            if (limiter.AttemptAcquire().IsAcquired)
            {
                given.Add(_time.GetUtcNow());
            }
        }

        Assert.True(given.Count > 1000);
        for (int i = 10; i < given.Count; i++)
        {
            Assert.True(given[i] - given[i - 10] >= Second, $"Eleven within {given[i] - given[i - 10]}.");
        }
    }

    [Fact]
    public void A_refusal_tells_the_true_wait()
    {
        using var limiter = new SlidingWindow(2, TimeSpan.FromSeconds(10), _time);
        Take(limiter, 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Take(limiter, 1);

        Assert.Equal(TimeSpan.FromSeconds(6), WaitOf(limiter));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        TimeSpan wait = WaitOf(limiter);
        Assert.Equal(TimeSpan.FromSeconds(4.5), wait);
        _time.Advance(wait);
        Assert.Equal(1, Take(limiter, 2));
        Assert.Equal(TimeSpan.FromSeconds(4), WaitOf(limiter));
    }

    [Fact]
    public void Asking_takes_nothing_and_neither_does_a_refusal()
    {
        using var limiter = new SlidingWindow(2, Second, _time);

        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(limiter.AttemptAcquire(0).IsAcquired));
        Assert.Equal(2, Take(limiter, 10));
        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
        _time.Advance(Second);
        Assert.Equal(2, Take(limiter, 10));
    }

    [Fact]
    public void Leave_tells_how_much_of_the_window_is_in_use_now()
    {
        using var limiter = new SlidingWindow(3, Second, _time);

        Assert.Equal([33, 66, 100], Enumerable.Range(0, 3).Select(_ => ((Leave)limiter.AttemptAcquire()).Percent).ToArray());
        _time.Advance(Second - Tick);
        Assert.False(limiter.AttemptAcquire().IsAcquired);
        _time.Advance(Tick);
        Assert.Equal(0, ((Leave)limiter.AttemptAcquire(0)).Percent);
        Assert.Equal(33, ((Leave)limiter.AttemptAcquire()).Percent);
    }

    [Fact]
    public async Task Nobody_queues()
    {
        using var limiter = new SlidingWindow(1, Second, _time);

        Assert.True((await limiter.AcquireAsync()).IsAcquired);
        Assert.False((await limiter.AcquireAsync()).IsAcquired);
    }

    [Fact]
    public async Task Under_load_it_gives_exactly_its_permits()
    {
        using var limiter = new SlidingWindow(1000, Second, _time);

        int[] given = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Take(limiter, 500))));

        Assert.Equal(1000, given.Sum());
    }

    [Fact]
    public void It_is_idle_once_its_window_is_empty()
    {
        using var limiter = new SlidingWindow(2, Second, _time);
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);

        Take(limiter, 1);
        _time.Advance(Second - Tick);
        Assert.Null(limiter.IdleDuration);
        _time.Advance(Tick);
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), limiter.IdleDuration);
    }

    private static int Take(SlidingWindow limiter, int times) => Enumerable.Range(0, times).Count(_ => limiter.AttemptAcquire().IsAcquired);

    private static TimeSpan WaitOf(SlidingWindow limiter)
    {
        using RateLimitLease lease = limiter.AttemptAcquire();
        Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
        return wait;
    }
}

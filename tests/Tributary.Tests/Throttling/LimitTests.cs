using System.Threading.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Tributary.Profiles;
using Tributary.Tests.Hosting;
using Tributary.Throttling;

namespace Tributary.Tests.Throttling;

public class LimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Every_limit_is_off_unless_set() => Assert.Empty(Limit.Of(new ThrottlingOptions(), _time));

    [Theory]
    [InlineData("fast")]
    [InlineData("graph", "ConcurrentCalls", "ItemWritesPerSecond", "ItemReadsPerSecond", "GroupCallsPerSecond", "RetrievalsPerHour", "AppCallsPerTenSeconds")]
    public void A_profile_switches_on_what_is_published(string name, params string[] limits)
    {
        Profile profile = Profile.All.Single(profile => profile.Name == name);
        ThrottlingOptions options = new ConfigurationBuilder().AddInMemoryCollection(profile.Values).Build().GetSection("Throttling").Get<ThrottlingOptions>()!;

        Limit[] on = [.. Limit.Of(options, _time)];

        Assert.Equal(limits, on.Select(limit => limit.Name));
        Assert.All(on, limit => limit.Limiters.Dispose());
    }

    [Fact]
    public async Task A_partition_that_is_idle_is_dropped()
    {
        Limit limit = Limit.Of(new ThrottlingOptions { ItemWritesPerSecond = 5 }, _time).Single();
        await using PartitionedRateLimiter<LimitKey> limiters = limit.Limiters;
        var key = new LimitKey("tenant", Connection: "contosohr");
        Assert.True(limiters.AttemptAcquire(key).IsAcquired);
        Assert.Equal(1, limiters.GetStatistics(key)!.TotalSuccessfulLeases);

        // The window, and more than ten seconds of idleness; the limiter that stands there then is another one, which has given nothing yet.
        _time.Advance(TimeSpan.FromSeconds(12));
        await Eventually.IsTrueAsync(() => Task.FromResult(limiters.GetStatistics(key)!.TotalSuccessfulLeases == 0), "The idle partition is dropped");
    }
}

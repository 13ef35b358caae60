using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tributary.Directories;
using Tributary.Directories.MicrosoftGraph;
using Tributary.Telemetry;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

public sealed class RememberedMembershipsTests : IDisposable
{
    private static readonly RememberedMemberships.Key Ada = new("tenant", "ada");
    private static readonly RememberedMemberships.Key Bob = new("tenant", "bob");
    private static readonly DirectoryUnavailableException Unavailable = new("down");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero));
    private readonly TributaryMeter _meter = new();
    private int _reads;
    private bool _isDown;
    private bool _isUnknown;
    private Task _gate = Task.CompletedTask;

    public void Dispose() => _meter.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(149, 1)]
    [InlineData(300, 2)]
    public async Task What_is_not_old_is_told_again_without_asking(int seconds, int reads)
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        await memberships.GetAsync(Ada, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal([$"group{reads}"], (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups);
        Assert.Equal(reads, _reads);
    }

    [Fact]
    public async Task From_half_its_age_on_it_is_read_again_beside_the_request()
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        await memberships.GetAsync(Ada, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(["group1"], (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups);
        await Eventually.IsTrueAsync(async () => (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups.Contains("group2"), "the new membership");

        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal(["group2"], (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups);
    }

    [Fact]
    public async Task A_source_that_is_down_is_not_noticed_until_the_stated_staleness_and_then_nobody_is_answered()
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        await memberships.GetAsync(Ada, CancellationToken.None);
        _isDown = true;

        foreach (int seconds in (int[])[160, 60, 79])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(["group1"], (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(Unavailable, await Assert.ThrowsAsync<DirectoryUnavailableException>(() => memberships.GetAsync(Ada, CancellationToken.None).AsTask()));

        _isDown = false;
        Assert.NotNull(await memberships.GetAsync(Ada, CancellationToken.None));
    }

    [Fact]
    public async Task A_failing_source_is_asked_beside_requests_at_most_every_five_seconds()
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        await memberships.GetAsync(Ada, CancellationToken.None);
        _isDown = true;
        _time.Advance(TimeSpan.FromSeconds(150));

        for (int i = 0; i < 20; i++)
        {
            await memberships.GetAsync(Ada, CancellationToken.None);
        }

        await Eventually.IsTrueAsync(() => Task.FromResult(_reads == 2), "the one attempt");
        _time.Advance(TimeSpan.FromSeconds(5));
        await memberships.GetAsync(Ada, CancellationToken.None);
        await Eventually.IsTrueAsync(() => Task.FromResult(_reads == 3), "the next attempt");
    }

    [Fact]
    public async Task With_no_staleness_every_request_asks_even_beside_another()
    {
        using RememberedMemberships memberships = Create(TimeSpan.Zero);
        var gate = new TaskCompletionSource();
        _gate = gate.Task;

        Task<DirectoryMembership?>[] asked = [.. Enumerable.Range(0, 3).Select(_ => memberships.GetAsync(Ada, CancellationToken.None).AsTask())];
        await Eventually.IsTrueAsync(() => Task.FromResult(_reads == 3), "three readings");
        gate.SetResult();
        await Task.WhenAll(asked);

        await memberships.GetAsync(Ada, CancellationToken.None);
        Assert.Equal(4, _reads);
    }

    [Fact]
    public async Task However_many_ask_for_a_user_at_a_time_he_is_read_once_even_if_the_first_goes_away()
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        var gate = new TaskCompletionSource();
        _gate = gate.Task;
        using var leaving = new CancellationTokenSource();

        Task first = memberships.GetAsync(Ada, leaving.Token).AsTask();
        Task<DirectoryMembership?>[] others = [.. Enumerable.Range(0, 50).Select(_ => memberships.GetAsync(Ada, CancellationToken.None).AsTask())];
        Task<DirectoryMembership?> bob = memberships.GetAsync(Bob, CancellationToken.None).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.All(await Task.WhenAll(others), Assert.NotNull);
        Assert.NotNull(await bob);
        Assert.Equal(2, _reads);
    }

    [Theory]
    [InlineData(29, 1)]
    [InlineData(30, 2)]
    public async Task An_unknown_user_is_unknown_for_half_a_minute_at_most(int seconds, int reads)
    {
        using RememberedMemberships memberships = Create(TimeSpan.FromMinutes(5));
        _isUnknown = true;
        Assert.Null(await memberships.GetAsync(Ada, CancellationToken.None));
        _isUnknown = false;

        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(reads == 1, await memberships.GetAsync(Ada, CancellationToken.None) is null);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_nothing_fresh()
    {
        var time = new MovedTime(_time);
        using RememberedMemberships memberships = new(ReadAsync, new GraphDirectoryOptions(), time, new CacheMetrics(_meter), NullLogger.Instance);
        await memberships.GetAsync(Ada, CancellationToken.None);

        time.Offset = TimeSpan.FromHours(-1);
        Assert.Equal(["group2"], (await memberships.GetAsync(Ada, CancellationToken.None))!.Groups);
    }

    [Fact]
    public async Task What_finds_no_room_is_read_again_and_answered_all_the_same()
    {
        using RememberedMemberships memberships = new(
            ReadAsync, new GraphDirectoryOptions { MaxCacheBytes = 1500 }, _time, new CacheMetrics(_meter), NullLogger.Instance);

        for (int i = 0; i < 3; i++)
        {
            Assert.NotNull(await memberships.GetAsync(Ada, CancellationToken.None));
            Assert.NotNull(await memberships.GetAsync(Bob, CancellationToken.None));
        }

        Assert.True(_reads > 2, $"There was room for one, and only {_reads} readings.");
    }

    private RememberedMemberships Create(TimeSpan maxStaleness) =>
        new(ReadAsync, new GraphDirectoryOptions { MaxStaleness = maxStaleness }, _time, new CacheMetrics(_meter), NullLogger.Instance);

    private async Task<DirectoryMembership?> ReadAsync(RememberedMemberships.Key key, CancellationToken cancellationToken)
    {
        int read = Interlocked.Increment(ref _reads);
        await _gate;
        return _isDown ? throw Unavailable
            : _isUnknown ? null
            : new DirectoryMembership(new DirectoryUser { Id = key.UserId, UserPrincipalName = key.UserId }, new HashSet<string> { $"group{read}" });
    }

    private sealed class MovedTime(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;
    }
}

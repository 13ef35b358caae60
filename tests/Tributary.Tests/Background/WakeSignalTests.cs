using Microsoft.Extensions.Time.Testing;
using Tributary.Background;

namespace Tributary.Tests.Background;

public sealed class WakeSignalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WakeSignal _signal;

    public WakeSignalTests() => _signal = new WakeSignal(_time);

    public void Dispose()
    {
        _signal.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_sleep_ends_when_its_time_has_come_and_not_before()
    {
        Task sleep = _signal.SleepAsync(TimeSpan.FromSeconds(5), _stopping.Token);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(sleep.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await sleep.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void What_is_past_is_not_slept_for() => Assert.True(_signal.SleepUntilAsync(_time.GetUtcNow(), _stopping.Token).IsCompletedSuccessfully);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wakes_ends_the_sleep_or_the_next_one(bool isAsleep)
    {
        Task sleep = isAsleep ? _signal.SleepUntilAsync(null, _stopping.Token) : Task.CompletedTask;
        Assert.NotEqual(isAsleep, sleep.IsCompleted);
        _signal.Wake();
        sleep = isAsleep ? sleep : _signal.SleepUntilAsync(null, _stopping.Token);
        await sleep.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(_signal.SleepUntilAsync(null, _stopping.Token).IsCompleted);
    }

    /// <summary>A timer of months is more than there is.</summary>
    [Fact]
    public async Task Who_sleeps_very_long_looks_after_an_hour()
    {
        Task sleep = _signal.SleepAsync(TimeSpan.FromDays(365), _stopping.Token);
        _time.Advance(TimeSpan.FromHours(1));
        await sleep.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_cancelled_sleep_ends_without_an_exception()
    {
        Task sleep = _signal.SleepAsync(TimeSpan.FromSeconds(5), _stopping.Token);
        await _stopping.CancelAsync();
        await sleep.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void The_last_signal_of_a_server_that_stops_does_no_harm()
    {
        _signal.Dispose();
        _signal.Wake();
    }
}

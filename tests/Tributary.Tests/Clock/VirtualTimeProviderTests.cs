using Microsoft.Extensions.Time.Testing;
using Tributary.Clock;

namespace Tributary.Tests.Clock;

/// <summary>The virtual clock over a real one that the test moves, so that what runs and what is moved are told apart.</summary>
public sealed class VirtualTimeProviderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _real = new(Noon);
    private readonly VirtualTimeProvider _clock;

    public VirtualTimeProviderTests() => _clock = new VirtualTimeProvider(_real);

    public void Dispose() => _clock.Dispose();

    private void Freeze() => Assert.True(_clock.TryChange(new ClockChange(IsFrozen: true), out _));

    private void Advance(TimeSpan step) => Assert.True(_clock.TryChange(new ClockChange(Advance: step), out _));

    private ITimer Timer(TimeSpan due, Action fired, TimeSpan? period = null) =>
        _clock.CreateTimer(_ => fired(), null, due, period ?? Timeout.InfiniteTimeSpan);

    // ---- what it shows ---------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void It_runs_with_the_real_one()
    {
        _real.Advance(Second);

        Assert.Equal(new ClockReading(Noon + Second, false, TimeSpan.Zero), _clock.Read());
        Assert.Equal(Noon + Second, _clock.GetUtcNow());
    }

    [Fact]
    public void Frozen_it_stands_and_resumed_it_goes_on_from_there()
    {
        Freeze();
        _real.Advance(Second);
        Assert.Equal(new ClockReading(Noon, true, -Second), _clock.Read());

        Assert.True(_clock.TryChange(new ClockChange(IsFrozen: false), out ClockReading resumed));

        Assert.Equal(new ClockReading(Noon, false, -Second), resumed);
        _real.Advance(Second);
        Assert.Equal(Noon + Second, _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_advanced_and_set_and_keeps_standing_or_running(bool isFrozen)
    {
        Assert.True(_clock.TryChange(new ClockChange(Advance: TimeSpan.FromHours(1), IsFrozen: isFrozen), out ClockReading reading));
        Assert.Equal(new ClockReading(Noon.AddHours(1), isFrozen, TimeSpan.FromHours(1)), reading);

        Assert.True(_clock.TryChange(new ClockChange(UtcNow: Noon.AddHours(3)), out reading));
        Assert.Equal(new ClockReading(Noon.AddHours(3), isFrozen, TimeSpan.FromHours(3)), reading);

        _real.Advance(Second);
        Assert.Equal(Noon.AddHours(3) + (isFrozen ? TimeSpan.Zero : Second), _clock.GetUtcNow());
    }

    [Fact]
    public void It_does_not_go_backwards_not_even_by_a_tick()
    {
        Freeze();

        Assert.False(_clock.TryChange(new ClockChange(UtcNow: Noon - Tick, IsFrozen: false), out ClockReading refused));
        Assert.Equal(new ClockReading(Noon, true, TimeSpan.Zero), refused);
        Assert.False(_clock.TryChange(new ClockChange(Advance: -Tick), out _));
        Assert.True(_clock.TryChange(new ClockChange(UtcNow: Noon), out _));
        Assert.True(_clock.TryChange(new ClockChange(Advance: TimeSpan.Zero), out _));
    }

    [Fact]
    public void It_goes_as_far_as_its_latest_time_and_no_further()
    {
        Freeze();

        Assert.False(_clock.TryChange(new ClockChange(UtcNow: VirtualTimeProvider.Latest + Tick), out _));
        Assert.False(_clock.TryChange(new ClockChange(Advance: TimeSpan.MaxValue), out _));
        Assert.True(_clock.TryChange(new ClockChange(UtcNow: VirtualTimeProvider.Latest), out _));
        Assert.False(_clock.TryChange(new ClockChange(Advance: Tick), out _));
    }

    [Fact]
    public void The_timestamp_measures_virtual_time()
    {
        long start = _clock.GetTimestamp();
        _real.Advance(Second);
        Assert.Equal(Second, _clock.GetElapsedTime(start));

        Freeze();
        _real.Advance(Second);
        Assert.Equal(Second, _clock.GetElapsedTime(start));

        Advance(TimeSpan.FromDays(1));
        Assert.Equal(TimeSpan.FromDays(1) + Second, _clock.GetElapsedTime(start));

        Assert.True(_clock.TryChange(new ClockChange(IsFrozen: false), out _));
        _real.Advance(Second);
        Assert.Equal(TimeSpan.FromDays(1) + (2 * Second), _clock.GetElapsedTime(start));
    }

    [Fact]
    public async Task The_timestamp_never_goes_back_while_the_clock_is_stopped_moved_and_started()
    {
        using var clock = new VirtualTimeProvider(TimeProvider.System);
        int backwards = 0;
        using var ended = new CancellationTokenSource();
        Task reader = Task.Run(() =>
        {
            long last = 0;
            while (!ended.IsCancellationRequested)
            {
                long now = clock.GetTimestamp();
                backwards += now < last ? 1 : 0;
                last = now;
            }
        });
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(clock.TryChange(new ClockChange(Advance: Tick, IsFrozen: i % 2 == 0), out _));
        }

        await ended.CancelAsync();
        await reader;
        Assert.Equal(0, backwards);
    }

    // ---- timers ----------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_timer_fires_when_the_clock_is_moved_to_its_due_time_and_not_before()
    {
        Freeze();
        int fired = 0;
        using ITimer timer = Timer(Second, () => fired++);

        Advance(Second - Tick);
        Assert.Equal(0, fired);
        Advance(Tick);
        Assert.Equal(1, fired);
        Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_timer_fires_when_time_runs_to_its_due_time()
    {
        int fired = 0;
        using ITimer timer = Timer(TimeSpan.FromDays(3), () => fired++);

        _real.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, fired);
        _real.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_frozen_clock_holds_timers_up_and_a_resumed_one_lets_the_rest_of_their_time_pass()
    {
        int fired = 0;
        using ITimer timer = Timer(10 * Second, () => fired++);
        _real.Advance(4 * Second);
        Freeze();
        _real.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, fired);

        Assert.True(_clock.TryChange(new ClockChange(IsFrozen: false), out _));
        _real.Advance(6 * Second - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, fired);
        _real.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_then_of_their_making()
    {
        Freeze();
        List<string> fired = [];
        using ITimer late = Timer(2 * Second, () => fired.Add("late"));
        using ITimer early = Timer(Second, () => fired.Add("early"));
        using ITimer second = Timer(2 * Second, () => fired.Add("second"));

        Advance(5 * Second);

        Assert.Equal(["early", "late", "second"], fired);
    }

    [Fact]
    public void A_periodic_timer_keeps_its_beat_and_fires_once_for_what_was_passed_at_once()
    {
        Freeze();
        int fired = 0;
        using ITimer timer = Timer(Second, () => fired++, period: Second);

        Advance(Second);
        Advance(Second);
        Assert.Equal(2, fired);
        Advance(TimeSpan.FromSeconds(10.5));
        Assert.Equal(3, fired);
        Advance(TimeSpan.FromSeconds(0.5) - Tick);
        Assert.Equal(3, fired);
        Advance(Tick);
        Assert.Equal(4, fired);
    }

    [Fact]
    public async Task A_timer_that_is_due_at_once_fires_though_the_clock_stands()
    {
        Freeze();
        var fired = new TaskCompletionSource();

        using ITimer timer = Timer(TimeSpan.Zero, fired.SetResult);

        await fired.Task.WaitAsync(Patience);
    }

    [Fact]
    public void A_timer_without_due_time_waits_for_one()
    {
        Freeze();
        int fired = 0;
        using ITimer timer = Timer(Timeout.InfiniteTimeSpan, () => fired++);
        Advance(TimeSpan.FromDays(365));
        Assert.Equal(0, fired);

        Assert.True(timer.Change(Second, Timeout.InfiniteTimeSpan));
        Advance(Second);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_changed_timer_keeps_to_the_new_time_only()
    {
        Freeze();
        int fired = 0;
        using ITimer timer = Timer(Second, () => fired++);

        Assert.True(timer.Change(3 * Second, Timeout.InfiniteTimeSpan));
        Advance(2 * Second);
        Assert.Equal(0, fired);
        Advance(Second);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_disposed_timer_does_not_fire_and_cannot_be_changed()
    {
        Freeze();
        int fired = 0;
        ITimer timer = Timer(Second, () => fired++);

        timer.Dispose();

        Assert.False(timer.Change(Second, Second));
        Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, fired);
    }

    [Fact]
    public async Task Disposing_asynchronously_waits_for_a_callback_that_runs()
    {
        Freeze();
        var begun = new TaskCompletionSource();
        using var mayEnd = new ManualResetEventSlim();
        ITimer timer = Timer(Second, () =>
        {
            begun.SetResult();
            mayEnd.Wait(Patience);
        });
        Task advancing = Task.Run(() => Advance(Second));
        await begun.Task.WaitAsync(Patience);

        Task disposing = timer.DisposeAsync().AsTask();

        Assert.False(disposing.IsCompleted);
        mayEnd.Set();
        await disposing.WaitAsync(Patience);
        await advancing;
    }

    [Theory]
    [InlineData(-2, 0)]
    [InlineData(4294967295L, 0)]
    [InlineData(0, -2)]
    [InlineData(0, 4294967295L)]
    public void Times_that_no_timer_takes_are_refused(long due, long period) => Assert.Throws<ArgumentOutOfRangeException>(
        () => _clock.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period)));

    [Fact]
    public void The_longest_times_are_taken()
    {
        using ITimer timer = _clock.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(4294967294L), TimeSpan.FromMilliseconds(4294967294L));

        Assert.NotNull(timer);
    }

    // ---- re-entrance and concurrency -------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_callback_may_move_the_clock_and_what_becomes_due_fires_once()
    {
        Freeze();
        List<string> fired = [];
        using ITimer second = Timer(10 * Second, () => fired.Add("second"));
        using ITimer first = Timer(Second, () =>
        {
            fired.Add("first");
            Advance(10 * Second);
        });

        Advance(Second);

        Assert.Equal(["first", "second"], fired);
        Assert.Equal(Noon + (11 * Second), _clock.GetUtcNow());
    }

    [Fact]
    public void A_callback_may_dispose_another_timer_that_is_due_too()
    {
        Freeze();
        int fired = 0;
        ITimer? second = null;
        using ITimer first = Timer(Second, () => second!.Dispose());
        second = Timer(2 * Second, () => fired++);

        Advance(5 * Second);

        Assert.Equal(0, fired);
    }

    [Fact]
    public async Task A_timer_that_renews_itself_at_once_does_not_hold_up_whoever_moves_the_clock()
    {
        Freeze();
        int fired = 0;
        var often = new TaskCompletionSource();
        ITimer? timer = null;
        timer = Timer(Second, () =>
        {
            if (Interlocked.Increment(ref fired) < 100)
            {
                timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
            else
            {
                often.SetResult();
            }
        });

        await Task.Run(() => Advance(Second)).WaitAsync(Patience);

        await often.Task.WaitAsync(Patience);
        timer.Dispose();
    }

    [Fact]
    public void A_callback_that_fails_does_not_cost_the_others_their_turn()
    {
        Freeze();
        int fired = 0;
        using ITimer failing = Timer(Second, () => throw new InvalidOperationException("planned"));
        using ITimer other = Timer(2 * Second, () => fired++);

        AggregateException failure = Assert.Throws<AggregateException>(() => _clock.TryChange(new ClockChange(Advance: 5 * Second), out _));

        Assert.Equal("planned", Assert.Single(failure.InnerExceptions).Message);
        Assert.Equal(1, fired);
    }

    [Fact]
    public async Task However_many_move_the_clock_each_timer_fires_exactly_once()
    {
        Freeze();
        const int Timers = 2_000;
        int[] fired = new int[Timers];
        ITimer[] timers = [.. Enumerable.Range(0, Timers).Select(i => Timer(TimeSpan.FromSeconds(1 + i), () => Interlocked.Increment(ref fired[i])))];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Timers / 8; i++)
            {
                Advance(Second);
            }
        })));

        Assert.All(fired, times => Assert.Equal(1, times));
        Array.ForEach(timers, timer => timer.Dispose());
    }

    [Fact]
    public void A_callback_runs_in_the_context_of_its_maker()
    {
        Freeze();
        var local = new AsyncLocal<string>();
        string? seen = null;
        local.Value = "maker";
        using ITimer timer = Timer(Second, () => seen = local.Value);
        local.Value = "mover";

        Advance(Second);

        Assert.Equal("maker", seen);
    }

    // ---- what is built on timers -----------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Delays_cancellations_and_periodic_timers_follow_it()
    {
        Freeze();
        Task delay = Task.Delay(Second, _clock);
        using var cancellation = new CancellationTokenSource(Second, _clock);
        using var periodic = new PeriodicTimer(Second, _clock);
        ValueTask<bool> tick = periodic.WaitForNextTickAsync();
        Advance(Second - TimeSpan.FromMilliseconds(1));
        Assert.False(delay.IsCompleted || cancellation.IsCancellationRequested || tick.IsCompleted);

        Advance(TimeSpan.FromMilliseconds(1));

        await delay.WaitAsync(Patience);
        Assert.True(cancellation.IsCancellationRequested);
        Assert.True(await tick);
    }

    [Fact]
    public async Task Over_the_machines_clock_timers_fire_by_themselves()
    {
        using var clock = new VirtualTimeProvider(TimeProvider.System);
        Assert.True(clock.TryChange(new ClockChange(Advance: TimeSpan.FromDays(1)), out _));

        await Task.Delay(TimeSpan.FromMilliseconds(20), clock).WaitAsync(Patience);
    }

    [Fact]
    public void Once_disposed_it_fires_nothing()
    {
        int fired = 0;
        ITimer timer = Timer(Second, () => fired++);

        _clock.Dispose();

        _real.Advance(Second);
        Advance(Second);
        Assert.False(timer.Change(Second, Second));
        Assert.Equal(0, fired);
    }
}

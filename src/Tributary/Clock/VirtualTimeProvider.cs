namespace Tributary.Clock;

/// <summary>
/// A clock that follows another one until it is stopped or moved, always forward. Timers follow it: one fires when the virtual time passes its due time,
/// be it because time runs or because it was moved there.
/// </summary>
/// <remarks>
/// Whoever moves the clock fires what became due, in the order of due times, before the call returns; so an answer that says "it is ten o'clock" comes after
/// every timer up to ten o'clock. A periodic timer that several of its periods passed fires once and keeps its beat, as .NET's own do after a pause.
/// Callbacks run outside the lock: they may create, change and dispose timers and move the clock themselves. What they schedule anew is left to the next
/// round on the thread pool, so that a timer which renews itself at once cannot hold up the one who moves the clock.
/// </remarks>
internal sealed class VirtualTimeProvider : TimeProvider, IDisposable
{
    /// <summary>The clock goes no further: whatever is added to its time must still be a date.</summary>
    public static readonly DateTimeOffset Latest = new(9900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The real clock's timers take no longer waits than some weeks; the alarm looks again after this long.</summary>
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly TimeProvider _real;
    private readonly long _realStart;
    private readonly ITimer _alarm;
    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _waiting = new(Comparer<VirtualTimer>.Create(CompareDue));

    /// <summary>Virtual less real time, while the clock runs: of the date and of the timestamp, which start at different points.</summary>
    private Moment _shift;

    private Moment? _frozen;
    private long _lastNumber;
    private bool _isDisposed;

    /// <param name="real">The clock that is followed.</param>
    public VirtualTimeProvider(TimeProvider real)
    {
        _real = real;
        _realStart = real.GetTimestamp();
        _alarm = real.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return new DateTimeOffset(Now(Real()).Date, TimeSpan.Zero);
        }
    }

    /// <summary>Ticks that passed on this clock since it was made. It stands while the clock does and jumps when it is moved.</summary>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return Now(Real()).Timestamp;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public ClockReading Read()
    {
        lock (_lock)
        {
            Moment real = Real();
            return Reading(real, Now(real));
        }
    }

    /// <summary>Moves the clock, then stops it or lets it run; at once, so that nothing passes in between. Fires what became due.</summary>
    /// <param name="change">What to do; parts that are null stay as they are.</param>
    /// <param name="reading">What the clock shows afterwards; when refused, what it shows.</param>
    /// <returns>False, with nothing done, for a move backwards or past <see cref="Latest"/>.</returns>
    public bool TryChange(ClockChange change, out ClockReading reading)
    {
        lock (_lock)
        {
            Moment real = Real();
            Moment now = Now(real);
            long step = change.UtcNow is { } target ? target.UtcTicks - now.Date : change.Advance?.Ticks ?? 0;
            if (step < 0 || step > Latest.UtcTicks - now.Date)
            {
                reading = Reading(real, now);
                return false;
            }

            var then = new Moment(now.Date + step, now.Timestamp + step);
            bool isFrozen = change.IsFrozen ?? _frozen is not null;
            _frozen = isFrozen ? then : null;
            _shift = new Moment(then.Date - real.Date, then.Timestamp - real.Timestamp);
            reading = Reading(real, then);
        }

        FireDue();
        return true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _waiting.Clear();
        }

        _alarm.Dispose();
    }

    private Moment Real() => new(_real.GetUtcNow().UtcTicks, _real.GetElapsedTime(_realStart).Ticks);

    private Moment Now(Moment real) => _frozen ?? new Moment(real.Date + _shift.Date, real.Timestamp + _shift.Timestamp);

    private ClockReading Reading(Moment real, Moment now) =>
        new(new DateTimeOffset(now.Date, TimeSpan.Zero), _frozen is not null, TimeSpan.FromTicks(now.Date - real.Date));

    private bool Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed || _isDisposed)
            {
                return false;
            }

            _waiting.Remove(timer);
            timer.Period = period > TimeSpan.Zero ? period.Ticks : null;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Wait(timer, Now(Real()).Timestamp + dueTime.Ticks);
            }

            SetAlarm();
            return true;
        }
    }

    private void Wait(VirtualTimer timer, long due)
    {
        timer.Due = due;
        timer.Number = ++_lastNumber;
        _waiting.Add(timer);
    }

    /// <summary>Fires each timer once that is due now. What is scheduled meanwhile, be it due at once, is not this round's.</summary>
    private void FireDue()
    {
        long lastNumber;
        lock (_lock)
        {
            lastNumber = _lastNumber;
        }

        List<Exception>? failures = null;
        while (TakeDueOrNull(lastNumber) is { } timer)
        {
            try
            {
                timer.Fire();
            }
#pragma warning disable CA1031 // One callback's failure must not cost the others their turn.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                (failures ??= []).Add(exception);
            }
        }

        if (failures is not null)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>Takes the first due timer off the queue; whoever takes it fires it, so none fires twice. Sets the alarm when there is none left.</summary>
    private VirtualTimer? TakeDueOrNull(long lastNumber)
    {
        lock (_lock)
        {
            long now = Now(Real()).Timestamp;
            foreach (VirtualTimer timer in _waiting)
            {
                if (timer.Due > now)
                {
                    break;
                }

                if (timer.Number > lastNumber)
                {
                    continue;
                }

                _waiting.Remove(timer);
                if (timer.Period is { } period)
                {
                    Wait(timer, timer.Due + (period * (1 + ((now - timer.Due) / period))));
                }

                timer.Running++;
                return timer;
            }

            SetAlarm();
            return null;
        }
    }

    private void SetAlarm()
    {
        if (_isDisposed)
        {
            return;
        }

        TimeSpan wait = _waiting.Min is { } first ? TimeSpan.FromTicks(first.Due - Now(Real()).Timestamp) : Timeout.InfiniteTimeSpan;
        if (_waiting.Count > 0 && wait <= TimeSpan.Zero)
        {
            // Also when the clock stands: what was to happen at once happens.
            ThreadPool.UnsafeQueueUserWorkItem(static clock => clock.FireDue(), this, preferLocal: false);
            return;
        }

        if (_waiting.Count == 0 || _frozen is not null)
        {
            wait = Timeout.InfiniteTimeSpan;
        }
        else
        {
            // The real clock's timers cut fractions of a millisecond off and would be early.
            wait = wait < LongestAlarm ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : LongestAlarm;
        }

        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private static int CompareDue(VirtualTimer one, VirtualTimer other)
    {
        int byDue = one.Due.CompareTo(other.Due);
        return byDue != 0 ? byDue : one.Number.CompareTo(other.Number);
    }

    /// <summary>An instant in ticks, by the calendar and by the timestamp.</summary>
    private readonly record struct Moment(long Date, long Timestamp);

    private sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>The callback runs as its creator would have run it, not as whoever moves the clock.</summary>
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        private TaskCompletionSource? _idle;

        /// <summary>When it fires, in ticks of the timestamp; with <see cref="Number"/> its place in the queue. Changed only while it is not in there.</summary>
        public long Due { get; set; }

        /// <summary>New each time it is scheduled.</summary>
        public long Number { get; set; }

        public long? Period { get; set; }

        public bool IsDisposed { get; private set; }

        /// <summary>Callbacks that were taken to be run and have not ended.</summary>
        public int Running { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Check(dueTime, nameof(dueTime));
            Check(period, nameof(period));
            return clock.Schedule(this, dueTime, period);
        }

        public void Fire()
        {
            try
            {
                if (_context is null)
                {
                    callback(state);
                }
                else
                {
                    ExecutionContext.Run(_context, new ContextCallback(callback), state);
                }
            }
            finally
            {
                lock (clock._lock)
                {
                    if (--Running == 0)
                    {
                        _idle?.TrySetResult();
                    }
                }
            }
        }

        public void Dispose() => End();

        /// <summary>Completes when no callback runs any more.</summary>
        public ValueTask DisposeAsync() => new(End());

        private Task End()
        {
            lock (clock._lock)
            {
                IsDisposed = true;
                clock._waiting.Remove(this);
                if (Running == 0)
                {
                    return Task.CompletedTask;
                }

                _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _idle.Task;
            }
        }

        private static void Check(TimeSpan time, string name)
        {
            if (time != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTimer, name);
            }
        }
    }
}

/// <summary>What to do with the clock. Parts that are null stay as they are.</summary>
/// <param name="UtcNow">The time to go to.</param>
/// <param name="Advance">How far to go on; not together with <paramref name="UtcNow"/>.</param>
/// <param name="IsFrozen">Whether it stands from then on.</param>
internal readonly record struct ClockChange(DateTimeOffset? UtcNow = null, TimeSpan? Advance = null, bool? IsFrozen = null);

/// <summary>What the clock shows.</summary>
/// <param name="UtcNow">Its time.</param>
/// <param name="IsFrozen">Whether it stands.</param>
/// <param name="Offset">Its time less the real one.</param>
internal readonly record struct ClockReading(DateTimeOffset UtcNow, bool IsFrozen, TimeSpan Offset);

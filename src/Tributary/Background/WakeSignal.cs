namespace Tributary.Background;

/// <summary>The sleep of a loop in the background: until a time of the clock that is moved in tests and by operators, or until somebody wakes it.</summary>
internal sealed class WakeSignal(TimeProvider time) : IDisposable
{
    /// <summary>No timer runs longer than some weeks; whoever sleeps looks again after this long.</summary>
    private static readonly TimeSpan MaxSleep = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _signal = new(0);

    /// <summary>Ends a sleep, or the next one.</summary>
    public void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last signal of a server that is stopping.
        }
    }

    public Task SleepAsync(TimeSpan duration, CancellationToken cancellationToken) => SleepUntilAsync(time.GetUtcNow() + duration, cancellationToken);

    /// <summary>Returns also when it is cancelled.</summary>
    /// <param name="until">Null: only when woken.</param>
    public async Task SleepUntilAsync(DateTimeOffset? until, CancellationToken cancellationToken)
    {
        TimeSpan? wait = until - time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using ITimer? timer = wait is { } delay ? time.CreateTimer(_ => Wake(), null, delay < MaxSleep ? delay : MaxSleep, Timeout.InfiniteTimeSpan) : null;
        if (until <= time.GetUtcNow())
        {
            // The clock was advanced between the look at it and the timer.
            return;
        }

        await _signal.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _signal.Dispose();
}

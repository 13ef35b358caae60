using System.Diagnostics;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Writes for this node. What callers queued is run in one transaction that first takes the locks of all their scopes, so that within a scope writes are as serial as
/// on one writer, on however many nodes; then it commits, which waits for the disk, and only then answers.
/// </summary>
/// <remarks>
/// READ COMMITTED: each statement sees what was committed when it began, and the locks are held by then, so it sees all that earlier holders wrote. Locks are waited for in
/// one order by everybody, so that two groups do not wait for each other. A lock that is not to be had within a moment keeps only those who want it: they are put aside
/// (<see cref="PostgresBlockedWrites"/>), and run in a transaction of their own when they have it.
/// </remarks>
internal sealed partial class PostgresWriter : IAsyncDisposable
{
    /// <summary>So often a group is begun again, at most, when the database went away before it was to commit.</summary>
    private const int MaxTries = 4;

    /// <summary>A group from which so many pieces were taken out, as they threw, is run piece by piece.</summary>
    private const int MaxThrowers = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private readonly PostgresSessions _sessions;
    private readonly StorageMetrics _metrics;
    private readonly string _channel;
    private readonly WriteQueue _queue;
    private readonly PostgresBlockedWrites _blocked;
    private readonly BackgroundTurn _background = new();
    private readonly Thread _thread;

    /// <param name="sessions">Opens the writer's.</param>
    /// <param name="channel">On which other nodes are told.</param>
    /// <param name="metrics">Told of every commit.</param>
    public PostgresWriter(PostgresSessions sessions, string channel, StorageMetrics metrics)
    {
        _channel = channel;
        _sessions = sessions;
        _metrics = metrics;
        _queue = new WriteQueue(metrics);
        _blocked = new PostgresBlockedWrites(sessions, metrics, _queue.Wake);
        _thread = new Thread(Run) { Name = "PostgreSQL writer", IsBackground = true };
        _thread.Start();
    }

    public ValueTask<T> RunAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null) =>
        _queue.RunAsync(scope, work, bytes, cancellationToken, foresight);

    public ValueTask<T> RunInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _queue.RunInBackgroundAsync(scope, work, cancellationToken);

    public IWriteGroup GroupWrites() => _queue.GroupWrites();

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: shutting down drains.
        _queue.Complete();
        await Task.Run(_thread.Join);
        _blocked.Abandon();
        _session?.Dispose();
    }

    private void Run()
    {
        var group = new List<QueuedWrite>(WriteQueue.MaxGroup);
        while (!_queue.IsCompleted || !_blocked.IsEmpty)
        {
            _queue.Wait(LongestWait());
            bool isIdle;
            do
            {
                _queue.Gather(group, IsBackgroundsTurn);
                isIdle = group.Count == 0;
                _blocked.Join(group);
                RunAll(group);
                while (_blocked.TryTake(group, out PostgresTransaction? granted))
                {
                    RunAll(group, granted);
                }
            }
            while (!isIdle);
        }
    }

    private bool IsBackgroundsTurn(bool isIdle) => _background.IsNow(isIdle);

    private TimeSpan LongestWait()
    {
        TimeSpan longest = _queue.HasBackground ? BackgroundTurn.Sleep(_background.Left()) : Timeout.InfiniteTimeSpan;
        return _blocked.IsEmpty || (longest >= TimeSpan.Zero && longest < PostgresBlockedWrites.Tick) ? longest : PostgresBlockedWrites.Tick;
    }

    /// <summary>
    /// Runs the pieces until each is answered or put aside, in their order. When one throws, those before it are committed without it, and it has a transaction of its own:
    /// nothing of it may be kept.
    /// </summary>
    /// <param name="group">What to run.</param>
    /// <param name="granted">A transaction with locks that some of them waited for, to begin with.</param>
    private void RunAll(List<QueuedWrite> group, PostgresTransaction? granted = null)
    {
        List<QueuedWrite> left = group;
        for (int throwers = 1; !TryRun(left, granted, out QueuedWrite? thrower); throwers++)
        {
            granted = null;
            if (thrower is null || throwers > MaxThrowers)
            {
                // They stand in each other's way, or too many throw.
                left.ForEach(work => RunAll([work]));
                return;
            }

            int place = left.IndexOf(thrower);
            if (place > 0)
            {
                RunAll(left[..place]);
            }

            RunAll([thrower]);
            left = left[(place + 1)..];
        }
    }

    /// <summary>Runs pieces in one transaction and answers them.</summary>
    /// <param name="group">What to run. Who is put aside is taken out of it. One alone is answered or put aside in any case.</param>
    /// <param name="granted">A transaction to begin with.</param>
    /// <param name="thrower">The piece that threw by itself, when there are others.</param>
    /// <returns>False when nobody was answered.</returns>
    private bool TryRun(List<QueuedWrite> group, PostgresTransaction? granted, out QueuedWrite? thrower)
    {
        thrower = null;
        TimeSpan pause = FirstPause;
        for (int tries = 1; ; tries++)
        {
            long started = Stopwatch.GetTimestamp();
            QueuedWrite? current = null;
            bool isCommitting = false;
            PostgresTransaction? begun = null;
            try
            {
                group.RemoveAll(work => !work.TryStart());
                using PostgresTransaction? transaction = begun = Begin(group, tries == 1 ? granted : null);
                if (transaction is null || group.Count == 0)
                {
                    return true;
                }

                Foresee(transaction.Session, group);
                foreach (QueuedWrite work in group)
                {
                    current = work;
                    work.Run(transaction.Session);
                }

                current = null;
                transaction.Tell(_channel);
                isCommitting = true;
                transaction.Commit();
            }
#pragma warning disable CA1031 // Whatever it was, each caller hears of it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                PostgresFailure failure = PostgresErrors.Of(exception);
                if (failure is not (PostgresFailure.Other or PostgresFailure.Overdue) || isCommitting)
                {
                    Forget();
                }

                if (isCommitting && (failure is PostgresFailure.Disconnected or PostgresFailure.Refused || PostgresErrors.EndsSession(exception)))
                {
                    switch (OutcomeOrNull(begun!))
                    {
                        case true:
                            Answer(group, Stopwatch.GetElapsedTime(started));
                            return true;
                        case null:
                            Fail(group, new StorageUnavailableException("The database went away while it was told to keep the write; it is not known whether it did.", exception));
                            return true;
                    }
                }

                if (failure == PostgresFailure.Disconnected && tries < MaxTries)
                {
                    Thread.Sleep(pause);
                    pause *= 4;
                    continue;
                }

                if (failure is PostgresFailure.Disconnected or PostgresFailure.Refused)
                {
                    Fail(group, PostgresErrors.Told(exception));
                    return true;
                }

                if (group.Count > 1)
                {
                    thrower = failure == PostgresFailure.Conflict ? null : current;
                    return false;
                }

                if (failure == PostgresFailure.Conflict && tries < MaxTries)
                {
                    continue;
                }

                Fail(group, PostgresErrors.Told(exception));
                return true;
            }

            Answer(group, Stopwatch.GetElapsedTime(started));
            return true;
        }
    }

    private static void Foresee(SqlSession session, List<QueuedWrite> group)
    {
        if (group.Count == 1)
        {
            return;
        }

        foreach (IGrouping<Type, Foresight> kind in group.Select(work => work.Foresight).OfType<Foresight>().GroupBy(foresight => foresight.GetType()))
        {
            kind.First().Read(session, [.. kind]);
        }
    }

    private void Answer(List<QueuedWrite> group, TimeSpan elapsed)
    {
        if (group.Exists(work => work.IsBackground))
        {
            _background.Ended(elapsed);
        }

        _metrics.Committed(group.Count, elapsed);
        group.ForEach(work => work.Answer());
    }

    private static void Fail(List<QueuedWrite> group, Exception exception) => group.ForEach(work => work.Fail(exception));
}

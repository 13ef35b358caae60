using System.Diagnostics;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Writes for this node. What callers queued is run in one transaction that first takes the locks of all their scopes, so that within a scope writes are as serial as
/// on one writer, on however many nodes; then it commits, which waits for the disk, and only then answers.
/// </summary>
/// <remarks>
/// READ COMMITTED: each statement sees what was committed when it began, and the locks are held by then, so it sees all that earlier holders wrote. Locks are taken in
/// one order by everybody, so that two groups do not wait for each other; and without waiting, so that what is held elsewhere keeps only those who want it.
/// </remarks>
internal sealed partial class PostgresWriter : IAsyncDisposable
{
    /// <summary>So often a group is begun again, at most, when the database went away before it was to commit.</summary>
    private const int MaxTries = 4;

    /// <summary>A group from which so many pieces were taken out, as they threw, is run piece by piece.</summary>
    private const int MaxThrowers = 3;

    /// <summary>So often the server is asked what became of a transaction, at growing intervals: for about five seconds.</summary>
    private const int MaxQuestions = 8;

    /// <summary>
    /// Another one since a standby took over, or the server or its processes were started again: after a crash a transaction's number is given anew if nothing of it had come to
    /// the disk. Null for a user who may not see the server's own processes (<c>pg_read_all_stats</c>), and a standby does not tell.
    /// </summary>
    private const string Timeline =
        """
        SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || ' ' || pg_postmaster_start_time()::text || ' '
            || (SELECT backend_start::text FROM pg_stat_activity WHERE backend_type = 'checkpointer')
        """;

    /// <summary>Of 8,000 bytes that a notification may have.</summary>
    private const int SignalsOfText = 300;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private readonly PostgresSessions _sessions;
    private readonly StorageMetrics _metrics;
    private readonly string _channel;
    private readonly WriteQueue _queue;
    private readonly BackgroundTurn _background = new();
    private readonly Thread _thread;
    private SqlSession? _session;
    private string _timeline = "";
    private int _server;
    private volatile int _process;

    /// <param name="sessions">Opens the writer's.</param>
    /// <param name="channel">On which other nodes are told.</param>
    /// <param name="metrics">Told of every commit.</param>
    public PostgresWriter(PostgresSessions sessions, string channel, StorageMetrics metrics)
    {
        _channel = channel;
        _sessions = sessions;
        _metrics = metrics;
        _queue = new WriteQueue(metrics);
        _thread = new Thread(Run) { Name = "PostgreSQL writer", IsBackground = true };
        _thread.Start();
    }

    public ValueTask<T> RunAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null) =>
        _queue.RunAsync(scope, work, bytes, cancellationToken, foresight);

    public ValueTask<T> RunInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _queue.RunInBackgroundAsync(scope, work, cancellationToken);

    public IWriteGroup GroupWrites() => _queue.GroupWrites();

    /// <summary>Whether a process of the server serves this writer.</summary>
    public bool IsServedBy(int process) => _process == process;

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: shutting down drains.
        _queue.Complete();
        await Task.Run(_thread.Join);
        _session?.Dispose();
    }

    private void Run()
    {
        var group = new List<QueuedWrite>(WriteQueue.MaxGroup);
        while (!_queue.IsCompleted || _blocked.Count > 0)
        {
            _queue.Wait(_blocked.Count > 0 ? TimeSpan.Zero : _queue.HasBackground ? BackgroundTurn.Sleep(_background.Left()) : Timeout.InfiniteTimeSpan);
            for (_queue.Gather(group, IsBackgroundsTurn); group.Count > 0; _queue.Gather(group, IsBackgroundsTurn))
            {
                RunAll(WithoutBlocked(group), waits: false);
                RunBlocked();
            }

            RunBlocked();
        }
    }

    private bool IsBackgroundsTurn(bool isIdle) => _background.IsNow(isIdle);

    /// <summary>
    /// Runs the pieces until each is answered, in their order. When one throws, those before it are committed without it, and it has a transaction of its own: nothing of
    /// it may be kept.
    /// </summary>
    private void RunAll(List<QueuedWrite> group, bool waits)
    {
        List<QueuedWrite> left = group;
        for (int throwers = 1; !TryRun(ref left, waits, out QueuedWrite? thrower); throwers++)
        {
            if (thrower is null || throwers > MaxThrowers)
            {
                // They stand in each other's way, or too many throw.
                left.ForEach(work => RunAlone(work, waits));
                return;
            }

            int place = left.IndexOf(thrower);
            if (place > 0)
            {
                RunAll(left[..place], waits);
            }

            RunAlone(thrower, waits);
            left = left[(place + 1)..];
        }
    }

    private void RunAlone(QueuedWrite work, bool waits)
    {
        List<QueuedWrite> alone = [work];
        TryRun(ref alone, waits, out _);
    }

    /// <summary>Runs pieces in one transaction and answers them, but for those whose locks cannot be had.</summary>
    /// <param name="group">What to run; afterwards without those that were put aside. One alone is answered or put aside in any case.</param>
    /// <param name="waits">Whether it waits for locks, or puts aside who would have to.</param>
    /// <param name="thrower">The piece that threw by itself, when there are others.</param>
    /// <returns>False when nobody was answered.</returns>
    private bool TryRun(ref List<QueuedWrite> group, bool waits, out QueuedWrite? thrower)
    {
        thrower = null;
        TimeSpan pause = FirstPause;
        for (int tries = 1; ; tries++)
        {
            long started = Stopwatch.GetTimestamp();
            List<QueuedWrite> running = [.. group.Where(work => work.TryStart())];
            if (running.Count == 0)
            {
                return true;
            }

            QueuedWrite? current = null;
            bool isCommitting = false;
            Begun begun = default;
            try
            {
                if (_session is not null && _server != _sessions.Servers)
                {
                    // It is with a server that has been put out of office and may not know.
                    Forget();
                }

                _session ??= Open();
                using NpgsqlTransaction transaction = Begin(_session, running, waits, out begun, out HashSet<long> held);
                if (held.Count > 0)
                {
                    group = Block(running, held);
                    tries--;
                    continue;
                }

                Foresee(_session, running);
                foreach (QueuedWrite work in running)
                {
                    current = work;
                    work.Run(_session);
                }

                current = null;
                Tell(_session);
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

                if (failure == PostgresFailure.Overdue && begun.Id is null)
                {
                    Block(running, held: null);
                    return true;
                }

                if (isCommitting && (failure is PostgresFailure.Disconnected or PostgresFailure.Refused || PostgresErrors.EndsSession(exception)))
                {
                    switch (OutcomeOrNull(begun))
                    {
                        case true:
                            Answer(running, Stopwatch.GetElapsedTime(started));
                            return true;
                        case null:
                            Fail(running, new StorageUnavailableException("The database went away while it was told to keep the write; it is not known whether it did.", exception));
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
                    Fail(running, PostgresErrors.Told(exception));
                    return true;
                }

                if (running.Count > 1)
                {
                    thrower = failure == PostgresFailure.Conflict ? null : current;
                    return false;
                }

                if (failure == PostgresFailure.Conflict && tries < MaxTries)
                {
                    continue;
                }

                Fail(running, PostgresErrors.Told(exception));
                return true;
            }

            Answer(running, Stopwatch.GetElapsedTime(started));
            return true;
        }
    }

    private SqlSession Open()
    {
        SqlSession session = _sessions.OpenWriter();
        try
        {
            _timeline = Text(session, Timeline) ?? "";
            _server = _sessions.Servers;
            session.KeepSignals();
            _process = ((NpgsqlConnection)session.Connection).ProcessID;
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
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

    /// <summary>Sends what is held, and with the commit the server tells the other nodes. As one text, cut so that none is longer than it takes.</summary>
    private void Tell(SqlSession session)
    {
        string[] signals = [.. session.TakeSignals().Chunk(SignalsOfText).Select(some => string.Join(' ', some))];
        if (signals.Length > 0)
        {
            session.Defer("SELECT pg_notify(@channel, t) FROM unnest(@texts) t", _channel, signals);
        }

        session.SendHeld();
    }

    /// <summary>
    /// Whether a transaction whose commit was not answered was committed: the server remembers. Null when it cannot be asked within some seconds, or when it is another
    /// one, which has taken over from the first and may have given the same number to another transaction.
    /// </summary>
    private bool? OutcomeOrNull(Begun begun)
    {
        TimeSpan pause = FirstPause;
        for (int tries = 1; tries <= MaxQuestions; tries++)
        {
            Thread.Sleep(pause);
            pause *= 2;
            try
            {
                _session ??= Open();
                if (_timeline.Length == 0 || _timeline != begun.Timeline)
                {
                    return null;
                }

                switch (Text(_session, "SELECT pg_xact_status(@id::xid8)", begun.Id))
                {
                    case "committed":
                        return true;
                    case "aborted":
                        return false;
                }
            }
            catch (Exception exception) when (PostgresErrors.Of(exception) is PostgresFailure.Disconnected or PostgresFailure.Refused)
            {
                Forget();
            }
            catch (PostgresException)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The first column of the first row.</summary>
    private static string? Text(SqlSession session, string sql, params ReadOnlySpan<object?> values)
    {
        using SqlReader reader = session.Query(sql, values);
        string? first = reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null;
        while (reader.Read())
        {
        }

        return first;
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

    /// <summary>The next try has a session of its own: this one's may be broken, or lead to a server that only reads by now.</summary>
    private void Forget()
    {
        try
        {
            _session?.Dispose();
        }
#pragma warning disable CA1031 // It is of no use any more, whatever it says.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        _session = null;
        _sessions.Clear();
    }

    /// <param name="Id">The transaction's number.</param>
    /// <param name="Timeline">Of the server that gave it.</param>
    private readonly record struct Begun(string Id, string Timeline);
}

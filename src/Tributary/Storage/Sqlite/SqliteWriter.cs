using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// The one writer: takes what callers queued, runs it in one transaction with a savepoint around each piece, commits (which waits for the disk), and only
/// then answers. While one group is being flushed the next one gathers, so the group's size follows the load by itself.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    /// <summary>Callers past this many wait in front of the queue; their waiting is the back-pressure.</summary>
    private const int QueueLength = 1024;

    /// <summary>A group ends at this many pieces or bytes, so that the first caller in it is not kept waiting for the last.</summary>
    private const int MaxGroup = 512;
    private const long MaxGroupBytes = 4 * 1024 * 1024;

    /// <summary>Larger pieces go through a lane of their own, one for each group, so that a burst of them cannot starve the small ones.</summary>
    private const long LargeBytes = 1024 * 1024;

    /// <summary>Pages past the configured maximum that only work which takes away may use: a deletion is a change, and needs a row for that first.</summary>
    private const long ReservedPages = 256;

    /// <summary>
    /// Background work is one piece at a time in a commit of its own, when nothing else is queued and it has rested so many times as long as its last commit
    /// took; when the others never leave a gap, it joins them after this long, so that it ends under any load.
    /// </summary>
    private const int RestFactor = 2;
    private static readonly TimeSpan LongestBackgroundWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Background work leaves the log alone while much of it waits to be copied back, but not for ever: a reader may keep it from being copied.</summary>
    private static readonly TimeSpan LongestLogWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogLook = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Work> _small = Channel.CreateBounded<Work>(QueueLength);
    private readonly Channel<Work> _large = Channel.CreateBounded<Work>(QueueLength);
    private readonly Channel<Work> _background = Channel.CreateBounded<Work>(QueueLength);
    private readonly SemaphoreSlim _wake = new(0);
    private int _signalled;
    private readonly SqlSession _session;
    private readonly SqliteLog _log;
    private readonly string? _maximum;
    private readonly string? _maximumWithReserve;
    private readonly StorageMetrics _metrics;
    private readonly Thread _thread;
    private bool? _mayUseReserve;
    private long _backgroundEnded;
    private TimeSpan _backgroundRest;

    /// <param name="session">The only one that writes.</param>
    /// <param name="log">Its log.</param>
    /// <param name="maxPages">How many pages there may be; 0: only the disk bounds them.</param>
    /// <param name="metrics">Told of every commit.</param>
    public SqliteWriter(SqlSession session, SqliteLog log, long maxPages, StorageMetrics metrics)
    {
        _session = session;
        _log = log;
        _metrics = metrics;
        if (maxPages > 0)
        {
            _maximum = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {maxPages}");
            _maximumWithReserve = string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {maxPages + ReservedPages}");
        }

        _thread = new Thread(Run) { Name = "SQLite writer", IsBackground = true };
        _thread.Start();
    }

    public async ValueTask<T> RunAsync<T>(Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work, bytes, cancellationToken);
        if (!Group.TryHold(this, item))
        {
            await (bytes > LargeBytes ? _large : _small).Writer.WriteAsync(item, cancellationToken);
            _metrics.Queued(1);
            Signal();
        }

        return await item.Task;
    }

    public async ValueTask<T> RunInBackgroundAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work, 0, cancellationToken) { IsBackground = true };
        await _background.Writer.WriteAsync(item, cancellationToken);
        _metrics.Queued(1);
        Signal();
        return await item.Task;
    }

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: shutting down drains.
        _small.Writer.TryComplete();
        _large.Writer.TryComplete();
        _background.Writer.TryComplete();
        Signal();
        await Task.Run(_thread.Join);
        _log.Dispose();
        _session.Dispose();

        // The semaphore stays: it holds nothing, and a caller whose write was just drained may be about to signal.
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Release();
        }
    }

    private void Run()
    {
        var group = new List<Work>(MaxGroup);
        while (!(_small.Reader.Completion.IsCompleted && _large.Reader.Completion.IsCompleted && _background.Reader.Completion.IsCompleted))
        {
            _wake.Wait(UntilBackgroundsTurn());

            // Lowered before the queues are read, so that what is queued from here on raises it again.
            Interlocked.Exchange(ref _signalled, 0);
            if (_log.IsBehind)
            {
                _log.Tend();
            }

            for (Gather(group); group.Count > 0; Gather(group))
            {
                RunGroup(group);
            }
        }
    }

    private void Gather(List<Work> group)
    {
        group.Clear();
        long bytes = 0;
        if (_large.Reader.TryRead(out Work? large))
        {
            group.Add(large);
        }

        while (group.Count < MaxGroup && bytes < MaxGroupBytes && _small.Reader.TryRead(out Work? small))
        {
            for (Work? work = small; work is not null; work = work.Next)
            {
                group.Add(work);
                bytes += work.Bytes;
            }
        }

        if (IsBackgroundsTurn(isIdle: group.Count == 0) && _background.Reader.TryRead(out Work? background))
        {
            group.Add(background);
        }

        _metrics.Queued(-group.Count);
    }

    private bool IsBackgroundsTurn(bool isIdle) => Stopwatch.GetElapsedTime(_backgroundEnded) >= BackgroundRest(isIdle);

    private TimeSpan BackgroundRest(bool isIdle)
    {
        TimeSpan rest = isIdle ? TimeSpan.Zero : LongestBackgroundWait;
        rest = _log.IsBehind ? LongestLogWait : rest;
        return rest > _backgroundRest ? rest : _backgroundRest;
    }

    /// <summary>How long to sleep at most when nothing is signalled.</summary>
    private TimeSpan UntilBackgroundsTurn()
    {
        if (!_background.Reader.TryPeek(out _))
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = BackgroundRest(isIdle: true) - Stopwatch.GetElapsedTime(_backgroundEnded);
        left = _log.IsBehind && left > LogLook ? LogLook : left;

        // The semaphore counts whole milliseconds; a part of one would be spent spinning.
        return left > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.Zero;
    }

    private void RunGroup(List<Work> group)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (Work work in group)
            {
                if (!work.TryStart())
                {
                    continue;
                }

                BoundPages(mayUseReserve: work.Bytes == 0);
                _session.Execute("SAVEPOINT piece");
                if (!work.TryRun(_session))
                {
                    _session.Execute("ROLLBACK TO piece");
                }

                _session.Execute("RELEASE piece");
            }

            _session.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            // Whatever it was, nothing of this group is on the disk, and each caller must hear so. Rolling back may fail for a reason of its own.
            Exception failure = AsStorageFull(exception) ?? exception;
            Rollback();
            FailOrRetryAlone(group, failure);
            return;
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        if (group[^1].IsBackground)
        {
            _backgroundRest = RestFactor * elapsed;
            _backgroundEnded = Stopwatch.GetTimestamp();
        }

        _metrics.Committed(group.Count, elapsed);
        foreach (Work work in group)
        {
            work.Answer();
        }

        _log.Tend();
    }

    private void BoundPages(bool mayUseReserve)
    {
        // SQLite never sets it below what the file has: then only freed pages are left to be used.
        if (_maximum is not null && _mayUseReserve != mayUseReserve)
        {
            _session.ScalarOrNull(mayUseReserve ? _maximumWithReserve! : _maximum);
            _mayUseReserve = mayUseReserve;
        }
    }

    private void FailOrRetryAlone(List<Work> group, Exception failure)
    {
        if (group.Count == 1)
        {
            group[0].Fail(failure);
            return;
        }

        // A piece that found the disk full took its neighbours with it (SQLite rolls the whole transaction back): give each its own try.
        foreach (Work work in group)
        {
            RunGroup([work]);
        }
    }

    private void Rollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite had rolled back by itself.
        }
    }

    private StorageFullException? AsStorageFull(Exception exception) =>
        exception is SqliteException failure && SqliteErrors.IsStorageFull(failure, (SqliteConnection)_session.Connection)
            ? new StorageFullException(exception)
            : null;

    /// <summary>Errors at which SQLite may have rolled the whole transaction back: NOMEM, BUSY, INTERRUPT, IOERR, CORRUPT, FULL, NOTADB.</summary>
    private static bool EndsTransaction(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: 7 or 5 or 9 or 10 or 11 or 13 or 26 };
}

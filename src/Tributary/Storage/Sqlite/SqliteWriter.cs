using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// The one writer: takes what callers queued, runs it in one transaction with a savepoint around each piece, commits (which waits for the disk), and only
/// then answers. While one group is being flushed the next one gathers, so the group's size follows the load by itself.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Pages past the configured maximum that only work which takes away may use: a deletion is a change, and needs a row for that first.</summary>
    private const long ReservedPages = 256;

    /// <summary>Background work leaves the log alone while much of it waits to be copied back, but not for ever: a reader may keep it from being copied.</summary>
    private static readonly TimeSpan LongestLogWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogLook = TimeSpan.FromMilliseconds(5);

    private readonly WriteQueue _queue;
    private readonly BackgroundTurn _background = new();
    private readonly SqlSession _session;
    private readonly SqliteLog _log;
    private readonly string? _maximum;
    private readonly string? _maximumWithReserve;
    private readonly StorageMetrics _metrics;
    private readonly Thread _thread;
    private bool? _mayUseReserve;

    /// <param name="session">The only one that writes.</param>
    /// <param name="log">Its log.</param>
    /// <param name="maxPages">How many pages there may be; 0: only the disk bounds them.</param>
    /// <param name="metrics">Told of every commit.</param>
    public SqliteWriter(SqlSession session, SqliteLog log, long maxPages, StorageMetrics metrics)
    {
        _session = session;
        _queue = new WriteQueue(metrics);
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

    public ValueTask<T> RunAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken) =>
        _queue.RunAsync(scope, work, bytes, cancellationToken);

    public ValueTask<T> RunInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _queue.RunInBackgroundAsync(scope, work, cancellationToken);

    public IWriteGroup GroupWrites() => _queue.GroupWrites();

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: shutting down drains.
        _queue.Complete();
        await Task.Run(_thread.Join);
        _log.Dispose();
        _session.Dispose();
    }

    private void Run()
    {
        var group = new List<QueuedWrite>(WriteQueue.MaxGroup);
        while (!_queue.IsCompleted)
        {
            _queue.Wait(UntilBackgroundsTurn());
            if (_log.IsBehind)
            {
                _log.Tend();
            }

            for (_queue.Gather(group, IsBackgroundsTurn); group.Count > 0; _queue.Gather(group, IsBackgroundsTurn))
            {
                RunGroup(group);
            }
        }
    }

    private bool IsBackgroundsTurn(bool isIdle) => _background.IsNow(isIdle, Held);

    private TimeSpan? Held => _log.IsBehind ? LongestLogWait : null;

    /// <summary>How long to sleep at most when nothing is signalled.</summary>
    private TimeSpan UntilBackgroundsTurn()
    {
        if (!_queue.HasBackground)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = _background.Left(Held);
        return BackgroundTurn.Sleep(_log.IsBehind && left > LogLook ? LogLook : left);
    }

    private void RunGroup(List<QueuedWrite> group)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (QueuedWrite work in group)
            {
                if (!work.TryStart())
                {
                    continue;
                }

                BoundPages(mayUseReserve: work.Bytes == 0);
                _session.Execute("SAVEPOINT piece");
                try
                {
                    work.Run(_session);
                }
                catch (Exception exception) when (!EndsTransaction(exception))
                {
                    work.Threw(exception);
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
            _background.Ended(elapsed);
        }

        _metrics.Committed(group.Count, elapsed);
        foreach (QueuedWrite work in group)
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

    private void FailOrRetryAlone(List<QueuedWrite> group, Exception failure)
    {
        if (group.Count == 1)
        {
            group[0].Fail(failure);
            return;
        }

        // A piece that found the disk full took its neighbours with it (SQLite rolls the whole transaction back): give each its own try.
        foreach (QueuedWrite work in group)
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

using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// The one writer: takes what callers queued, runs it in one transaction with a savepoint around each piece, commits (which waits for the disk), and only
/// then answers. While one group is being flushed the next one gathers, so the group's size follows the load by itself.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
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
    /// SQLite copies its log back by itself, but begins it anew only when it finds a moment in which nobody reads from it. Under readers that overlap there is
    /// none, so past this many pages the writer waits for one (new readers no longer need the log once it is copied back), though never longer than
    /// <see cref="LogPatience"/>.
    /// </summary>
    private const int MaxLogPages = 16_000;
    private const string LogPatience = "PRAGMA busy_timeout = 1000";
    private const string UsualPatience = "PRAGMA busy_timeout = 10000";

    /// <summary>The log's length is looked at after about this many bytes.</summary>
    private const long LogCheckBytes = 4 * 1024 * 1024;
    private const long BytesPerWrite = 16 * 1024;

    private readonly Channel<Work> _small = Channel.CreateBounded<Work>(QueueLength);
    private readonly Channel<Work> _large = Channel.CreateBounded<Work>(QueueLength);
    private readonly SemaphoreSlim _wake = new(0);
    private int _signalled;
    private readonly SqlSession _session;
    private readonly string? _maximum;
    private readonly string? _maximumWithReserve;
    private readonly StorageMetrics _metrics;
    private readonly Thread _thread;
    private bool? _mayUseReserve;
    private long _bytesSinceLogCheck;

    /// <param name="session">The only one that writes.</param>
    /// <param name="maxPages">How many pages there may be; 0: only the disk bounds them.</param>
    /// <param name="metrics">Told of every commit.</param>
    public SqliteWriter(SqlSession session, long maxPages, StorageMetrics metrics)
    {
        _session = session;
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
        await (bytes > LargeBytes ? _large : _small).Writer.WriteAsync(item, cancellationToken);
        _metrics.Queued(1);
        Signal();
        return await item.Task;
    }

    public async ValueTask DisposeAsync()
    {
        // What is queued is still written: shutting down drains.
        _small.Writer.TryComplete();
        _large.Writer.TryComplete();
        Signal();
        await Task.Run(_thread.Join);
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
        while (!(_small.Reader.Completion.IsCompleted && _large.Reader.Completion.IsCompleted))
        {
            _wake.Wait();

            // Lowered before the queues are read, so that what is queued from here on raises it again.
            Interlocked.Exchange(ref _signalled, 0);
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
            group.Add(small);
            bytes += small.Bytes;
        }

        _metrics.Queued(-group.Count);
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

        _metrics.Committed(group.Count, Stopwatch.GetElapsedTime(started));
        foreach (Work work in group)
        {
            work.Answer();
            _bytesSinceLogCheck += work.Bytes + BytesPerWrite;
        }

        if (_bytesSinceLogCheck >= LogCheckBytes)
        {
            _bytesSinceLogCheck = 0;
            BoundLog();
        }
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

    private void BoundLog()
    {
        try
        {
            if (LogPages() > MaxLogPages)
            {
                _session.ScalarOrNull(LogPatience);
                _session.ScalarOrNull("PRAGMA wal_checkpoint(RESTART)");
                _session.ScalarOrNull(UsualPatience);
            }
        }
        catch (SqliteException)
        {
            // No room to copy it back, say: the log goes on growing until there is, and every write is told of its own failure.
        }
    }

    private long LogPages()
    {
        using DbDataReader reader = _session.Query("PRAGMA wal_checkpoint(NOOP)");
        return reader.Read() ? reader.GetInt64(1) : 0;
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

    private abstract class Work(long bytes)
    {
        public long Bytes { get; } = bytes;

        /// <summary>False when the caller has given up before its turn came.</summary>
        public abstract bool TryStart();

        /// <summary>False when the work threw and its writes must be undone. Throws when the whole transaction is gone.</summary>
        public abstract bool TryRun(SqlSession session);

        public abstract void Answer();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqlSession, T> run, long bytes, CancellationToken cancellationToken) : Work(bytes)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _exception;

        public Task<T> Task => _completion.Task;

        public override bool TryStart()
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                return true;
            }

            _completion.TrySetCanceled(cancellationToken);
            return false;
        }

        public override bool TryRun(SqlSession session)
        {
            try
            {
                _result = run(session);
                _exception = null;
                return true;
            }
            catch (Exception exception) when (!EndsTransaction(exception))
            {
                _exception = exception;
                return false;
            }
        }

        public override void Answer()
        {
            if (_exception is null)
            {
                _completion.TrySetResult(_result!);
            }
            else
            {
                _completion.TrySetException(_exception);
            }
        }

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}

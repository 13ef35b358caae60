using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// Copies the write-ahead log back into the file. SQLite would do so by itself within a commit, and whoever waits for that commit then waits for thousands of
/// pages and two flushes. Here another thread copies while the writer goes on; the writer copies only what came meanwhile, so that SQLite may begin the log anew.
/// </summary>
internal sealed class SqliteLog : IDisposable
{
    /// <summary>Copied back past this many pages: a page that changes often is copied once for all of them.</summary>
    private const int CopyPages = 4000;

    /// <summary>So few pages the writer copies itself.</summary>
    private const int RestPages = 500;

    /// <summary>So often the writer tries to have the log begun anew: a reader of the log at that moment prevents it.</summary>
    private const int Tries = 4;

    /// <summary>
    /// Under readers that overlap no try finds a moment in which nobody reads from the log, so past this many pages the writer waits for one (new readers no
    /// longer need the log once it is copied back), though never longer than <see cref="Waits"/> times 200 ms, and again when the log has grown on. Who reads for longer than that, as a
    /// backup does, is not waited for again before the log has doubled: each wait would hold up every writer.
    /// </summary>
    private const int MaxPages = 16_000;
    private const int PagesBetweenWaits = 1000;
    private const string Patience = "PRAGMA busy_timeout = 200";

    /// <summary>
    /// More than one: SQLite waits for the place of a reader of old pages, and goes on waiting for it when readers of the newest, who hinder nothing, have taken that place and
    /// pass it on to each other. A second wait sees that they do.
    /// </summary>
    private const int Waits = 5;
    private const string UsualPatience = "PRAGMA busy_timeout = 10000";

    private readonly SqlSession _writing;
    private readonly Func<SqlSession> _open;
    private SqlSession? _copying;
    private Task? _copy;
    private long _left;
    private int _triesLeft;
    private long _nextWait = MaxPages;

    /// <param name="writing">The writer's; its own copying must be off.</param>
    /// <param name="open">Opens another that flushes as the writer's does.</param>
    public SqliteLog(SqlSession writing, Func<SqlSession> open)
    {
        _writing = writing;
        _open = open;
    }

    /// <summary>True while more waits to be copied than should: what can wait should write no more.</summary>
    public bool IsBehind => _left > 2 * CopyPages;

    /// <summary>The writer's look at the log, between commits.</summary>
    public void Tend()
    {
        try
        {
            (long pages, long copied) = Look("PRAGMA wal_checkpoint(NOOP)");
            _left = pages - copied;
            if (pages < CopyPages)
            {
                // Short, or begun anew.
                _triesLeft = 0;
                _nextWait = MaxPages;
                return;
            }

            if (_copy is { IsCompleted: true } && _left <= RestPages)
            {
                _copy = null;
                _triesLeft = Tries;
            }

            if (_triesLeft > 0)
            {
                _triesLeft--;
                Look("PRAGMA wal_checkpoint(PASSIVE)");
            }
            else if (_left > CopyPages && pages <= _nextWait && _copy is null or { IsCompleted: true })
            {
                _copy = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            if (pages > _nextWait)
            {
                Restart(pages);
            }
        }
        catch (SqliteException)
        {
            // No room to copy it back, say: the log goes on growing until there is, and every write is told of its own failure.
        }
    }

    public void Dispose()
    {
        _copy?.Wait();
        _copying?.Dispose();
    }

    private void Restart(long pages)
    {
        _writing.ScalarOrNull(Patience);
        _nextWait = WaitForReaders() switch
        {
            Outcome.BegunAnew => pages + PagesBetweenWaits,
            Outcome.HeldOpen => 2 * pages,
            _ => _nextWait,
        };
        _writing.ScalarOrNull(UsualPatience);
    }

    private Outcome WaitForReaders()
    {
        for (int wait = 0; wait < Waits; wait++)
        {
            using SqlReader reader = _writing.Query("PRAGMA wal_checkpoint(RESTART)");
            reader.Read();
            if (reader.GetInt64(1) < 0)
            {
                // Without a count, SQLite refused at once, and waited for no reader.
                return Outcome.BeingCopied;
            }

            if (reader.GetInt64(0) == 0)
            {
                return Outcome.BegunAnew;
            }
        }

        return Outcome.HeldOpen;
    }

    private void Copy()
    {
        try
        {
            _copying ??= _open();

            // SQLite flushes the file only when it finds everything copied. What was written while it copied the most is little, so the second round does, and
            // leaves the writer next to nothing to flush.
            for (int round = 0; round < 3; round++)
            {
                using SqlReader reader = _copying.Query("PRAGMA wal_checkpoint(PASSIVE)");
                reader.Read();
            }
        }
        catch (SqliteException)
        {
            // As above; tried again after one of the next commits.
        }
    }

    private (long Pages, long Copied) Look(string pragma)
    {
        using SqlReader reader = _writing.Query(pragma);
        return reader.Read() ? (reader.GetInt64(1), reader.GetInt64(2)) : default;
    }

    private enum Outcome
    {
        BegunAnew,
        HeldOpen,

        /// <summary>Somebody copies just now; the next look tries again.</summary>
        BeingCopied,
    }
}

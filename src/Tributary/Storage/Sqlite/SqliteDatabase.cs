using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file, one writer that groups commits (<see cref="SqliteWriter"/>), and a pool of sessions that only read. One writer
/// because SQLite has one write lock anyway: queueing in front of it beats contending for it, and lets many callers share one flush to the disk.
/// </summary>
internal sealed class SqliteDatabase : ISqlDatabase, IAsyncDisposable
{
    private const int PageSize = 4096;

    /// <summary>More readers than this wait; each holds its own page cache.</summary>
    private const int MaxReaders = 16;

    private readonly string _connectionString;
    private readonly ConcurrentBag<SqlSession> _readers = [];
    private readonly SemaphoreSlim _readerSlots = new(MaxReaders);
    private readonly SqliteWriter _writer;

    private SqliteDatabase(string connectionString, SqliteWriter writer, StoreIdentity identity)
    {
        _connectionString = connectionString;
        _writer = writer;
        Identity = identity;
    }

    public StoreIdentity Identity { get; }

    /// <summary>Opens or creates the database in <paramref name="directory"/> and brings its tables up to date.</summary>
    /// <exception cref="InvalidDataException">It is damaged, of a newer version, or cannot be opened; the message says which.</exception>
    public static SqliteDatabase Open(string directory, StorageOptions options, StorageMetrics metrics)
    {
        string file = Path.Combine(directory, "tributary.db");
        try
        {
            SqliteInspection.Run(file, Path.Combine(directory, "index"));
            return OpenFile(file, options, metrics);
        }
        catch (SqliteException exception)
        {
            throw new InvalidDataException($"The database {file} cannot be opened: {exception.Message} {WhatToDo(exception)}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The database {file} cannot be opened: {exception.Message} {WhatToDoWithoutAccess}", exception);
        }
        catch (InvalidCastException exception)
        {
            // A row that no Tributary wrote.
            throw new InvalidDataException($"The database {file} cannot be opened: It is damaged. {WhatToDoWithDamage}", exception);
        }
    }

    private const string WhatToDoWithDamage = "Restore it from a backup, or name another directory with --data.";
    private const string WhatToDoWithoutAccess = "It must be a file that this user may read and write, in a directory likewise; --data names another.";

    /// <summary>By SQLite's primary code: PERM, READONLY and CANTOPEN; FULL and IOERR; BUSY and LOCKED; all others mean damage.</summary>
    private static string WhatToDo(SqliteException exception) => exception.SqliteErrorCode switch
    {
        3 or 8 or 14 => WhatToDoWithoutAccess,
        10 or 13 => "Make room on the disk, see whether it is sound, or name another directory with --data.",
        5 or 6 => "Another program has it open; end that first.",
        _ => WhatToDoWithDamage,
    };

    private static SqliteDatabase OpenFile(string file, StorageOptions options, StorageMetrics metrics)
    {
        string connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString();

        // SQLite would make it readable for everybody, and gives the files beside it the same mode.
        if (!OperatingSystem.IsWindows() && !File.Exists(file))
        {
            new FileStream(
                file,
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite })
                .Dispose();
        }

        var writeSession = new SqlSession(OpenConnection(connectionString));
        try
        {
            // auto_vacuum counts only before the first table is made.
            writeSession.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            Pragma(writeSession, "journal_mode = WAL");
            string flushing = options.IsDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF";
            writeSession.Execute(flushing);

            // Copied back by SqliteLog.
            writeSession.Execute("PRAGMA wal_autocheckpoint = 0");
            writeSession.Execute("PRAGMA journal_size_limit = 67108864");
            writeSession.Execute("PRAGMA cache_size = -65536");
            StoreIdentity identity = SqliteMigrations.Run(writeSession);
            long maxPages = options.MaxBytes > 0 ? Math.Max(1, options.MaxBytes / PageSize) : 0;
            var log = new SqliteLog(writeSession, () =>
            {
                var session = new SqlSession(OpenConnection(connectionString));
                session.Execute(flushing);
                return session;
            });
            return new SqliteDatabase(connectionString, new SqliteWriter(writeSession, log, maxPages, metrics), identity);
        }
        catch
        {
            writeSession.Dispose();
            throw;
        }
    }

    public async ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        await _readerSlots.WaitAsync(cancellationToken);
        SqlSession? session = null;
        try
        {
            if (!_readers.TryTake(out session))
            {
                session = new SqlSession(OpenConnection(_connectionString));
                session.Execute("PRAGMA query_only = ON");
                session.Execute("PRAGMA cache_size = -8192");
            }

            T result = work(session);
            _readers.Add(session);
            return result;
        }
        catch
        {
            session?.Dispose();
            throw;
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    public ValueTask<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null) =>
        _writer.RunAsync(scope, work, bytes, cancellationToken);

    public IWriteGroup GroupWrites() => _writer.GroupWrites();

    public ValueTask<T> WriteInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _writer.RunInBackgroundAsync(scope, work, cancellationToken);

    public ValueTask<bool> ReclaimAsync(TimeSpan longest, CancellationToken cancellationToken) => _writer.RunInBackgroundAsync(
        WriteScope.Store,
        session =>
        {
            long started = Stopwatch.GetTimestamp();
            do
            {
                if (session.ScalarOrNull("PRAGMA freelist_count") is null or 0)
                {
                    return false;
                }

                // Each step of the statement frees one page, so it must be read to its end.
                Pragma(session, "incremental_vacuum(16)");
            }
            while (Stopwatch.GetElapsedTime(started) < longest);
            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        while (_readers.TryTake(out SqlSession? session))
        {
            session.Dispose();
        }

        _readerSlots.Dispose();
    }

    private static SqliteConnection OpenConnection(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 10000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824;";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Pragma(SqlSession session, string pragma)
    {
        using var reader = session.Query("PRAGMA " + pragma);
        while (reader.Read())
        {
        }
    }
}

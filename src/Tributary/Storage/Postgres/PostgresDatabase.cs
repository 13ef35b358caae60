using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Nodes;

namespace Tributary.Storage.Postgres;

/// <summary>
/// The store in PostgreSQL, which several nodes may share: a writer of each node that groups commits (<see cref="PostgresWriter"/>), and a pool of sessions that only
/// read. Indexes, keys and locks stay in the data directory of each node.
/// </summary>
internal sealed class PostgresDatabase : ISqlDatabase, IAsyncDisposable
{
    /// <summary>More readers than this wait.</summary>
    private const int MaxReaders = 16;

    /// <summary>Who has waited so long for one of them gives up.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>So often a read is begun again at once, when the server went away and is back.</summary>
    private const int MaxTries = 3;

    private readonly PostgresSessions _sessions;
    private readonly ConcurrentBag<(SqlSession Session, int Server)> _readers = [];
    private readonly SemaphoreSlim _readerSlots = new(MaxReaders);
    private readonly PostgresWriter _writer;

    private PostgresDatabase(PostgresSessions sessions, PostgresWriter writer, PostgresListener listener, StoreIdentity identity)
    {
        Listener = listener;
        _sessions = sessions;
        _writer = writer;
        Identity = identity;
    }

    public StoreIdentity Identity { get; }

    public bool IsRemote => true;

    /// <summary>Hears of what other nodes write.</summary>
    public PostgresListener Listener { get; }

    /// <summary>Connects, waiting for a server that starts, and brings the tables up to date.</summary>
    /// <param name="connectionString">Without a <see cref="PostgresConnectionString.ProblemOrNull"/>.</param>
    /// <param name="options">How long to wait, and whether commits wait for the disk.</param>
    /// <param name="metrics">Told of every commit.</param>
    /// <param name="signals">Told of what other nodes write, and when the server is another one than before.</param>
    /// <param name="node">Who opens it.</param>
    /// <param name="logger">Told while the server is waited for.</param>
    /// <exception cref="InvalidDataException">It cannot be reached, is no database for this program, or nodes of another version are in the way; the message says which.</exception>
    public static PostgresDatabase Open(string connectionString, StorageOptions options, StorageMetrics metrics, SqlSignals signals, ThisNode node, ILogger? logger = null)
    {
        // A read keeps the thread it runs on while it waits for the server; with as many threads to begin with, nobody else waits for the pool to grow.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, MaxReaders + (2 * Environment.ProcessorCount)), completions);

        var sessions = new PostgresSessions(connectionString, options.IsDurable, MaxReaders, signals.RaiseInterrupted);
        try
        {
            StoreIdentity identity = new PostgresStart(connectionString, logger ?? NullLogger.Instance).Open(sessions, options.StartWait, node);
            var writer = new PostgresWriter(sessions, PostgresListener.ChannelOf(identity), metrics);
            return new PostgresDatabase(sessions, writer, new PostgresListener(connectionString, identity, signals, writer.IsServedBy), identity);
        }
        catch
        {
            sessions.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>Begins a new epoch, after the database was restored.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Open"/>, or a server is on it, which would go on with the old one.</exception>
    public static async Task<StoreIdentity> RaiseEpochAsync(string connectionString, DateTimeOffset now)
    {
        await using var sessions = new PostgresSessions(connectionString, isDurable: true, maxReaders: 1, interrupted: () => { });
        new PostgresStart(connectionString, NullLogger.Instance).Open(sessions, TimeSpan.Zero, ThisNode.Alone(TimeProvider.System));
        using SqlSession session = sessions.OpenWriter();
        if (session.ScalarOrNull(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()") is > 0 and var others)
        {
            throw new InvalidDataException($"Servers have {others} sessions on the database. Stop them first: they would go on with indexes of before.");
        }

        session.Execute("BEGIN");
        StoreIdentity identity = StoreEpoch.Raise(session, now);
        session.Execute("COMMIT");
        return identity;
    }

    public async ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        if (!await _readerSlots.WaitAsync(LongestWait, cancellationToken))
        {
            throw new StorageUnavailableException("All sessions that read the database have been busy for too long.");
        }

        try
        {
            for (int tries = 1; ; tries++)
            {
                SqlSession? session = null;
                try
                {
                    (session, int server) = TakeReader();
                    T result = work(session);
                    if (server == _sessions.Servers)
                    {
                        _readers.Add((session, server));
                    }
                    else
                    {
                        session.Dispose();
                    }

                    return result;
                }
                catch (Exception exception)
                {
                    session?.Dispose();
                    PostgresFailure failure = PostgresErrors.Of(exception);
                    if (failure == PostgresFailure.Other)
                    {
                        throw;
                    }

                    if (failure is PostgresFailure.Disconnected or PostgresFailure.Refused)
                    {
                        // The others were made before the server went away, too.
                        while (_readers.TryTake(out (SqlSession Session, int Server) idle))
                        {
                            idle.Session.Dispose();
                        }

                        _sessions.Clear();
                    }

                    if (tries == MaxTries || failure != PostgresFailure.Disconnected)
                    {
                        throw PostgresErrors.Told(exception);
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    public ValueTask<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null) =>
        _writer.RunAsync(scope, work, bytes, cancellationToken, foresight);

    public IWriteGroup GroupWrites() => _writer.GroupWrites();

    public ValueTask<T> WriteInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        _writer.RunInBackgroundAsync(scope, work, cancellationToken);

    /// <summary>What rows leave, PostgreSQL takes away by itself.</summary>
    public ValueTask<bool> ReclaimAsync(TimeSpan longest, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await _writer.DisposeAsync();
        while (_readers.TryTake(out (SqlSession Session, int Server) idle))
        {
            idle.Session.Dispose();
        }

        await _sessions.DisposeAsync();
        _readerSlots.Dispose();
    }

    /// <summary>One with the server that the newest session is with: an older one may be with a server that has been put out of office and does not know.</summary>
    private (SqlSession Session, int Server) TakeReader()
    {
        while (_readers.TryTake(out (SqlSession Session, int Server) idle))
        {
            if (idle.Server == _sessions.Servers)
            {
                return idle;
            }

            idle.Session.Dispose();
        }

        int servers = _sessions.Servers;
        return (_sessions.OpenReader(), servers);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tributary.Background;
using Tributary.Connections;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>
/// The index of one connection while it is open, and the loop that keeps it in step with the change feed. The loop alone writes; searches wait until it has
/// made visible what they must see. Whatever breaks (a full disk, a damaged file) ends the generation, and the loop opens it again or builds the next one.
/// </summary>
internal sealed partial class ConnectionIndex : IAsyncDisposable
{
    /// <summary>Changes that are read and applied at a time; between two of them waiting searches are served.</summary>
    private const int BatchSize = 1000;

    private const int AclBatchSize = 10_000;

    /// <summary>Access lists that are removed in one transaction.</summary>
    private const int AclsPerStep = 500;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly ConnectionKey _connection;
    private readonly string _folder;
    private readonly IChangeFeed _feed;
    private readonly SchemaVersions _schemas;
    private readonly IndexOptions _options;
    private readonly IndexMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OutageLog _outage;
    private readonly OutageLog _pruning;

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];
    private readonly ConcurrentDictionary<(string Item, long Change), bool> _unindexable = new();
    private readonly Action _prepared;
    private readonly Action _gone;
    private readonly bool _isShared;
    private readonly IndexSnapshots _snapshots;
    private readonly Task _loop;

    private int _signalled;
    private IndexGeneration? _generation;
    private AclTable _acls;
    private FeedTrail _trail = new();
    private int _doubts;
    private int _verified;
    private long _applied;
    private long _visible;
    private long _uncommittedSince;
    private long _lastUsed;
    private long? _lastFailure;
    private volatile bool _isSuspect;
    private volatile int _wantedSchema;
    private volatile int _preparedSchema;

    /// <summary>The newest schema version that is known to hold for writes and searches.</summary>
    private volatile int _inForce;
    private volatile TextLanguage _wantedLanguage = TextLanguage.Standard;
    private volatile bool _isLanguageToBeRead;
    private volatile NextGeneration? _next;
    private long _lastLook;
    private long _observed;
    private long _observedAt;
    private IndexClosedException? _end;

    /// <param name="connection">Whose items.</param>
    /// <param name="folder">Where its generations are.</param>
    /// <param name="isShared">Whether other nodes have an index of it too: a schema then comes into force for all at once.</param>
    /// <param name="prepared">Called when <see cref="IsPreparedFor"/> may have another answer.</param>
    /// <param name="gone">Called when it is closed because the connection was not there. It may be another time: this index will not know.</param>
    public ConnectionIndex(
        ConnectionKey connection,
        string folder,
        bool isShared,
        Action prepared,
        Action gone,
        IndexSnapshots snapshots,
        IChangeFeed feed,
        SchemaVersions schemas,
        IndexOptions options,
        IndexMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        _connection = connection;
        _folder = folder;
        _isShared = isShared;
        _snapshots = snapshots;
        _prepared = prepared;
        _gone = gone;
        _feed = feed;
        _schemas = schemas;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _outage = new OutageLog(string.Create(CultureInfo.InvariantCulture, $"The index of connection {connection.Value}, following the store,"), time, logger);
        _pruning = new OutageLog(string.Create(CultureInfo.InvariantCulture, $"The pruning of the change feed of connection {connection.Value}, which is kept longer,"), time, logger);
        _acls = NewAclTable();
        _lastUsed = time.GetTimestamp();
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The number of the last change that is in the index, visible or not.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>How long nobody has asked or changed it.</summary>
    public TimeSpan IdleTime => _time.GetElapsedTime(Volatile.Read(ref _lastUsed));

    /// <summary>Tells the loop that there is something to do.</summary>
    public void Signal()
    {
        Volatile.Write(ref _lastUsed, _time.GetTimestamp());
        Wake();
    }

    /// <summary>Completes when the index has taken in <paramref name="change"/>, seen by searches or not.</summary>
    /// <exception cref="IndexClosedException">This index is closed, or its connection gone.</exception>
    public Task WaitUntilAppliedAsync(long change, CancellationToken cancellationToken) => WaitAsync(new Waiter(change, MustBeVisible: false, SchemaVersion: 0), cancellationToken);

    /// <summary>
    /// A view that contains every change up to <paramref name="change"/>, and whose items are indexed as a schema version wants it; dispose it to give it back.
    /// </summary>
    /// <exception cref="IndexClosedException">This index is closed, or its connection gone.</exception>
    public async Task<IndexView> AcquireAsync(long change, int schemaVersion, CancellationToken cancellationToken)
    {
        var needed = new Waiter(change, MustBeVisible: true, schemaVersion);
        while (true)
        {
            await WaitAsync(needed, cancellationToken);
            lock (_lock)
            {
                // The generation may have been given up between the wait and here.
                if (IsServed(needed) && _generation is { } generation)
                {
                    if (IsLookDue() && generation.IsDamagedFromOutside())
                    {
                        _isSuspect = true;
                        Wake();
                        continue;
                    }

                    return new IndexView(this, generation, generation.Acquire(), _acls, _visible);
                }
            }
        }
    }

    /// <summary>A search could not read the generation. The loop opens it again, which checks every file, and builds the next one if it must.</summary>
    public void Suspect(IndexGeneration generation)
    {
        lock (_lock)
        {
            if (_generation != generation)
            {
                return;
            }

            _isSuspect = true;
        }

        Wake();
    }

    /// <summary>Commits what is not durable yet and closes. May be called more than once; each call completes when it is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    private async Task WaitAsync(Waiter needed, CancellationToken cancellationToken)
    {
        // Each wait has an end of its own.
        Waiter waiter = needed.Anew();
        lock (_lock)
        {
            if (_end is not null)
            {
                // The loop has ended: nobody would ever serve this one.
                throw _end;
            }

            if (IsServed(waiter))
            {
                Volatile.Write(ref _lastUsed, _time.GetTimestamp());
                return;
            }

            _waiters.Add(waiter);
        }

        NoteInForce(waiter.SchemaVersion);
        Signal();
        try
        {
            await waiter.Completion.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private bool IsServed(Waiter waiter) => waiter.MustBeVisible
        ? !_isSuspect && _generation is not null && _visible >= waiter.Change && waiter.SchemaVersion <= _preparedSchema && Volatile.Read(ref _verified) == Volatile.Read(ref _doubts)
        : _applied >= waiter.Change;

    /// <summary>While it is searched, its files are looked at once in a while: often enough for people, seldom enough to cost nothing.</summary>
    private bool IsLookDue()
    {
        if (_time.GetElapsedTime(_lastLook) < LookInterval)
        {
            return false;
        }

        _lastLook = _time.GetTimestamp();
        return true;
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Release();
        }
    }

    private async Task RunAsync()
    {
        CancellationToken stopping = _stopping.Token;
        IndexClosedException? end = null;
        while (end is null)
        {
            try
            {
                await OpenAsync(stopping);
                await FollowWhileThereAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await AbandonNextAsync();
                CommitLast();
                end = new IndexClosedException(isGone: false);
            }
            catch (IndexClosedException exception)
            {
                await AbandonNextAsync();
                end = exception;
            }
            catch (FeedLostException exception)
            {
                LogLost(exception.Message, _connection.Value);
                await AbandonNextAsync();
                Close();
                _unindexable.Clear();
                await PauseAfterFailureAsync(stopping);
            }
#pragma warning disable CA1031 // Whatever broke: the store has everything, so the index is opened again or built anew.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogBroken(exception, _connection.Value);
                _metrics.Failed();
                await AbandonNextAsync();
                Close();
                end = stopping.IsCancellationRequested ? new IndexClosedException(isGone: false) : null;
                await PauseAfterFailureAsync(stopping);
            }
        }

        Close();
        lock (_lock)
        {
            _end = end;
            foreach (Waiter waiter in _waiters)
            {
                waiter.Completion.TrySetException(end);
            }
        }

        if (end.IsGone)
        {
            _gone();
        }

        _prepared();
    }

    /// <summary>The first failure is made good at once, as searches wait; what goes on failing must not keep the machine busy.</summary>
    private async Task PauseAfterFailureAsync(CancellationToken cancellationToken)
    {
        bool isRepeated = _lastFailure is { } last && _time.GetElapsedTime(last) < 2 * RetryDelay;
        _lastFailure = _time.GetTimestamp();
        if (isRepeated)
        {
            await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void ServeWaiters()
    {
        bool mustRefresh;
        lock (_lock)
        {
            mustRefresh = _waiters.Exists(waiter => waiter.MustBeVisible && waiter.Change > _visible && waiter.Change <= _applied);
        }

        if (mustRefresh)
        {
            // A measurement of the machine, not a time of the server's: that one may stand or jump.
            long started = Stopwatch.GetTimestamp();
            _generation!.Refresh();
            _metrics.Refreshed(Stopwatch.GetElapsedTime(started));
        }

        if (mustRefresh)
        {
            lock (_lock)
            {
                _visible = _applied;
            }
        }

        CompleteServed();
    }

    private void CompleteServed()
    {
        lock (_lock)
        {
            foreach (Waiter waiter in _waiters)
            {
                if (IsServed(waiter))
                {
                    waiter.Completion.TrySetResult();
                }
            }
        }
    }

    private async Task WaitForSignalAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using ITimer? timer = timeout is { } wait ? _time.CreateTimer(_ => Wake(), null, wait, Timeout.InfiniteTimeSpan) : null;
        try
        {
            await _wake.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Interlocked.Exchange(ref _signalled, 0);
    }

    private AclTable NewAclTable() => new(_options.AccessCacheMegabytes * 1024L * 1024, _metrics.Caches);

    private sealed record Waiter(long Change, bool MustBeVisible, int SchemaVersion)
    {
        public TaskCompletionSource Completion { get; private init; } = NewCompletion();

        /// <summary>Another wait for the same.</summary>
        public Waiter Anew() => this with { Completion = NewCompletion() };

        private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

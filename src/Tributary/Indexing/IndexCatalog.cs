using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Nodes;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>
/// The indexes that are open. One is opened by the first change or search of its connection and closed when idle; the folder of a connection that is gone is
/// removed.
/// </summary>
internal sealed partial class IndexCatalog(
    DataDirectory data,
    ThisNode node,
    IndexSnapshots snapshots,
    IChangeFeed feed,
    SchemaVersions schemas,
    IOptions<IndexOptions> options,
    IndexMetrics metrics,
    TimeProvider time,
    ILogger<IndexCatalog> logger) : IIndexPreparation, IHostedService, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ConnectionKey, Lazy<ConnectionIndex>> _open = new();
    private readonly ConcurrentDictionary<ConnectionKey, Task> _removals = new();
    private readonly string _root = Path.Combine(data.Path, "index");
    private ITimer? _idleTimer;
    private volatile bool _isStopping;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the first write: what was built before there were marks is known for being ahead of its store only as long as it is.
        IReadOnlyDictionary<ConnectionKey, long> connections = await feed.ReadConnectionsAsync(cancellationToken);
        RemoveFoldersOfGoneConnections(connections);
        RemoveGenerationsOfOtherStores(connections);
        feed.Changed += Follow;
        feed.Dropped += Drop;
        feed.Interrupted += Doubt;
        metrics.Observe(() => _open.Count, () => Lag.Changes);
        _idleTimer = time.CreateTimer(_ => CloseIdle(), null, options.Value.IdleClose, options.Value.IdleClose);
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        feed.Changed -= Follow;
        feed.Dropped -= Drop;
        feed.Interrupted -= Doubt;
        _isStopping = true;
        if (_idleTimer is not null)
        {
            await _idleTimer.DisposeAsync();
        }

        foreach ((ConnectionKey connection, Lazy<ConnectionIndex> index) in _open)
        {
            await CloseAsync(connection, index);
        }

        // Who stops the server may move or remove the data next.
        await Task.WhenAll(_removals.Values);
    }

    /// <summary>
    /// A view of the connection's index that contains every change up to <paramref name="change"/> and in which items are as <paramref name="schemaVersion"/> wants them (0:
    /// as they are); null when the connection is gone or being deleted, so that there is nothing to find.
    /// </summary>
    /// <exception cref="TimeoutException">The index did not get there within the bound; answering from it would be a guess.</exception>
    public Task<IndexView?> AcquireOrNullAsync(ConnectionKey connection, long change, int schemaVersion, CancellationToken cancellationToken) =>
        WithinBoundAsync<IndexView?>(connection, async (index, token) => await index.AcquireAsync(change, schemaVersion, token), cancellationToken);

    /// <summary>Completes when the connection's index contains every change up to <paramref name="change"/>, however long that takes, or when the connection is gone.</summary>
    public async Task CatchUpAsync(ConnectionKey connection, long change, CancellationToken cancellationToken)
    {
        // An index that was closed meanwhile, as the server stops, is asked no more.
        IndexView? view = await AskAsync<IndexView?>(connection, async (index, token) => await index.AcquireAsync(change, schemaVersion: 0, token), cancellationToken);
        view?.Dispose();
    }

    /// <summary>Copies what is durable of a connection's index to where new nodes take it from; null when the connection is gone.</summary>
    /// <exception cref="IOException">It could not be copied.</exception>
    public async Task<IndexSnapshot?> SnapshotAsync(ConnectionKey connection, CancellationToken cancellationToken)
    {
        using IndexView? view = await AcquireOrNullAsync(connection, change: 0, schemaVersion: 0, cancellationToken);
        return view is null ? null : await snapshots.TakeAsync(connection, view, cancellationToken);
    }

    /// <summary>Waits while the index is too far behind <paramref name="lastChange"/>: the back-pressure on writers.</summary>
    /// <exception cref="TimeoutException">It stayed too far behind.</exception>
    public async ValueTask WaitForRoomAsync(ConnectionKey connection, long lastChange, CancellationToken cancellationToken)
    {
        long needed = lastChange - options.Value.MaxLag;
        if (needed <= 0 || (_open.TryGetValue(connection, out Lazy<ConnectionIndex>? index) && index.Value.Applied >= needed))
        {
            return;
        }

        await WithinBoundAsync(
            connection,
            async (index, token) =>
            {
                await index.WaitUntilAppliedAsync(needed, token);
                return true;
            },
            cancellationToken);
    }

    public event Action? Prepared;

    public async ValueTask<bool> IsPreparedForAsync(ConnectionKey connection, int schemaVersion, CancellationToken cancellationToken)
    {
        if (await feed.FindPositionOrNullAsync(connection, cancellationToken) is not { Last: > 0, ActiveSchema: > 0 } position)
        {
            // Nothing is indexed.
            return true;
        }

        if (await schemas.FindOrNullAsync(connection, position.ActiveSchema, cancellationToken) is not { } active
            || await schemas.FindOrNullAsync(connection, schemaVersion, cancellationToken) is not { } next
            || IndexedForm.IsSame(active, next))
        {
            return true;
        }

        return !_isStopping && Open(connection).Value.IsPreparedFor(schemaVersion) && await feed.AreOthersPreparedAsync(connection, schemaVersion, cancellationToken);
    }

    /// <summary>The store may have another language for the connection: its index is built anew if so, beside the one in use.</summary>
    public void ReadLanguage(ConnectionKey connection)
    {
        if (!_isStopping)
        {
            Open(connection).Value.ReadLanguage();
        }
    }

    /// <summary>The language that searches of a connection are answered in; null when it is gone.</summary>
    /// <exception cref="TimeoutException">Its index could not be opened within the bound.</exception>
    public async Task<TextLanguage?> FindLanguageOrNullAsync(ConnectionKey connection, CancellationToken cancellationToken)
    {
        using IndexView? view = await AcquireOrNullAsync(connection, change: 0, schemaVersion: 0, cancellationToken);
        return view?.Language;
    }

    /// <summary>How many items the next index of a connection has taken in so far; null when none is being built.</summary>
    public long? ReindexedOrNull(ConnectionKey connection) =>
        _open.TryGetValue(connection, out Lazy<ConnectionIndex>? index) && index.IsValueCreated ? index.Value.Reindexed : null;

    private async Task<T?> WithinBoundAsync<T>(
        ConnectionKey connection, Func<ConnectionIndex, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(options.Value.SearchWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            return await AskAsync(connection, ask, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The index is behind its bound.");
        }
    }

    /// <summary>Asks the connection's open index, and the next one when it was just being closed as idle. The default when the connection is gone.</summary>
    private async Task<T?> AskAsync<T>(ConnectionKey connection, Func<ConnectionIndex, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        bool wasGone = false;
        while (!_isStopping)
        {
            Lazy<ConnectionIndex> index = Open(connection);
            try
            {
                return await ask(index.Value, cancellationToken);
            }
            catch (IndexClosedException exception) when (exception.IsGone && wasGone)
            {
                return default;
            }
            catch (IndexClosedException exception)
            {
                // Two open indexes on one folder would fight for its lock: only once this one is closed the next is opened.
                await CloseAsync(connection, index);

                // What was gone before this was asked may be there now: an import makes a connection that nobody sees until it is complete. The next index is opened from here on.
                wasGone |= exception.IsGone;
            }
        }

        throw new TimeoutException("The server is stopping.");
    }

    private Lazy<ConnectionIndex> Open(ConnectionKey connection) => _open.GetOrAdd(connection, key =>
    {
        Lazy<ConnectionIndex> index = null!;
        return index = new Lazy<ConnectionIndex>(() => new ConnectionIndex(
            key,
            FolderOf(key),
            node.IsShared,
            () => Prepared?.Invoke(),
            () => _open.TryRemove(new(key, index)),
            snapshots,
            feed,
            schemas,
            options.Value,
            metrics,
            time,
            logger));
    });

    private void Follow(ConnectionKey connection)
    {
        if (!_isStopping)
        {
            Open(connection).Value.Signal();
        }
    }

    private void Doubt()
    {
        foreach (Lazy<ConnectionIndex> index in _open.Values.Where(index => index.IsValueCreated))
        {
            index.Value.Doubt();
        }
    }

    private void Drop(ConnectionKey connection)
    {
        if (_isStopping)
        {
            // The next start removes it.
            return;
        }

        // Started only once it is noted, so that stopping waits for it even if it ends at once.
        var removal = new Task<Task>(() => RemoveAsync(connection));
        _removals[connection] = removal.Unwrap();
        removal.Start(TaskScheduler.Default);
    }

    private async Task RemoveAsync(ConnectionKey connection)
    {
        try
        {
            if (_open.TryGetValue(connection, out Lazy<ConnectionIndex>? index))
            {
                await CloseAsync(connection, index);
            }

            Directory.Delete(FolderOf(connection), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It never had an index.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
            LogNotRemoved(exception, connection.Value);
        }
        finally
        {
            _removals.TryRemove(connection, out _);
        }
    }

    private async Task CloseAsync(ConnectionKey connection, Lazy<ConnectionIndex> index)
    {
        await index.Value.DisposeAsync();
        _open.TryRemove(new(connection, index));
    }

    private void CloseIdle()
    {
        foreach ((ConnectionKey connection, Lazy<ConnectionIndex> index) in _open)
        {
            if (index.IsValueCreated && index.Value.IdleTime > options.Value.IdleClose)
            {
                _ = CloseAsync(connection, index);
            }
        }

        if (node.IsShared)
        {
            _ = RemoveForgottenAsync();
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "The index folder of the deleted connection {Connection} could not be removed.")]
    private partial void LogNotRemoved(Exception exception, long connection);
}

using Tributary.Schemas;

namespace Tributary.Indexing;

/// <content>
/// Re-indexing: the next generation is built beside the one that is searched, and takes its place when it has caught up; where there are other nodes, only once its schema
/// is in force, which is when all of them have.
/// </content>
internal sealed partial class ConnectionIndex
{
    /// <summary>Runs after the next generation could not be built, until that is tried again.</summary>
    private ITimer? _restBeforeNext;

    /// <summary>The schema version that the store was told this index is prepared for, and the one that it is to be told.</summary>
    private int _noted;
    private int _toBeNoted;

    /// <summary>
    /// Whether every item is indexed as a schema version wants it. If not, that is begun, unless it is under way; <c>prepared</c> of the constructor is called when it is
    /// done.
    /// </summary>
    public bool IsPreparedFor(int schemaVersion)
    {
        if (_preparedSchema >= schemaVersion || _next is { IsReady: true } next && next.Generation.SchemaVersion >= schemaVersion)
        {
            return true;
        }

        lock (_lock)
        {
            _wantedSchema = Math.Max(_wantedSchema, schemaVersion);
        }

        Signal();
        return false;
    }

    private void NoteInForce(int schemaVersion)
    {
        if (schemaVersion <= _inForce)
        {
            return;
        }

        lock (_lock)
        {
            _inForce = Math.Max(_inForce, schemaVersion);
            _wantedSchema = Math.Max(_wantedSchema, schemaVersion);
        }

        Wake();
    }

    /// <summary>The store may have another language for the connection than before.</summary>
    public void ReadLanguage()
    {
        _isLanguageToBeRead = true;
        Signal();
    }

    /// <summary>How many items the next generation has taken in; null when none is being built.</summary>
    public long? Reindexed => _next?.Taken;

    private async Task<IndexGeneration> PrepareAsync(IndexGeneration generation, CancellationToken cancellationToken)
    {
        if (_isLanguageToBeRead)
        {
            _isLanguageToBeRead = false;
            FeedPosition position = await _feed.FindPositionOrNullAsync(_connection, cancellationToken) ?? throw new IndexClosedException(isGone: true);
            _wantedLanguage = _options.LanguageOf(position.Language);
        }

        int wanted = _wantedSchema;
        TextLanguage language = _wantedLanguage;
        if (_next is { } begun && begun.Generation.Language != language)
        {
            // Something else is wanted meanwhile.
            await AbandonNextAsync();
        }

        if (_next is { } next)
        {
            return next.Building.IsCompleted ? await GoOnWithAsync(generation, next, cancellationToken) : generation;
        }

        bool isInLanguage = generation.Language == language;
        if ((wanted <= _preparedSchema && isInLanguage) || _restBeforeNext is not null)
        {
            return generation;
        }

        if (isInLanguage && await IsIndexedAsAsync(generation.SchemaVersion, wanted, cancellationToken))
        {
            _preparedSchema = wanted;
            await NotePreparedAsync(wanted, cancellationToken);
        }
        else
        {
            LogReindexing(_connection.Value, wanted, language.Name);
            _next = new NextGeneration(CreateGeneration(Math.Max(wanted, generation.SchemaVersion), language), _applied);
            _next.Building = BuildAsync(_next, _next.Stopping.Token);
            _ = _next.Building.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }

        return generation;
    }

    /// <summary>
    /// Takes in the rows as they are, which hold every change up to the one at which this began, then the changes since. Ends near the end of the feed: the loop does the
    /// rest, as nothing can come in between then.
    /// </summary>
    private async Task BuildAsync(NextGeneration next, CancellationToken cancellationToken)
    {
        // On a thread of its own: the loop goes on.
        await Task.Yield();
        await foreach (int added in TakeAllAsync(next.Generation, _acls, cancellationToken))
        {
            next.Taken += added;

            // Kept from being closed as idle.
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
        }

        while (next.Applied < Applied - BatchSize)
        {
            await FollowAsync(next, cancellationToken);
        }
    }

    private async Task FollowAsync(NextGeneration next, CancellationToken cancellationToken)
    {
        ChangeBatch batch = await _feed.ReadChangesAsync(_connection, next.Applied, BatchSize, _trail, cancellationToken);
        await ApplyAsync(next.Generation, _acls, batch.Items, cancellationToken);
        next.Applied = batch.UpTo;
    }

    /// <summary>The generation to go on with: the next one, once it is complete and its schema in force.</summary>
    private async Task<IndexGeneration> GoOnWithAsync(IndexGeneration generation, NextGeneration next, CancellationToken cancellationToken)
    {
        bool mustWait = _isShared && next.Generation.SchemaVersion > _inForce;
        try
        {
            await next.Building;
            while (next.Applied < _applied)
            {
                await FollowAsync(next, cancellationToken);
            }

            if (!mustWait || !next.IsReady)
            {
                next.Generation.Commit(_feed.Identity, next.Applied, await FindEndAsync(cancellationToken));
                next.Generation.Refresh();
            }
        }
#pragma warning disable CA1031 // Whatever broke broke the next one: the one in use is as good as before.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not (IndexClosedException or FeedLostException))
#pragma warning restore CA1031
        {
            LogNotReindexed(exception, _connection.Value);
            _metrics.Failed();
            await AbandonNextAsync();
            _restBeforeNext = _time.CreateTimer(_ => EndRest(), null, RetryDelay, Timeout.InfiniteTimeSpan);
            return generation;
        }

        if (mustWait)
        {
            // Other nodes may still be building theirs, and until all have done so everybody's searches are read by the old schema.
            if (!next.IsReady)
            {
                next.IsReady = true;
                await NotePreparedAsync(next.Generation.SchemaVersion, cancellationToken);
            }

            return generation;
        }

        lock (_lock)
        {
            _generation = next.Generation;
            _applied = next.Applied;
            _visible = next.Applied;
        }

        _next = null;
        next.Stopping.Dispose();
        _preparedSchema = Math.Max(_preparedSchema, next.Generation.SchemaVersion);
        _metrics.Rebuilt();
        LogRebuilt(_connection.Value, next.Taken);
        CompleteServed();

        // Searches that still read it hold on to what they read.
        generation.Dispose();
        RemoveGeneration(generation.Folder);
        _prepared();
        await NotePreparedAsync(_preparedSchema, cancellationToken);
        return next.Generation;
    }

    /// <summary>Tells this node's worker and other nodes. A store that cannot be told is told with the next round of the loop.</summary>
    private async ValueTask NotePreparedAsync(int schemaVersion, CancellationToken cancellationToken)
    {
        _toBeNoted = Math.Max(_toBeNoted, schemaVersion);
        if (_toBeNoted > _noted)
        {
            await _feed.NotePreparedAsync(_connection, _toBeNoted, cancellationToken);
            _noted = _toBeNoted;
            _prepared();
        }
    }

    private void EndRest()
    {
        Interlocked.Exchange(ref _restBeforeNext, null)?.Dispose();
        Wake();
    }

    private async Task AbandonNextAsync()
    {
        if (_next is not { } next)
        {
            return;
        }

        await next.Stopping.CancelAsync();
        await ((Task)next.Building).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _next = null;
        next.Stopping.Dispose();
        try
        {
            next.Generation.Dispose();
        }
#pragma warning disable CA1031 // It is given up either way.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotReindexed(exception, _connection.Value);
        }

        RemoveGeneration(next.Generation.Folder);
    }

    /// <summary>
    /// The schema to make a generation's documents by: the active one, or the newer one that the generation is built for, which comes into force when it is complete.
    /// </summary>
    private async ValueTask<Schema> SchemaForAsync(IndexGeneration generation, int activeSchema, CancellationToken cancellationToken)
    {
        int version = Math.Max(activeSchema, generation.SchemaVersion);
        if (version != generation.SchemaVersion)
        {
            if (await IsIndexedAsAsync(generation.SchemaVersion, version, cancellationToken))
            {
                generation.SchemaVersion = version;
            }
            else
            {
                // It came into force without waiting for this index, as after a restart: what comes is right from now on, and the rest is made so.
                IsPreparedFor(version);
            }
        }

        return await FindSchemaAsync(version, cancellationToken);
    }

    private async ValueTask<bool> IsIndexedAsAsync(int older, int newer, CancellationToken cancellationToken) =>
        older == 0 || older >= newer || IndexedForm.IsSame(await FindSchemaAsync(older, cancellationToken), await FindSchemaAsync(newer, cancellationToken));

    /// <summary>Who has items has a schema; its rows go with the connection.</summary>
    private async ValueTask<Schema> FindSchemaAsync(int version, CancellationToken cancellationToken) =>
        await _schemas.FindOrNullAsync(_connection, version, cancellationToken) ?? throw new IndexClosedException(isGone: true);

    /// <summary>A generation that is being built; the loop owns it, and its builder, until one of them ends, writes to it.</summary>
    private sealed class NextGeneration(IndexGeneration generation, long applied)
    {
        private long _applied = applied;
        private long _taken;
        private bool _isReady;

        public IndexGeneration Generation { get; } = generation;

        public CancellationTokenSource Stopping { get; } = new();

        public Task Building { get; set; } = Task.CompletedTask;

        /// <summary>Complete, in step with the one in use, and waiting for its schema to come into force.</summary>
        public bool IsReady
        {
            get => Volatile.Read(ref _isReady);
            set => Volatile.Write(ref _isReady, value);
        }

        /// <summary>Changes up to this one are in it, once all rows are; the feed must keep those after it.</summary>
        public long Applied
        {
            get => Volatile.Read(ref _applied);
            set => Volatile.Write(ref _applied, value);
        }

        /// <summary>Items of the first run over all rows.</summary>
        public long Taken
        {
            get => Volatile.Read(ref _taken);
            set => Volatile.Write(ref _taken, value);
        }
    }
}

using Lucene.Net.Index;
using Tributary.Schemas;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <content>Following: taking changes in, making them durable, and giving up a generation that broke.</content>
internal sealed partial class ConnectionIndex
{
    /// <summary>While the store cannot be reached the generation stays open: nothing is wrong with it, and searches wait or fail for the store's sake.</summary>
    private async Task FollowWhileThereAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await FollowAsync(cancellationToken);
            }
            catch (StorageUnavailableException exception)
            {
                _outage.Failed(exception);
                await Task.Delay(RetryDelay, _time, cancellationToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        IndexGeneration generation = _generation!;

        // What the last run did not get round to.
        await ForgetAsync(generation, cancellationToken);
        while (true)
        {
            if (_isSuspect)
            {
                throw new IOException("A search could not read the index, or found its files changed.");
            }

            int doubts = Volatile.Read(ref _doubts);
            generation = await PrepareAsync(generation, cancellationToken);
            await NotePreparedAsync(0, cancellationToken);
            ChangeBatch batch = await _feed.ReadChangesAsync(_connection, _applied, BatchSize, _trail, cancellationToken);
            bool isIdle = batch.UpTo == _applied;
            if (!isIdle)
            {
                // Also when another server has changed it.
                _wantedLanguage = _options.LanguageOf((await ApplyAsync(generation, _acls, batch.Items, cancellationToken)).Language);
                if (_applied == generation.CommittedChange)
                {
                    _uncommittedSince = _time.GetTimestamp();
                }

                Volatile.Write(ref _applied, batch.UpTo);
                _metrics.Applied(batch.Items.Count);
            }

            Volatile.Write(ref _verified, doubts);
            ServeWaiters();
            _outage.Succeeded();
            TimeSpan? untilCommit = UntilCommitDue(generation);
            if (untilCommit <= TimeSpan.Zero)
            {
                await CommitAsync(generation, cancellationToken);
            }
            else if (isIdle)
            {
                await WaitForSignalAsync(untilCommit, cancellationToken);
            }
        }
    }

    /// <returns>The connection's place in its feed, as it was after the items were read.</returns>
    private async Task<FeedPosition> ApplyAsync(IndexGeneration generation, AclTable acls, IReadOnlyList<FeedItem> items, CancellationToken cancellationToken)
    {
        // After the items were read, so that neither list numbers nor schema versions of theirs are unknown.
        await LoadAclsAsync(acls, cancellationToken);
        FeedPosition position = await _feed.FindPositionOrNullAsync(_connection, cancellationToken) ?? throw new IndexClosedException(isGone: true);
        NoteInForce(position.ActiveSchema);

        Schema schema = await SchemaForAsync(generation, position.ActiveSchema, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = items.Count < 32 ? 1 : _options.Threads, CancellationToken = cancellationToken };
        Parallel.ForEach(
            items,
            parallel,
            () => new DocumentBuilder(schema),
            (item, _, documents) =>
            {
                if (item.Properties is null)
                {
                    generation.Delete(item.Id);
                }
                else if (!TryPut(generation, item, documents))
                {
                    // Left out; then its older form must not stay either.
                    generation.Delete(item.Id);
                    return new DocumentBuilder(schema);
                }

                return documents;
            },
            _ => { });
        return position;
    }

    /// <summary>False for a document that cannot be indexed: that is told and counted, and the others go on.</summary>
    private bool TryPut(IndexGeneration generation, FeedItem item, DocumentBuilder documents)
    {
        IReadOnlyList<IIndexableField> document;
        try
        {
            if (_unindexable.ContainsKey((item.Id, item.Change)))
            {
                return false;
            }

            document = documents.Build(item);
        }
#pragma warning disable CA1031 // Nothing is written yet; whatever the item holds, it must not stop those behind it.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            Skip(exception, item);
            return false;
        }

        try
        {
            generation.Put(item.Id, document);
            return true;
        }
        catch (ArgumentException exception) when (exception.GetType() == typeof(ArgumentException))
        {
            // Lucene's way to refuse one document; its neighbours are safe.
            Skip(exception, item);
            return false;
        }
        catch (Exception exception) when (exception is not (IOException or ObjectDisposedException or OutOfMemoryException))
        {
            // Lucene may have dropped what it had gathered along with this one, so all is replayed, and this one passed over then.
            _unindexable.TryAdd((item.Id, item.Change), true);
            Skip(exception, item);
            throw;
        }
    }

    private void Skip(Exception exception, FeedItem item)
    {
        LogSkipped(exception, item.Id, _connection.Value);
        _metrics.Skipped();
    }

    private TimeSpan? UntilCommitDue(IndexGeneration generation)
    {
        long uncommitted = _applied - generation.CommittedChange;
        if (uncommitted == 0)
        {
            return null;
        }

        return uncommitted >= _options.CommitChanges ? TimeSpan.Zero : _options.CommitInterval - _time.GetElapsedTime(_uncommittedSince);
    }

    private async Task CommitAsync(IndexGeneration generation, CancellationToken cancellationToken)
    {
        generation.Commit(_feed.Identity, _applied, await FindEndAsync(cancellationToken));
        await ForgetAsync(generation, cancellationToken);
    }

    /// <summary>Lets the store forget what this index, durable as it is, no longer needs: changes, and access lists that nothing names.</summary>
    private async Task ForgetAsync(IndexGeneration generation, CancellationToken cancellationToken)
    {
        try
        {
            // What the next generation has not taken in yet is still needed, too.
            long passed = Math.Min(generation.CommittedChange, _next?.Applied ?? long.MaxValue);
            await _feed.PruneAsync(_connection, passed, 4 * _options.CommitChanges, cancellationToken);
            while (await _feed.RemoveUnusedAclsAsync(_connection, AclsPerStep, cancellationToken))
            {
                // Small steps: other writers get their turn between them.
            }

            _pruning.Succeeded();
        }
#pragma warning disable CA1031 // A store that is full, or about to close: the feed only stays longer, the index is as good as before.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _pruning.Failed(exception);
        }
    }

    private void CommitLast()
    {
        try
        {
            // Where one end alone is known, all that was read lies before it.
            if (_generation is { } generation && _applied > generation.CommittedChange && _trail.Ends is [var end])
            {
                generation.Commit(_feed.Identity, _applied, end);
            }
        }
#pragma warning disable CA1031 // The feed still has what this index could not keep.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogBroken(exception, _connection.Value);
        }
    }

    private void Close()
    {
        IndexGeneration? generation;
        lock (_lock)
        {
            generation = _generation;
            _generation = null;
            _visible = 0;
        }

        try
        {
            generation?.Dispose();
        }
#pragma warning disable CA1031 // It is given up either way; who waits must hear so.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogBroken(exception, _connection.Value);
        }
    }
}

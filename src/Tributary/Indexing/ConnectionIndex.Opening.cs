using System.Globalization;
using System.Runtime.CompilerServices;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <content>Opening: the newest generation that can be trusted, or a new one built from the store.</content>
internal sealed partial class ConnectionIndex
{
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        FeedPosition position = await _feed.FindPositionOrNullAsync(_connection, cancellationToken) ?? throw new IndexClosedException(isGone: true);
        _wantedLanguage = _options.LanguageOf(position.Language);

        // Whoever reads from here on reads of the store as it is now.
        int doubts = Volatile.Read(ref _doubts);
        _trail = new FeedTrail();

        // Beside each other, as either may take a while: files are read against their checksums, and there may be lists by the million.
        Task<IndexGeneration?> opening = Task.Run(() => OpenNewestOrNullAsync(cancellationToken), CancellationToken.None);
        AclTable acls = NewAclTable();
        try
        {
            await LoadAclsAsync(acls, cancellationToken);
        }
        catch
        {
            (await opening)?.Dispose();
            throw;
        }

        IndexGeneration generation = await opening ?? await TakeSnapshotOrNullAsync(cancellationToken) ?? await RebuildAsync(acls, cancellationToken);

        _trail.Advance([], generation.Standing.Seen);
        RemoveGenerationsExcept(generation);
        _inForce = Math.Max(_inForce, position.ActiveSchema);
        (_noted, _toBeNoted) = (0, 0);
        lock (_lock)
        {
            _wantedSchema = Math.Max(_wantedSchema, position.ActiveSchema);
            _preparedSchema = 0;
            _acls = acls;
            _generation = generation;
            _applied = generation.CommittedChange;
            _visible = generation.CommittedChange;
            _isSuspect = false;
            _verified = doubts;
        }

        ServeWaiters();
    }

    private async Task<IndexGeneration?> OpenNewestOrNullAsync(CancellationToken cancellationToken)
    {
        // One that was being built when the server ended was never committed.
        foreach (string folder in Generations(_folder).Where(IndexGeneration.IsCommitted))
        {
            IndexGeneration? generation = null;
            try
            {
                generation = IndexGeneration.OpenOrNull(folder, _options, _feed.Identity);
            }
#pragma warning disable CA1031 // Damaged bytes make Lucene throw anything; all of it means that the rows must be read again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogDamaged(exception, _connection.Value);
                continue;
            }

            if (generation is not null && await MayFollowAsync(generation, cancellationToken))
            {
                return generation;
            }

            // Of another store, of changes that this one does not have, or so far behind that the feed no longer reaches back to it.
            generation?.Dispose();
            LogUntrusted(_connection.Value);
        }

        return null;
    }

    /// <summary>The newest copy of another node's index that fits, copied into a generation of this node's own; null when none does.</summary>
    private async Task<IndexGeneration?> TakeSnapshotOrNullAsync(CancellationToken cancellationToken)
    {
        foreach (string snapshot in Snapshots())
        {
            string folder = NextFolder();
            try
            {
                // Followed first: what comes while it is copied is kept.
                if (IndexGeneration.StandingOrNull(snapshot, _feed.Identity) is { } standing && await _feed.TryFollowAsync(_connection, standing, cancellationToken))
                {
                    IndexSnapshots.Copy(snapshot, folder, cancellationToken);
                    if (IndexGeneration.OpenOrNull(folder, _options, _feed.Identity) is { } generation)
                    {
                        LogTaken(_connection.Value, standing.Change);
                        return generation;
                    }
                }
            }
#pragma warning disable CA1031 // Damaged bytes make Lucene throw anything; the rows are there in any case.
            catch (Exception exception) when (exception is not (OperationCanceledException or StorageUnavailableException))
#pragma warning restore CA1031
            {
                LogDamagedSnapshot(exception, snapshot, _connection.Value);
            }

            RemoveGeneration(folder);
        }

        return null;
    }

    private IReadOnlyList<string> Snapshots()
    {
        try
        {
            return _snapshots.Of(_connection);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNoSnapshots(exception, _connection.Value);
            return [];
        }
    }

    private async Task<bool> MayFollowAsync(IndexGeneration generation, CancellationToken cancellationToken)
    {
        try
        {
            return await _feed.TryFollowAsync(_connection, generation.Standing, cancellationToken);
        }
        catch
        {
            generation.Dispose();
            throw;
        }
    }

    /// <summary>Builds the next generation from the rows; changes that come meanwhile are kept, and followed afterwards.</summary>
    private async Task<IndexGeneration> RebuildAsync(AclTable acls, CancellationToken cancellationToken)
    {
        string[] old = Generations(_folder);
        FeedReach begin = await FindEndAsync(cancellationToken);
        if (!await _feed.TryFollowAsync(_connection, new IndexStanding(begin.Change, begin, 0), cancellationToken))
        {
            throw new FeedLostException($"The changes after {begin.Change} were pruned before they could be followed.");
        }

        // Writers are held back by how far the feed has run since the scan began, not by the scan.
        Volatile.Write(ref _applied, begin.Change);
        CompleteServed();
        IndexGeneration generation = CreateGeneration(schemaVersion: 0, _wantedLanguage);
        try
        {
            long built = 0;
            await foreach (int added in TakeAllAsync(generation, acls, cancellationToken))
            {
                built += added;
            }

            generation.Commit(_feed.Identity, begin.Change, await FindEndAsync(cancellationToken));
            generation.Refresh();

            // The first item of a new connection comes this way too, and is nothing to tell of.
            if (old.Length > 0 || built > BatchSize)
            {
                LogRebuilt(_connection.Value, built);
                _metrics.Rebuilt();
            }

            return generation;
        }
        catch
        {
            generation.Dispose();
            throw;
        }
    }

    /// <summary>Puts every item of the store into a generation; tells after each batch how many it had.</summary>
    private async IAsyncEnumerable<int> TakeAllAsync(IndexGeneration generation, AclTable acls, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = "";
        while (true)
        {
            IReadOnlyList<FeedItem> items = await _feed.ReadItemsAsync(_connection, after, BatchSize, _trail, cancellationToken);
            if (items.Count == 0)
            {
                yield break;
            }

            after = items[^1].Id;
            await ApplyAsync(generation, acls, items, cancellationToken);
            yield return items.Count;
        }
    }

    /// <summary>The end of the feed as it is now. Everything that was read before lies before it, in the same feed.</summary>
    private async Task<FeedReach> FindEndAsync(CancellationToken cancellationToken) =>
        await _feed.FindEndOrNullAsync(_connection, _trail, cancellationToken) ?? throw new IndexClosedException(isGone: true);

    private IndexGeneration CreateGeneration(int schemaVersion, TextLanguage language) => IndexGeneration.Create(NextFolder(), _options, schemaVersion, language);

    private string NextFolder()
    {
        string[] old = Generations(_folder);
        int number = old.Length == 0 ? 1 : NumberOf(old[0]) + 1;
        return Path.Combine(_folder, "g" + number.ToString("D6", CultureInfo.InvariantCulture));
    }

    /// <summary>What another one has replaced, and what was being built when the server ended.</summary>
    private void RemoveGenerationsExcept(IndexGeneration kept)
    {
        foreach (string folder in Generations(_folder).Where(folder => NumberOf(folder) != NumberOf(kept.Folder)))
        {
            RemoveGeneration(folder);
        }
    }

    private void RemoveGeneration(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It came to nothing.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(exception, _connection.Value);
        }
    }

    private async Task LoadAclsAsync(AclTable acls, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyValuePair<int, byte[]>> read = await ReadAsync(acls.Last);
        while (read.Count == AclBatchSize)
        {
            // The next are read while these are taken in.
            int last = read[^1].Key;
            Task<IReadOnlyList<KeyValuePair<int, byte[]>>> next = Task.Run(() => ReadAsync(last).AsTask(), cancellationToken);
            acls.Add(read);
            read = await next;
        }

        acls.Add(read);

        ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAsync(int after) => _feed.ReadAclsAsync(_connection, after, AclBatchSize, _trail, cancellationToken);
    }

    /// <summary>The folders of a connection's generations, the newest first.</summary>
    public static string[] Generations(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string[] folders = [.. Directory.GetDirectories(folder, "g*").Order(StringComparer.Ordinal)];
        Array.Reverse(folders);
        return folders;
    }

    private static int NumberOf(string folder) =>
        int.TryParse(Path.GetFileName(folder).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}

using System.Globalization;
using System.Runtime.CompilerServices;

namespace Tributary.Indexing;

/// <content>Opening: the newest generation that can be trusted, or a new one built from the store.</content>
internal sealed partial class ConnectionIndex
{
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        FeedPosition position = await _feed.FindPositionOrNullAsync(_connection, cancellationToken) ?? throw new IndexClosedException(isGone: true);
        _wantedLanguage = _options.LanguageOf(position.Language);

        // Beside each other, as either may take a while: files are read against their checksums, and there may be lists by the million.
        Task<IndexGeneration?> opening = Task.Run(() => OpenNewestOrNull(position), CancellationToken.None);
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

        IndexGeneration generation = await opening ?? await RebuildAsync(acls, position, cancellationToken);

        RemoveGenerationsExcept(generation);
        lock (_lock)
        {
            _wantedSchema = Math.Max(_wantedSchema, position.ActiveSchema);
            _preparedSchema = 0;
            _acls = acls;
            _generation = generation;
            _applied = generation.CommittedChange;
            _visible = generation.CommittedChange;
            _maxChange = long.MaxValue;
            _isSuspect = false;
        }

        _opened();
        ServeWaiters();
    }

    private IndexGeneration? OpenNewestOrNull(FeedPosition position)
    {
        // One that was being built when the server ended was never committed.
        foreach (string folder in Generations(_folder).Where(IndexGeneration.IsCommitted))
        {
            try
            {
                IndexGeneration? generation = IndexGeneration.OpenOrNull(folder, _options, _feed.Identity, _maxChange);
                if (generation is not null && generation.CommittedChange >= position.Start)
                {
                    return generation;
                }

                // Of another store, ahead of this one, or so far behind that the feed no longer reaches back to it.
                generation?.Dispose();
                LogUntrusted(_connection.Value);
            }
#pragma warning disable CA1031 // Damaged bytes make Lucene throw anything; all of it means that the rows must be read again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogDamaged(exception, _connection.Value);
            }
        }

        return null;
    }

    /// <summary>Builds the next generation from the rows; changes that come meanwhile are followed afterwards.</summary>
    private async Task<IndexGeneration> RebuildAsync(AclTable acls, FeedPosition position, CancellationToken cancellationToken)
    {
        string[] old = Generations(_folder);
        // Writers are held back by how far the feed has run since the scan began, not by the scan.
        Volatile.Write(ref _applied, position.Last);
        CompleteServed();
        IndexGeneration generation = CreateGeneration(schemaVersion: 0, _wantedLanguage);
        try
        {
            long built = 0;
            await foreach (int added in TakeAllAsync(generation, acls, cancellationToken))
            {
                built += added;
            }

            generation.Commit(_feed.Identity, position.Last);
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
            IReadOnlyList<FeedItem> items = await _feed.ReadItemsAsync(_connection, after, BatchSize, cancellationToken);
            if (items.Count == 0)
            {
                yield break;
            }

            after = items[^1].Id;
            await ApplyAsync(generation, acls, items, cancellationToken);
            yield return items.Count;
        }
    }

    private IndexGeneration CreateGeneration(int schemaVersion, TextLanguage language)
    {
        string[] old = Generations(_folder);
        int number = old.Length == 0 ? 1 : NumberOf(old[0]) + 1;
        return IndexGeneration.Create(Path.Combine(_folder, "g" + number.ToString("D6", CultureInfo.InvariantCulture)), _options, schemaVersion, language);
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

        ValueTask<IReadOnlyList<KeyValuePair<int, byte[]>>> ReadAsync(int after) => _feed.ReadAclsAsync(_connection, after, AclBatchSize, cancellationToken);
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

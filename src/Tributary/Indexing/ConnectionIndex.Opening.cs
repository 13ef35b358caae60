using System.Globalization;

namespace Tributary.Indexing;

/// <content>Opening: the newest generation that can be trusted, or a new one built from the store.</content>
internal sealed partial class ConnectionIndex
{
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        AclTable acls = NewAclTable();
        await LoadAclsAsync(acls, cancellationToken);
        FeedPosition position = await _feed.FindPositionOrNullAsync(_connection, cancellationToken) ?? throw new IndexClosedException(isGone: true);
        IndexGeneration generation = OpenNewestOrNull(position) ?? await RebuildAsync(acls, position, cancellationToken);

        lock (_lock)
        {
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
        foreach (string folder in Generations())
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
        string[] old = Generations();
        int number = old.Length == 0 ? 1 : NumberOf(old[0]) + 1;
        string folder = Path.Combine(_folder, "g" + number.ToString("D6", CultureInfo.InvariantCulture));

        // Writers are held back by how far the feed has run since the scan began, not by the scan.
        Volatile.Write(ref _applied, position.Last);
        CompleteServed();
        IndexGeneration generation = IndexGeneration.Create(folder, _options);
        try
        {
            string after = "";
            long built = 0;
            while (true)
            {
                IReadOnlyList<FeedItem> items = await _feed.ReadItemsAsync(_connection, after, BatchSize, cancellationToken);
                if (items.Count == 0)
                {
                    break;
                }

                after = items[^1].Id;
                built += items.Count;
                await ApplyAsync(generation, acls, items, cancellationToken);
            }

            generation.Commit(_feed.Identity, position.Last);
            generation.Refresh();
            foreach (string obsolete in old)
            {
                Directory.Delete(obsolete, recursive: true);
            }

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

    private async Task LoadAclsAsync(AclTable acls, CancellationToken cancellationToken)
    {
        while (true)
        {
            IReadOnlyList<KeyValuePair<int, Acls.Acl>> added = await _feed.ReadAclsAsync(_connection, acls.Last, AclBatchSize, cancellationToken);
            acls.Add(added);
            if (added.Count < AclBatchSize)
            {
                return;
            }
        }
    }

    private string[] Generations()
    {
        if (!Directory.Exists(_folder))
        {
            return [];
        }

        string[] folders = [.. Directory.GetDirectories(_folder, "g*").Order(StringComparer.Ordinal)];
        Array.Reverse(folders);
        return folders;
    }

    private static int NumberOf(string folder) =>
        int.TryParse(Path.GetFileName(folder).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}

using System.Globalization;
using Tributary.Connections;

namespace Tributary.Indexing;

/// <content>The folders of indexes, and which of them are worth nothing when the server starts.</content>
internal sealed partial class IndexCatalog
{
    private string FolderOf(ConnectionKey connection) => Path.Combine(_root, connection.ToString());

    private void RemoveFoldersOfGoneConnections(IReadOnlyDictionary<ConnectionKey, long> connections)
    {
        foreach (ConnectionKey gone in Folders().Where(folder => !connections.ContainsKey(folder)))
        {
            try
            {
                Directory.Delete(FolderOf(gone), recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogNotRemoved(exception, gone.Value);
            }
        }
    }

    /// <summary>
    /// A store that was restored may have come past the change of an index that was ahead of it by the next start. Marks tell that then, but not for what was made before
    /// there were any. So what is ahead goes before the first write.
    /// </summary>
    private void RemoveGenerationsOfOtherStores(IReadOnlyDictionary<ConnectionKey, long> connections)
    {
        foreach ((ConnectionKey connection, long last) in connections)
        {
            foreach (string generation in ConnectionIndex.Generations(FolderOf(connection)).Where(IndexGeneration.IsCommitted))
            {
                if (!IndexGeneration.MayFollow(generation, feed.Identity, last))
                {
                    LogOfOtherStore(connection.Value);
                    Directory.Delete(generation, recursive: true);
                }
            }
        }
    }

    /// <summary>Whose folders there are. Somebody else's, where a link leads to them, and whatever is not named like a connection's, are left alone.</summary>
    private IEnumerable<ConnectionKey> Folders()
    {
        if (!Directory.Exists(_root) || new DirectoryInfo(_root).LinkTarget is not null)
        {
            yield break;
        }

        foreach (string folder in Directory.GetDirectories(_root))
        {
            if (long.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out long key))
            {
                yield return new ConnectionKey(key);
            }
        }
    }

    [LoggerMessage(2102, LogLevel.Warning, "The index of connection {Connection} was built from another store, or is ahead of this one, as after a restored backup; it is built anew.")]
    private partial void LogOfOtherStore(long connection);
}

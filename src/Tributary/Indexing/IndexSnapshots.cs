using System.Globalization;
using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>A copy of an index.</summary>
/// <param name="Change">The last change that is in it.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct IndexSnapshot(long Change, long Bytes);

/// <summary>
/// Copies of indexes in <see cref="IndexOptions.SnapshotDirectory"/>, which nodes share or the operator copies: a new node takes the newest that fits instead of building an
/// index from the rows. A folder for each store, in it one for each connection, in it the copies by their change. The files are Lucene's, so nobody but the server may
/// put any there.
/// </summary>
internal sealed class IndexSnapshots(IOptions<IndexOptions> options, IChangeFeed feed, TimeProvider time)
{
    /// <summary>The one before is still there for who has begun to copy it.</summary>
    private const int Kept = 2;

    private const string Unfinished = ".part";

    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromDays(1);

    private readonly string? _root = options.Value.SnapshotDirectory is { } directory ? Path.GetFullPath(directory) : null;

    public bool IsEnabled => _root is not null;

    /// <summary>The copies of a connection's index, the newest first. None that is not whole: each gets its name when it is.</summary>
    public IReadOnlyList<string> Of(ConnectionKey connection)
    {
        if (_root is null || !Directory.Exists(FolderOf(connection)))
        {
            return [];
        }

        DataDirectory.RequireOwn(_root);
        return [.. Directory.GetDirectories(FolderOf(connection)).Where(folder => !folder.EndsWith(Unfinished, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal)];
    }

    /// <summary>Copies what is durable, and has the changes after it kept for a while. Null when the feed did not go on from there: there is a newer state then.</summary>
    /// <exception cref="IOException">There is no room, or the directory is not the server's alone.</exception>
    public async Task<IndexSnapshot?> TakeAsync(ConnectionKey connection, IndexView view, CancellationToken cancellationToken)
    {
        DataDirectory.RequireOwn(_root ?? throw new InvalidOperationException("No directory is configured."));
        string folder = FolderOf(connection);
        string unfinished = Path.Combine(folder, Guid.NewGuid().ToString("N") + Unfinished);
        DataDirectory.Create(unfinished);
        try
        {
            DateTimeOffset until = time.GetUtcNow() + options.Value.SnapshotKeep;
            if (await view.CopyToAsync(
                unfinished, feed.Identity, async standing => await feed.TryKeepAsync(connection, standing, until, cancellationToken), cancellationToken) is not { } copy)
            {
                return null;
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"{copy.Standing.Change:D19}-{Path.GetFileNameWithoutExtension(unfinished)}");
            Directory.Move(unfinished, Path.Combine(folder, name));
            await feed.KeepOnlyAsync(connection, copy.Standing.Change, cancellationToken);
            RemoveOld(connection, folder);
            return new IndexSnapshot(copy.Standing.Change, copy.Bytes);
        }
        finally
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }
        }
    }

    /// <summary>Copies the files of a snapshot into a new folder; what else lies there is left alone.</summary>
    public static void Copy(string snapshot, string folder, CancellationToken cancellationToken)
    {
        DataDirectory.Create(folder);
        foreach (string file in Directory.GetFiles(snapshot))
        {
            cancellationToken.ThrowIfCancellationRequested();
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private void RemoveOld(ConnectionKey connection, string folder)
    {
        foreach (string old in Of(connection).Skip(Kept).Concat(Directory.GetDirectories(folder, "*" + Unfinished).Where(IsLeft)))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>Of a node that ended while it copied.</summary>
    private bool IsLeft(string folder) => time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > UnfinishedLife;

    private string FolderOf(ConnectionKey connection) =>
        Path.Combine(_root!, string.Create(CultureInfo.InvariantCulture, $"{feed.Identity.Id}-{feed.Identity.Epoch}"), connection.ToString());
}

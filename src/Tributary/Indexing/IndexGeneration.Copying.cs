using Lucene.Net.Index;
using Lucene.Net.Store;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <content>Copies of its last durable state.</content>
internal sealed partial class IndexGeneration
{
    /// <summary>Where a generation stands that is committed in a folder; null when it is of another store or format.</summary>
    /// <exception cref="Exception">Of any kind: it is damaged.</exception>
    public static IndexStanding? StandingOrNull(string folder, StoreIdentity identity)
    {
        using FSDirectory directory = OpenDirectory(folder);
        return CommittedOrNull(ReadCommit(directory), identity) is { } committed ? new IndexStanding(committed.Change, committed.Seen, committed.SchemaVersion) : null;
    }

    /// <summary>
    /// Copies the last durable state into a folder, after <paramref name="accept"/> has taken its standing; null when that did not. What is written meanwhile is not held up.
    /// </summary>
    /// <returns>Where the copy stands, and how many bytes it has.</returns>
    /// <exception cref="IOException">It could not be copied, as the disk is full, or this generation is given up.</exception>
    public async Task<(IndexStanding Standing, long Bytes)?> CopyToAsync(string folder, StoreIdentity identity, Func<IndexStanding, Task<bool>> accept, CancellationToken cancellationToken)
    {
        var kept = (SnapshotDeletionPolicy)_writer.Config.IndexDeletionPolicy;
        IndexCommit commit;
        try
        {
            commit = kept.Snapshot();
        }
        catch (InvalidOperationException exception)
        {
            throw new IOException("Nothing of the index is durable yet.", exception);
        }

        try
        {
            var infos = new SegmentInfos();
            infos.Read(_directory, commit.SegmentsFileName);
            Committed committed = CommittedOrNull(infos, identity) ?? throw new IOException("The index is of another store.");
            var standing = new IndexStanding(committed.Change, committed.Seen, committed.SchemaVersion);
            if (!await accept(standing))
            {
                return null;
            }

            long bytes = 0;
            foreach (string name in commit.FileNames)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string target = Path.Combine(folder, name);
                File.Copy(Path.Combine(Folder, name), target);
                bytes += new FileInfo(target).Length;
            }

            return (standing, bytes);
        }
        finally
        {
            kept.Release(commit);
        }
    }
}

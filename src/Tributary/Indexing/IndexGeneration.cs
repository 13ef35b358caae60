using System.Globalization;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;
using Tributary.Storage;

namespace Tributary.Indexing;

/// <summary>
/// One Lucene index in its folder: what is written, and what a search sees of it. A generation is built once and then follows the feed; when it cannot be
/// trusted any more, the next one is built in a new folder.
/// </summary>
internal sealed partial class IndexGeneration : IDisposable
{
    /// <summary>
    /// Small new segments stay in memory until they are committed: a refresh costs no files, and goes on when the disk is full, so that searches see the last
    /// write that still found room.
    /// </summary>
    private const double MaxCachedSegmentMegabytes = 4;
    private const double MaxCachedMegabytes = 32;

    private readonly FSDirectory _directory;
    private readonly NRTCachingDirectory _cached;
    private readonly MergeScheduler _merges = new();
    private readonly IndexWriter _writer;
    private readonly SearcherManager _searchers;
    private readonly System.Threading.Lock _stampsLock = new();
    private Dictionary<string, (long Length, DateTime Written)> _stamps = [];
    private FeedReach _seen;

    /// <summary>Takes over <paramref name="directory"/>, also when it throws.</summary>
    private IndexGeneration(FSDirectory directory, IndexOptions options, OpenMode mode, Committed standing)
    {
        IndexWriter? writer = null;
        var cached = new NRTCachingDirectory(directory, MaxCachedSegmentMegabytes, MaxCachedMegabytes);
        try
        {
            writer = new IndexWriter(cached, Configure(options, mode, standing.Language));
            _searchers = new SearcherManager(writer, applyAllDeletes: true, new Bm25SearcherFactory());
            if (mode == OpenMode.APPEND)
            {
                _stamps = ReadStamps(directory);
            }
        }
        catch
        {
            // A writer that is left open keeps its lock, and nobody could ever write here again.
            writer?.Rollback();
            cached.Dispose();
            throw;
        }

        _directory = directory;
        _cached = cached;
        _writer = writer;
        Folder = directory.Directory.FullName;
        CommittedChange = standing.Change;
        _seen = standing.Seen;
        SchemaVersion = standing.SchemaVersion;
        Language = standing.Language;
    }

    public string Folder { get; }

    /// <summary>The change that the last durable state of this index contains.</summary>
    public long CommittedChange { get; private set; }

    /// <summary>Where the last durable state stands in the feed.</summary>
    public IndexStanding Standing => new(CommittedChange, _seen, SchemaVersion);

    /// <summary>
    /// The schema version by which all of its documents are as they should be; those that came later may have been made by a newer one that differs in nothing that
    /// matters for older ones (<see cref="IndexedForm"/>). 0 while there is no document.
    /// </summary>
    public int SchemaVersion { get; set; }

    /// <summary>What its words were made in: queries must be, too.</summary>
    public TextLanguage Language { get; }

    /// <summary>Begins a new, empty generation.</summary>
    public static IndexGeneration Create(string folder, IndexOptions options, int schemaVersion = 0, TextLanguage? language = null) =>
        new(OpenDirectory(folder), options, OpenMode.CREATE, new Committed(0, default, schemaVersion, language ?? TextLanguage.Standard));

    /// <summary>Whether there is a generation in the folder, whatever it is worth.</summary>
    public static bool IsCommitted(string folder) => System.IO.Directory.EnumerateFiles(folder, "segments_*").Any();

    /// <summary>
    /// Whether a committed generation is of this store and not ahead of it. One of which that cannot be read may be: opening it finds out.
    /// </summary>
    public static bool MayFollow(string folder, StoreIdentity identity, long maxChange)
    {
        try
        {
            using FSDirectory directory = OpenDirectory(folder);
            return CommittedOrNull(ReadCommit(directory), identity) is { } committed && committed.Change <= maxChange;
        }
#pragma warning disable CA1031 // Damaged bytes make Lucene throw anything.
        catch (Exception)
#pragma warning restore CA1031
        {
            return true;
        }
    }

    /// <summary>
    /// Opens a generation that was built completely from this very store; null when it is anything else. Whether the store still has what it was built from, its
    /// <see cref="Standing"/> tells.
    /// </summary>
    /// <remarks>
    /// Reads every file once against its checksum: Lucene itself would meet a flipped bit only in the search that reads it, and may answer from it.
    /// </remarks>
    /// <exception cref="Exception">Of any kind: the index is damaged.</exception>
    public static IndexGeneration? OpenOrNull(string folder, IndexOptions options, StoreIdentity identity)
    {
        FSDirectory directory = OpenDirectory(folder);
        Committed standing;
        try
        {
            SegmentInfos? commit = DirectoryReader.IndexExists(directory) ? ReadCommit(directory) : null;
            if (commit is null || CommittedOrNull(commit, identity) is not { } committed)
            {
                directory.Dispose();
                return null;
            }

            standing = committed;
            FileChecksums.Verify(directory, commit);
        }
        catch
        {
            directory.Dispose();
            throw;
        }

        return new IndexGeneration(directory, options, OpenMode.APPEND, standing);
    }

    /// <summary>Replaces or adds the document of an item. May be called from several threads.</summary>
    public void Put(string itemId, IReadOnlyList<IIndexableField> document) => _writer.UpdateDocument(new Term(IndexFields.Id, itemId), document);

    public void Delete(string itemId) => _writer.DeleteDocuments(new Term(IndexFields.Id, itemId));

    /// <summary>Makes everything that was put visible to searches.</summary>
    public void Refresh()
    {
        _merges.ThrowIfFailed();
        _searchers.MaybeRefreshBlocking();
    }

    /// <summary>A searcher over what the last refresh made visible; give it back with <see cref="Release"/>.</summary>
    public IndexSearcher Acquire() => _searchers.Acquire();

    public void Release(IndexSearcher searcher) => _searchers.Release(searcher);

    /// <summary>Makes the index durable together with where it stands in which feed.</summary>
    /// <param name="identity">The store.</param>
    /// <param name="change">The last change that is in it.</param>
    /// <param name="seen">An end of the feed before which all lies that is in it.</param>
    public void Commit(StoreIdentity identity, long change, FeedReach seen)
    {
        _merges.ThrowIfFailed();
        _writer.SetCommitData(new Dictionary<string, string>
        {
            ["store"] = identity.Id,
            ["epoch"] = identity.Epoch.ToString(CultureInfo.InvariantCulture),
            ["change"] = change.ToString(CultureInfo.InvariantCulture),
            ["seen"] = seen.Change.ToString(CultureInfo.InvariantCulture),
            ["mark"] = seen.Mark.ToString(CultureInfo.InvariantCulture),
            ["format"] = IndexFields.Format.ToString(CultureInfo.InvariantCulture),
            ["schema"] = SchemaVersion.ToString(CultureInfo.InvariantCulture),
            ["language"] = Language.Name,
        });
        lock (_stampsLock)
        {
            if (AreFilesChanged())
            {
                throw new IOException("A file of the index is gone or is not as it was written.");
            }

            _writer.Commit();
            _stamps = ReadStamps(_directory);
        }

        CommittedChange = change;
        _seen = seen;
    }

    /// <summary>
    /// Whether somebody removed, cut or overwrote a file of the last durable state. Lucene writes a file once and never again; what it has open it reads on
    /// from, and commits names that lead nowhere, so only looking tells. Costs a look at the folder's entries.
    /// </summary>
    public bool IsDamagedFromOutside()
    {
        // A commit is under way: it looks by itself.
        if (!_stampsLock.TryEnter())
        {
            return false;
        }

        try
        {
            return AreFilesChanged();
        }
        finally
        {
            _stampsLock.Exit();
        }
    }

    /// <summary>Closes without writing: what was not committed is replayed from the feed.</summary>
    public void Dispose()
    {
        try
        {
            _searchers.Dispose();
        }
        finally
        {
            try
            {
                _writer.Rollback();
            }
            finally
            {
                _cached.Dispose();
            }
        }
    }

    /// <summary>
    /// Not mapped into memory: reading on in a mapped file that somebody has cut ends the process, without an exception. Measured, it is as fast; so is reading in larger pieces.
    /// </summary>
    private static SimpleFSDirectory OpenDirectory(string folder) => new(folder);

    private bool AreFilesChanged()
    {
        foreach ((string path, (long length, DateTime written)) in _stamps)
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length != length || file.LastWriteTimeUtc != written)
            {
                return true;
            }
        }

        return false;
    }

    private static Dictionary<string, (long Length, DateTime Written)> ReadStamps(FSDirectory directory)
    {
        var stamps = new Dictionary<string, (long Length, DateTime Written)>();
        foreach (string name in ReadCommit(directory).GetFiles(directory, includeSegmentsFile: true))
        {
            var file = new FileInfo(Path.Combine(directory.Directory.FullName, name));
            stamps.Add(file.FullName, (file.Length, file.LastWriteTimeUtc));
        }

        return stamps;
    }

    private static SegmentInfos ReadCommit(FSDirectory directory)
    {
        var commit = new SegmentInfos();
        commit.Read(directory);
        return commit;
    }

    /// <summary>Null for one that is of another store or format.</summary>
    private static Committed? CommittedOrNull(SegmentInfos commit, StoreIdentity identity)
    {
        IDictionary<string, string> data = commit.UserData;
        if (data.TryGetValue("store", out string? store) && store == identity.Id
            && data.TryGetValue("epoch", out string? epoch) && epoch == identity.Epoch.ToString(CultureInfo.InvariantCulture)
            && data.TryGetValue("format", out string? format) && format == IndexFields.Format.ToString(CultureInfo.InvariantCulture)
            && data.TryGetValue("change", out string? change)
            && data.TryGetValue("schema", out string? schema)
            && data.TryGetValue("language", out string? name) && TextLanguage.FindOrNull(name) is { } language)
        {
            // One of before there were marks stands where it says.
            long at = Number(change);
            FeedReach seen = data.TryGetValue("seen", out string? end) && data.TryGetValue("mark", out string? mark) ? new(Number(end), Number(mark)) : new(at, 0);
            return new Committed(at, seen, (int)Number(schema), language);
        }

        return null;

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>What a commit says of itself: the last change in it, how far the feed was seen, and the schema version and language it was made by.</summary>
    private readonly record struct Committed(long Change, FeedReach Seen, int SchemaVersion, TextLanguage Language);

    private IndexWriterConfig Configure(IndexOptions options, OpenMode mode, TextLanguage language) => new(LuceneVersion.LUCENE_48, language.Analyzer)
    {
        OpenMode = mode,
        RAMBufferSizeMB = options.RamBufferMegabytes,
        Similarity = new BM25Similarity(),
        MergeScheduler = _merges,

        // So that a durable state can be copied while the next one takes its place.
        IndexDeletionPolicy = new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy()),
    };

    /// <summary>Lucene would try a merge that failed again and again, in a thread that nobody watches; here it ends the generation.</summary>
    private sealed class MergeScheduler : ConcurrentMergeScheduler
    {
        private volatile Exception? _failure;

        public MergeScheduler() => SetMaxMergesAndThreads(maxMergeCount: 4, maxThreadCount: 1);

        public void ThrowIfFailed()
        {
            if (_failure is { } failure)
            {
                throw new IOException("Segments could not be merged.", failure);
            }
        }

        protected override void HandleMergeException(Exception exc) => _failure = exc;
    }

    /// <summary>Without it a <see cref="SearcherManager"/> searches with TF-IDF.</summary>
    private sealed class Bm25SearcherFactory : SearcherFactory
    {
        public override IndexSearcher NewSearcher(IndexReader reader) => new(reader) { Similarity = new BM25Similarity() };
    }
}

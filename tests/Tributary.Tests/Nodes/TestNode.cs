using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Schemas;
using Tributary.Storage;
using Tributary.Telemetry;

namespace Tributary.Tests.Nodes;

/// <summary>One of several nodes over one store: indexes in a directory of its own, a worker, and signals that the others do not hear.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly TributaryMeter _meter = new();
    private readonly DataDirectory _data;
    private readonly OperationWorker _worker;
    private readonly string _folder;

    private TestNode(ISqlDatabase database, ThisNode node, string folder, IndexOptions options, TimeProvider time, SqlSignals? signals)
    {
        _folder = folder;
        Signals = signals ?? new SqlSignals();
        _data = DataDirectory.Open(new StorageOptions { Data = folder });
        var numbers = new OpaqueNumbers(database);
        var operations = new SqlOperationStore(database, Signals, AccessHistory.Off, node);
        var caches = new CacheMetrics(_meter);
        Feed = new SqlChangeFeed(database, Signals, numbers, AccessHistory.Off, node);
        Items = new SqlItemStore(database, Signals, numbers, AccessHistory.Off);
        Languages = new IndexLanguages(database);
        Store = new NodeStore(database, node);
        Snapshots = new IndexSnapshots(Options.Create(options), Feed, time);
        Catalog = new IndexCatalog(
            _data, node, Snapshots, Feed, new SchemaVersions(operations, Signals, caches), Options.Create(options), new IndexMetrics(_meter, caches), time, NullLogger<IndexCatalog>.Instance);
        _worker = new OperationWorker(operations, Catalog, database, Signals, node, time, NullLogger<OperationWorker>.Instance);
    }

    public SqlSignals Signals { get; }

    public IChangeFeed Feed { get; }

    public IItemStore Items { get; }

    public IndexLanguages Languages { get; }

    public IndexCatalog Catalog { get; }

    public NodeStore Store { get; }

    public IndexSnapshots Snapshots { get; }

    public static async Task<TestNode> StartAsync(ISqlDatabase database, ThisNode node, string folder, TimeProvider time, IndexOptions? options = null, bool works = true, SqlSignals? signals = null)
    {
        var started = new TestNode(database, node, folder, options ?? new IndexOptions(), time, signals);
        await started.Store.BeatAsync(default, CancellationToken.None);
        await started.Catalog.StartAsync(CancellationToken.None);
        if (works)
        {
            await started._worker.StartAsync(CancellationToken.None);
        }

        return started;
    }

    /// <summary>The ids of the items that a search of the connection as it is now could find.</summary>
    public async Task<string> IdsAsync(StoredConnection connection, string term = "")
    {
        using IndexView view = (await Catalog.AcquireOrNullAsync(connection.Key, connection.LastChange, connection.ActiveSchema, CancellationToken.None))!;
        Lucene.Net.Search.Query query = term.Length == 0
            ? new Lucene.Net.Search.MatchAllDocsQuery()
            : new Lucene.Net.Search.TermQuery(new Lucene.Net.Index.Term(IndexFields.Text, term));
        if (view.Searcher.IndexReader.NumDocs == 0)
        {
            return "";
        }

        Lucene.Net.Index.BinaryDocValues ids = Lucene.Net.Index.MultiDocValues.GetBinaryValues(view.Searcher.IndexReader, IndexFields.Id);
        return string.Join(' ', view.Searcher.Search(query, 1000).ScoreDocs.Select(hit => IdOf(hit.Doc)).Order(StringComparer.Ordinal));

        string IdOf(int document)
        {
            var id = new Lucene.Net.Util.BytesRef();
            ids.Get(document, id);
            return id.Utf8ToString();
        }
    }

    public string[] Generations(StoredConnection connection) =>
        [.. Directory.GetDirectories(Path.Combine(_folder, "index", connection.Key.ToString()), "g*").Select(folder => Path.GetFileName(folder)).Order()];

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        _worker.Dispose();
        await Catalog.DisposeAsync();
        await Store.LeaveAsync(CancellationToken.None);
        _data.Dispose();
        _meter.Dispose();
    }
}

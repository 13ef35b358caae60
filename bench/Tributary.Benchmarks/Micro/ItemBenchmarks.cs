using BenchmarkDotNet.Attributes;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Scenarios;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Storage;
using Tributary.Storage.Sqlite;
using Tributary.Telemetry;

namespace Tributary.Benchmarks.Micro;

/// <summary>The steps of one PUT that are ours: reading its body, storing it, and making its document. In this process, so that nothing is generated or restored.</summary>
[MemoryDiagnoser]
[InProcess]
public class ItemBenchmarks : IDisposable
{
    private const int PutsAtOnce = 256;

    private readonly byte[] _body = Corpus.Item(1).Body();
    private readonly FeedItem _item = Corpus.Item(1).ToFeedItem(1);
    private readonly DocumentBuilder _documents = new(Corpus.Schema);
    private readonly ItemOptions _options = new();
    private readonly ScratchDirectory _scratch = new();
    private readonly TributaryMeter _meter = new();
    private readonly SqliteDatabase _database;
    private readonly SqlItemStore _store;
    private readonly PutItem[] _puts = new PutItem[PutsAtOnce];
    private int _next;

    public ItemBenchmarks()
    {
        // Not durable: what is measured is the statements, not the disk.
        _database = SqliteDatabase.Open(_scratch.Path, new StorageOptions { Durable = false }, new StorageMetrics(_meter));
        _store = new SqlItemStore(_database, new SqlSignals(), new OpaqueNumbers(_database), Tributary.Access.History.AccessHistory.Off);
        _database.WriteAsync(
            WriteScope.Store,
            session => session.Execute(
                """
                INSERT INTO connection (key, tenant, id, id_folded, name, name_folded, state, schema_active, body)
                VALUES (1, 't', 'bench', 'bench', 'bench', 'bench', @state, 1, x'00')
                """,
                (int)ConnectionState.Ready),
            0,
            default).AsTask().GetAwaiter().GetResult();
    }

    [Benchmark]
    public object? ReadBody()
    {
        using var document = System.Text.Json.JsonDocument.Parse(_body);
        ItemId.TryParse(_item.Id, isLenient: false, out ItemId id);
        return ItemReader.ReadOrNull(document.RootElement, id, GraphVersion.V1, Corpus.Schema, isPeople: false, _options, new Problems());
    }

    [Benchmark]
    public object BuildDocument() => _documents.Build(_item);

    [IterationSetup(Target = nameof(PutIntoStore))]
    public void MakePuts()
    {
        for (int i = 0; i < _puts.Length; i++)
        {
            _puts[i] = new PutItem(Corpus.Item(_next++).ToWrite(), SchemaVersion: 1, new ItemLimits(long.MaxValue, long.MaxValue, 0), Excerpt: null);
        }
    }

    /// <summary>New items that share a commit.</summary>
    [Benchmark(OperationsPerInvoke = PutsAtOnce)]
    public Task PutIntoStore() => Task.WhenAll(_puts.Select(put => _store.PutAsync(new ConnectionKey(1), put, default).AsTask()));

    [GlobalCleanup]
    public void Dispose()
    {
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _meter.Dispose();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }
}

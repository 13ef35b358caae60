using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Auth.DevIssuer;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Index;

/// <summary>The product in this process, filled through its store and searched at <see cref="ISearchIndex"/>.</summary>
internal sealed class IndexServer : IAsyncDisposable
{
    private const string ConnectionId = "bench";
    private const int Writers = 256;
    private const int AclBatch = 10_000;

    private readonly WebApplication _app;
    private readonly ISearchIndex _index;
    private readonly IItemStore _store;
    private readonly IndexCatalog _catalog;

    private IndexServer(WebApplication app)
    {
        _app = app;
        _index = app.Services.GetRequiredService<ISearchIndex>();
        _store = app.Services.GetRequiredService<IItemStore>();
        _catalog = app.Services.GetRequiredService<IndexCatalog>();
    }

    public StoredConnection Connection { get; private set; } = null!;

    /// <param name="data">The data directory; one that was filled before is taken as it is.</param>
    /// <param name="settings">As on the command line.</param>
    public static async Task<IndexServer> StartAsync(string data, IEnumerable<string> settings)
    {
        WebApplication app = Server.Build(
            [new("Storage:Data", data), new("Urls", $"http://127.0.0.1:{ServerProcess.FreePort()}"), new("Logging:LogLevel:Default", "Error")], [.. settings]);
        await app.StartAsync();
        var server = new IndexServer(app);
        await server.LookAsync();
        return server;
    }

    /// <summary>Puts items up to that number, one by one as requests would, and waits until a search sees them.</summary>
    /// <param name="items">How many.</param>
    /// <param name="itemOf">The item of a number; those of <see cref="IndexCorpus"/> by default.</param>
    public async Task FillAsync(int items, Func<int, CorpusItem>? itemOf = null)
    {
        itemOf ??= IndexCorpus.Item;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items).Skip((int)Connection.ItemCount),
            new ParallelOptions { MaxDegreeOfParallelism = Writers },
            async (number, cancellation) =>
            {
                long change = await PutAsync(itemOf(number));
                await PatientlyAsync(async () =>
                {
                    await _catalog.WaitForRoomAsync(Connection.Key, change, cancellation);
                    return true;
                });
            });
        await LookAsync();
        (await AcquireAsync()).Dispose();
    }

    /// <returns>The change to wait for.</returns>
    public async Task<long> PutAsync(CorpusItem item)
    {
        PutItemResult result = await _store.PutAsync(
            Connection.Key, new PutItem(item.ToWrite(), Connection.ActiveSchema, new ItemLimits(int.MaxValue, int.MaxValue, 0), null), default);
        return result.Outcome == PutItemOutcome.Stored ? result.Change : throw new InvalidOperationException(result.Outcome.ToString());
    }

    /// <summary>A view of everything.</summary>
    /// <param name="change">What it must contain; null for what there was at the last look.</param>
    public async Task<IndexView> AcquireAsync(long? change = null) =>
        (await PatientlyAsync(() => _catalog.AcquireOrNullAsync(Connection.Key, change ?? Connection.LastChange, Connection.ActiveSchema, default)))!;

    /// <param name="change">What the answer must contain; null for what there was at the last look.</param>
    public Task<IndexAnswer> SearchAsync(Question question, KqlNode tree, Acls.AccessPrincipals caller, long? change = null)
    {
        IndexQuery query = question.ToQuery(new IndexTarget(Connection.Key, change ?? Connection.LastChange, Corpus.Schema, tree, tree, caller));
        return PatientlyAsync(() => _index.SearchAsync(query, default));
    }

    /// <summary>How long until the first search was answered.</summary>
    public async Task<TimeSpan> FirstAnswerAsync()
    {
        Question question = Question.Make(1, 0)[0];
        Acls.AccessPrincipals caller = Asker.All[1].Access();
        KqlNode tree = question.Tree();
        long started = Stopwatch.GetTimestamp();
        (await AcquireAsync()).Dispose();
        await SearchAsync(question, tree, caller);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Processor time of reading the access lists and turning them round, which every opening does before anything else.</summary>
    public async Task<TimeSpan> ReadAclsAsync()
    {
        var feed = _app.Services.GetRequiredService<IChangeFeed>();
        var table = new AclTable(cacheBytes: 0);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        int read;
        do
        {
            IReadOnlyList<KeyValuePair<int, byte[]>> acls = await feed.ReadAclsAsync(Connection.Key, table.Last, AclBatch, default);
            table.Add(acls);
            read = acls.Count;
        }
        while (read == AclBatch);

        return Environment.CpuUsage.TotalTime - before;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Asks again when the index is behind its bound, which a client would hear as 503 and do as well; the time counts all the same.</summary>
    private static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (TimeoutException)
            {
                // Asked again.
            }
        }
    }

    private async Task LookAsync()
    {
        var connections = _app.Services.GetRequiredService<IConnectionStore>();
        if (await connections.FindOrNullAsync(DevDefaults.TenantId, ConnectionId, default) is not { } connection)
        {
            using var client = new GraphClient(new Uri(_app.Urls.First()));
            await client.CreateConnectionAsync(ConnectionId, await client.AppTokenAsync());
            connection = (await connections.FindOrNullAsync(DevDefaults.TenantId, ConnectionId, default))!;
        }

        Connection = connection;
    }
}

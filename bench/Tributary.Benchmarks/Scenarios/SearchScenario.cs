using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Lucene.Net.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Acls;
using Tributary.Auth.DevIssuer;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (b) Searches of a user in 60 groups: the raw Lucene query on the same reader, with the same order and collector, but for everyone; the index interface; and
/// HTTP, items read again and summaries included. One after the other for each query, so that all three meet the same moment. Goals: p99 of the interface at
/// most 1.5 times that of the raw query; p50 over HTTP at most 3 ms above the interface.
/// </summary>
internal static class SearchScenario
{
    private const string ConnectionId = "bench";
    public const string User = "bench@tributary.local";
    private const int GroupsOfUser = 60;
    private const int PageSize = 25;

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new ScratchDirectory();
        string data = settings.TextOrNull("data") ?? scratch.Sub("data");
        int items = settings.Number("items", 200_000);
        await using WebApplication app = Server.Build(
            [
                new("Storage:Data", data),
                new("Urls", $"http://127.0.0.1:{ServerProcess.FreePort()}"),
                new("Logging:LogLevel:Default", "Error"),
                new("Directory:SeedFile", await WriteSeedAsync(scratch)),
            ],
            [.. settings.ServerSettings]);
        await app.StartAsync();
        var url = new Uri(app.Urls.First());
        using var client = new GraphClient(url);
        StoredConnection connection = await FillAsync(app.Services, client, items);
        for (int round = 0; round < settings.Number("rounds", 1); round++)
        {
            var report = new Report("search", settings.Results);
            report.Add("items", connection.ItemCount);
            await MeasureAsync(app.Services, client, connection, new IPEndPoint(IPAddress.Loopback, url.Port), settings, report);
            report.Save();
        }

        await app.StopAsync();
    }

    private static async Task MeasureAsync(
        IServiceProvider services, GraphClient client, StoredConnection connection, IPEndPoint server, Settings settings, Report report)
    {
        string token = await client.UserTokenAsync(User);
        var index = services.GetRequiredService<ISearchIndex>();
        var caller = new AccessPrincipals(UserId, UserGroups(), externalGroups: [], isGuest: false);
        IReadOnlyList<(string Kind, string Kql)> mix = QueryMix.Make(settings.Number("queries", 50));
        using IndexView view = await AcquireAsync(services.GetRequiredService<IndexCatalog>(), connection);
        using var http = new HttpLoad(server, connections: 1);

        var raw = new List<(string Kind, long Ticks)>();
        var atIndex = new List<(string Kind, long Ticks)>();
        var overHttp = new List<(string Kind, long Ticks)>();
        long all = 0;
        long visible = 0;
        const int WarmUps = 2;
        for (int run = 0; run < WarmUps + settings.Number("runs", 5); run++)
        {
            foreach ((string kind, string kql) in mix)
            {
                KqlNode tree = KqlParser.ParseLenient(kql, name => PropertyNames.ResolveOrNull(Corpus.Schema, name)?.Name)!;
                Query query = new LuceneQueryBuilder(Corpus.Schema, new QueryTime(Now, DayOfWeek.Monday), new SearchWork(int.MaxValue, default)).BuildRankedOrNull(tree)!;
                long started = Stopwatch.GetTimestamp();
                TopFieldDocs top = view.Searcher.Search(query, null, PageSize, SearchOrder.ByRelevance);
                long rawTicks = Stopwatch.GetTimestamp() - started;

                var target = new IndexTarget(connection.Key, connection.LastChange, Corpus.Schema, tree, tree, caller);
                started = Stopwatch.GetTimestamp();
                IndexAnswer answer = await index.SearchAsync(new IndexQuery([target], 0, PageSize, new QueryTime(Now, DayOfWeek.Monday), MaxTerms: int.MaxValue), default);
                long indexTicks = Stopwatch.GetTimestamp() - started;

                byte[] request = Request(kql, token);
                LoadResult result = http.Run((number, buffer) => number == 0 && request.AsSpan().TryCopyTo(buffer) ? request.Length : 0, 0, TimeSpan.FromMinutes(1));
                if (result.Refused > 0)
                {
                    throw new InvalidOperationException(result.Refusal);
                }

                if (run >= WarmUps)
                {
                    all += top.TotalHits;
                    visible += answer.Total;
                    raw.Add((kind, rawTicks));
                    atIndex.Add((kind, indexTicks));
                    overHttp.Add((kind, result.Latencies[0]));
                }
            }
        }

        Add(report, "raw", raw);
        Add(report, "index", atIndex);
        Add(report, "http", overHttp);
        Distribution rawTimes = Times(raw), indexTimes = Times(atIndex), httpTimes = Times(overHttp);
        report.Add("p50_ratio", indexTimes.Median / rawTimes.Median);
        report.Add("p99_ratio", indexTimes.Percentile(0.99) / rawTimes.Percentile(0.99), "goal: at most 1.5");
        report.Add("http_p50_more", httpTimes.Median - indexTimes.Median, "ms; goal: at most 3");
        report.Add("visible_share", (double)visible / all);
        report.Add("sum_ratio", (double)atIndex.Sum(time => time.Ticks) / raw.Sum(time => time.Ticks), "all queries together");
    }

    /// <summary>However long the index needs after the load: searches of users would hear 503 meanwhile.</summary>
    private static async Task<IndexView> AcquireAsync(IndexCatalog catalog, StoredConnection connection)
    {
        while (true)
        {
            try
            {
                return (await catalog.AcquireOrNullAsync(connection.Key, connection.LastChange, connection.ActiveSchema, default))!;
            }
            catch (TimeoutException)
            {
                Console.WriteLine("  waiting for the index ...");
            }
        }
    }

    private static void Add(Report report, string name, List<(string Kind, long Ticks)> times)
    {
        foreach (string kind in QueryMix.Kinds)
        {
            Distribution ofKind = Times(times.Where(time => time.Kind == kind));
            report.Add($"{name}_{kind}_p50", ofKind.Median, "ms");
        }

        report.Add($"{name}_p50", Times(times).Median, "ms");
        report.Add($"{name}_p99", Times(times).Percentile(0.99), "ms");
    }

    private static Distribution Times(IEnumerable<(string Kind, long Ticks)> times) => Distribution.OfTicks(times.Select(time => time.Ticks));

    /// <summary>Through the store, not over HTTP; a directory that was filled before is taken as it is.</summary>
    private static async Task<StoredConnection> FillAsync(IServiceProvider services, GraphClient client, int items)
    {
        var connections = services.GetRequiredService<IConnectionStore>();
        if (await connections.FindOrNullAsync(DevDefaults.TenantId, ConnectionId, default) is not { } connection)
        {
            await client.CreateConnectionAsync(ConnectionId, await client.AppTokenAsync());
            connection = (await connections.FindOrNullAsync(DevDefaults.TenantId, ConnectionId, default))!;
        }

        var store = services.GetRequiredService<IItemStore>();
        var indexes = services.GetRequiredService<IndexCatalog>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items).Skip((int)connection.ItemCount),
            new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (number, cancellation) =>
            {
                PutItemResult result = await store.PutAsync(connection.Key, new PutItem(Corpus.Item(number).ToWrite(), connection.ActiveSchema, new ItemLimits(items, items, 0), null), cancellation);
                await indexes.WaitForRoomAsync(connection.Key, result.Change, cancellation);
            });
        return (await connections.FindOrNullAsync(DevDefaults.TenantId, ConnectionId, default))!;
    }

    /// <param name="kql">What is asked.</param>
    /// <param name="token">A user's.</param>
    /// <param name="connections">Ids of those that are searched; none for the scenario's own.</param>
    public static byte[] Request(string kql, string token, params ReadOnlySpan<string> connections)
    {
        string sources = string.Join(',', (connections is [] ? [ConnectionId] : connections.ToArray()).Select(id => $"\"/external/connections/{id}\""));
        string body =
            $$"""
            {"requests":[{"entityTypes":["externalItem"],"contentSources":[{{sources}}],"query":{"queryString":{{JsonSerializer.Serialize(kql)}}},"size":{{PageSize}}}]}
            """;
        return Encoding.UTF8.GetBytes(
            $"POST /v1.0/search/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static string UserId => Corpus.UserId(77);

    private static IEnumerable<string> UserGroups() => Enumerable.Range(0, GroupsOfUser).Select(i => Corpus.GroupId(i * (Corpus.Groups / GroupsOfUser)));

    /// <summary>A directory with <see cref="User"/> in it; the path.</summary>
    public static async Task<string> WriteSeedAsync(ScratchDirectory scratch)
    {
        string file = scratch.Sub("seed.json");
        string groups = string.Join(',', UserGroups().Select(group => $"\"{group}\""));
        await File.WriteAllTextAsync(file, $$"""{"users":[{"userPrincipalName":"{{User}}","displayName":"Bench","oid":"{{UserId}}","groups":[{{groups}}]}]}""");
        return file;
    }
}

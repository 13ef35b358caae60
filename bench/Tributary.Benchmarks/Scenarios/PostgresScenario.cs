using System.Diagnostics;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;
using Tributary.Benchmarks.Nodes;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (j) The store in PostgreSQL beside SQLite, with the same items: searches over HTTP in turns (goal: equal), of one connection and of ten, as a search asks PostgreSQL
/// for each; what both stores take; and how long a new node needs, from the rows, from a copy of another node's indexes, and with its own.
/// </summary>
internal static class PostgresScenario
{
    private const string ConnectionId = "bench";
    private const int Others = 9;

    /// <summary>A copy, a fresh node's catch-up and the stores' sizes go in proportion to the items, by far the most of which are in one connection.</summary>
    private const double Million = 1e6;

    public static async Task RunAsync(Settings settings)
    {
        for (int round = 0; round < settings.Number("rounds", 1); round++)
        {
            var report = new Report("postgres", settings.Results);
            await RunOnceAsync(settings, report);
            report.Save();
        }
    }

    private static async Task RunOnceAsync(Settings settings, Report report)
    {
        int items = settings.Number("items", 200_000);
        using BenchDatabase database = BenchDatabase.Create();
        using var scratch = new ScratchDirectory();
        string[] common = [$"--Directory:SeedFile={await SearchScenario.WriteSeedAsync(scratch)}", .. settings.ServerSettings];
        string[] copying = [.. common, $"--Indexing:SnapshotDirectory={scratch.Sub("snapshots")}"];
        string kql = Corpus.Word(20);
        long found;
        int stored;
        await using (ServerProcess sqlite = ServerProcess.StartTributary(scratch.Sub("sqlite"), ServerProcess.FreePort(), common))
        await using (ServerProcess postgres = ServerProcess.StartNode(database.ConnectionString, scratch.Sub("node"), ServerProcess.FreePort(), copying))
        {
            await sqlite.WaitUntilListeningAsync();
            await postgres.WaitUntilListeningAsync();
            using var sqliteClient = new GraphClient(sqlite.Url);
            using var postgresClient = new GraphClient(postgres.Url);
            var bodies = new CorpusBodies(items);
            stored = await FillAsync(sqlite, sqliteClient, bodies);
            await FillAsync(postgres, postgresClient, bodies);
            report.Add("items", stored, $"{items:N0} of them in one connection, the others in nine");

            SearchTurns.Side[] sides =
            [
                new("sqlite", sqlite, await sqliteClient.UserTokenAsync(SearchScenario.User)),
                new("postgres", postgres, await postgresClient.UserTokenAsync(SearchScenario.User)),
            ];
            IReadOnlyList<(string Kind, string Kql)> mix = QueryMix.Make(settings.Number("queries", 50));
            foreach ((_, string query) in mix.Take(QueryMix.Kinds.Count))
            {
                await EnsureSameAsync(sqliteClient, postgresClient, sides, query);
            }

            var turns = new SearchTurns(sides, mix);
            turns.AddLatencies(report, "one", [ConnectionId], settings.Number("runs", 5));
            turns.AddLatencies(report, "ten", [ConnectionId, .. OtherIds], Math.Max(1, settings.Number("runs", 5) / 2));
            turns.AddThroughputs(report, "one", [ConnectionId], settings.Number("connections", 8), settings.Seconds("throughput-seconds", 10));
            found = await EnsureSameAsync(sqliteClient, postgresClient, sides, kql);
            long begun = Stopwatch.GetTimestamp();
            await postgresClient.SnapshotAsync((await File.ReadAllTextAsync(Path.Combine(scratch.Sub("node"), "operator.key"))).Trim());
            report.Add("copy_of_indexes", Stopwatch.GetElapsedTime(begun).TotalSeconds, "s");
        }

        AddSizes(report, database, scratch, stored);
        await AddStartsAsync("rows", _ => scratch.Sub($"rows-{Guid.NewGuid():n}"), common);
        await AddStartsAsync("copy", _ => scratch.Sub($"copy-{Guid.NewGuid():n}"), copying);
        await AddStartsAsync("own", _ => scratch.Sub("node"), common);

        async Task AddStartsAsync(string name, Func<int, string> directory, string[] with)
        {
            var starts = new List<NodeStart>();
            for (int run = 0; run < settings.Number("runs", 3); run++)
            {
                starts.Add(await NodeStart.MeasureAsync(database.ConnectionString, directory(run), with, ConnectionId, kql, found));
            }

            double more = MedianOf(start => start.Ready - start.Listening);
            report.Add($"ready_from_{name}", MedianOf(start => start.Ready), "s from the start of the process, median");
            report.Add($"ready_from_{name}_processor_time", MedianOf(start => start.Processor), "s, of the node alone");
            report.Add($"catch_up_from_{name}", more, "s of them from listening on");
            report.Add($"catch_up_from_{name}_per_million", more * Million / stored, "s");

            double MedianOf(Func<NodeStart, TimeSpan> time) => Distribution.OfMilliseconds(starts.Select(start => time(start).TotalMilliseconds)).Median / 1000;
        }
    }

    private static IEnumerable<string> OtherIds => Enumerable.Range(1, Others).Select(number => $"{ConnectionId}{number}");

    /// <summary>All bodies into one connection, and a hundredth of them, each time others, into each of the others.</summary>
    private static async Task<int> FillAsync(ServerProcess server, GraphClient client, CorpusBodies bodies)
    {
        string token = await client.AppTokenAsync();
        string reader = await client.UserTokenAsync(SearchScenario.User);
        int stored = 0;
        int few = bodies.Count / 100;
        foreach ((string id, int first, int count) in OtherIds.Select((id, i) => (id, i * few, few)).Prepend((ConnectionId, 0, bodies.Count)))
        {
            await client.CreateConnectionAsync(id, token);
            using var load = new HttpLoad(server.EndPoint, connections: 64);
            var puts = new PutRequests(bodies, id, token);
            LoadResult result = load.Run((number, buffer) => number < count ? puts.Write(first + number, buffer) : 0, 0, TimeSpan.FromHours(2));
            if (result.Refused > 0)
            {
                throw new InvalidOperationException($"{result.Refused} requests were refused, the first with:\n{result.Refusal}");
            }

            await client.WaitUntilSearchableAsync(id, reader);
            stored += result.Answered;
        }

        return stored;
    }

    private static async Task<long> EnsureSameAsync(GraphClient sqlite, GraphClient postgres, SearchTurns.Side[] sides, string kql)
    {
        long? one = await sqlite.CountAsync(ConnectionId, kql, sides[0].Token);
        long? other = await postgres.CountAsync(ConnectionId, kql, sides[1].Token);
        return one is { } count && one == other ? count : throw new InvalidOperationException($"{kql} finds {one} over SQLite and {other} over PostgreSQL.");
    }

    /// <summary>Both stores at rest, SQLite's log copied back as at every stop; what is freed and may be used again is in them.</summary>
    private static void AddSizes(Report report, BenchDatabase database, ScratchDirectory scratch, int stored)
    {
        double perMillion = Million / stored / 1e6;
        double sqlite = new FileInfo(Path.Combine(scratch.Sub("sqlite"), "tributary.db")).Length;
        IReadOnlyList<(string Table, long Rows, long Indexes)> sizes = database.Sizes();
        double postgres = sizes.Sum(size => size.Rows + size.Indexes);
        report.Add("sqlite_size_per_million", sqlite * perMillion, "MB, the file");
        report.Add("postgres_size_per_million", postgres * perMillion, "MB, all tables and indexes");
        report.Add("size_ratio", postgres / sqlite);
        foreach ((string table, long rows, long indexes) in sizes.Where(size => size.Rows + size.Indexes > postgres / 100))
        {
            report.Add($"{table}_rows_per_million", rows * perMillion, "MB");
            report.Add($"{table}_indexes_per_million", indexes * perMillion, "MB");
        }

        double index = Directory.EnumerateFiles(Path.Combine(scratch.Sub("node"), "index"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        report.Add("index_size_per_million", index * perMillion, "MB, on each node");
    }
}

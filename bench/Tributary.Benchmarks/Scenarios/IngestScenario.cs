using System.Diagnostics;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Floors;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;
using Tributary.Storage;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (a) Durable single-item PUTs over HTTP, the clock stopping when the index has caught up, against what Kestrel, SQLite and Lucene.NET take for the same
/// items when each has the machine for itself. Goal: at least 0.6 of the composed floor 1 / (1/Kestrel + 1/SQLite + 1/Lucene).
/// </summary>
internal static class IngestScenario
{
    private const string ConnectionId = "bench";

    public static async Task RunAsync(Settings settings)
    {
        int rounds = settings.Number("rounds", 1);
        int connections = settings.Number("connections", 64);
        var bodies = new CorpusBodies(settings.Number("items", 500_000));
        Console.WriteLine($"{bodies.Count:N0} bodies of {bodies.AverageBytes:N0} bytes on average");
        if (settings.TextOrNull("provider") == StorageOptions.Postgres)
        {
            await CompareAsync(bodies, connections, settings, rounds);
            return;
        }

        if (settings.Number("floors", 1) == 0)
        {
            // For comparing two builds on a machine that others use: the processor time of the same items is steadier than their rate.
            for (int round = 0; round < rounds; round++)
            {
                Product alone = await MeasureProductAsync(bodies, connections, settings);
                Console.WriteLine($"{alone.Items:N0} items, {alone.PerSecond:N0}/s, {alone.Processor.TotalMilliseconds * 1000 / alone.Items:N0} us of processor each");
            }

            return;
        }

        for (int round = 0; round < rounds; round++)
        {
            var report = new Report("ingest", settings.Results);

            // Floors before and after the product: the machine's mood changes within a minute.
            Product product = default;
            var kestrel = new List<double>();
            var sqlite = new List<double>();
            var lucene = new List<double>();
            for (int half = 0; half < 2; half++)
            {
                kestrel.Add(await KestrelFloor.MeasureAsync(
                    bodies, new string('t', 1200), connections, settings.Seconds("warm-up", 3), settings.Seconds("floor-seconds", 10)));
                int floorItems = half == 0 ? bodies.Count / 4 : (int)Math.Min(product.Items, bodies.Count);
                using (var scratch = new ScratchDirectory())
                {
                    sqlite.Add(await SqliteFloor.MeasureAsync(scratch.Sub("sqlite"), floorItems, connections));
                }

                using (var scratch = new ScratchDirectory())
                {
                    lucene.Add(LuceneFloor.Measure(scratch.Sub("lucene"), floorItems));
                }

                if (half == 0)
                {
                    product = await MeasureProductAsync(bodies, connections, settings);
                }
            }

            double composed = 1 / ((1 / kestrel.Average()) + (1 / sqlite.Average()) + (1 / lucene.Average()));
            report.Add("kestrel_floor", kestrel.Average(), "requests/s");
            report.Add("sqlite_floor", sqlite.Average(), "items/s");
            report.Add("lucene_floor", lucene.Average(), "items/s");
            report.Add("composed_floor", composed, "items/s");
            report.Add("product", product.PerSecond, "items/s, to searchable");
            report.Add("ratio", product.PerSecond / composed, "goal: at least 0.6");
            report.Add("product_items", product.Items);
            report.Add("product_accepted", product.AcceptedPerSecond, "items/s, to the last 200");
            report.Add("catch_up", product.CatchUp.TotalSeconds, "s");
            report.Add("p50", product.Latencies.Median, "ms");
            report.Add("p99", product.Latencies.Percentile(0.99), "ms");
            report.Add("max", product.Latencies.Max, "ms");
            report.Add("server_processor_time", product.Processor.TotalMilliseconds * 1000 / product.Items, "us per item");
            report.Add("private_memory", product.PrivateMemory / 1e6, "MB after the load");
            report.Add("resident_memory", product.ResidentMemory / 1e6, "MB after the load, mapped files included");
            report.Save();
        }
    }

    /// <summary>The product over PostgreSQL against the same over SQLite, in turns. Goal: at least 0.6.</summary>
    private static async Task CompareAsync(CorpusBodies bodies, int connections, Settings settings, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            var report = new Report("ingest-postgres", settings.Results);
            Product sqlite = await MeasureProductAsync(bodies, connections, settings);
            Product postgres;
            using (BenchDatabase database = BenchDatabase.Create())
            {
                Environment.SetEnvironmentVariable("ConnectionStrings__Tributary", database.ConnectionString);
                Environment.SetEnvironmentVariable("TRIBUTARY_Storage__Provider", StorageOptions.Postgres);
                postgres = await MeasureProductAsync(bodies, connections, settings);
                Environment.SetEnvironmentVariable("TRIBUTARY_Storage__Provider", null);
            }

            foreach ((string name, Product product) in new[] { ("sqlite", sqlite), ("postgres", postgres) })
            {
                report.Add($"{name}_product", product.PerSecond, "items/s, to searchable");
                report.Add($"{name}_accepted", product.AcceptedPerSecond, "items/s, to the last 200");
                report.Add($"{name}_p50", product.Latencies.Median, "ms");
                report.Add($"{name}_p99", product.Latencies.Percentile(0.99), "ms");
                report.Add($"{name}_processor_time", product.Processor.TotalMilliseconds * 1000 / product.Items, "us per item, of Tributary alone");
            }

            report.Add("ratio", postgres.PerSecond / sqlite.PerSecond, "goal: at least 0.6");
            report.Save();
        }
    }

    private static async Task<Product> MeasureProductAsync(CorpusBodies bodies, int connections, Settings settings)
    {
        using var scratch = new ScratchDirectory();
        int port = ServerProcess.FreePort();
        await using ServerProcess server = ServerProcess.StartTributary(scratch.Sub("data"), port, settings.ServerSettings);
        await server.WaitUntilListeningAsync();
        using var client = new GraphClient(server.Url);
        string token = await client.AppTokenAsync();
        string reader = await client.UserTokenAsync("reader@tributary.local");
        await client.CreateConnectionAsync(ConnectionId, token);
        await client.CreateConnectionAsync("warmup", token);
        using var load = new HttpLoad(server.EndPoint, connections);
        load.Run(new PutRequests(bodies, "warmup", token).Write, 0, settings.Seconds("warm-up", 3));
        await client.WaitUntilSearchableAsync("warmup", reader);

        TimeSpan processor = server.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        LoadResult result = load.Run(new PutRequests(bodies, ConnectionId, token).Write, 0, settings.Seconds("seconds", 60));
        await client.WaitUntilSearchableAsync(ConnectionId, reader);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        if (result.Refused > 0)
        {
            throw new InvalidOperationException($"{result.Refused} requests were refused, the first with:\n{result.Refusal}");
        }

        return new Product(
            result.Answered,
            result.Answered / elapsed.TotalSeconds,
            result.PerSecond,
            elapsed - result.Elapsed,
            Distribution.OfTicks(result.Latencies),
            server.ProcessorTime - processor,
            server.MemoryOf("RssAnon"),
            server.MemoryOf("VmRSS"));
    }

    private readonly record struct Product(
        int Items,
        double PerSecond,
        double AcceptedPerSecond,
        TimeSpan CatchUp,
        Distribution Latencies,
        TimeSpan Processor,
        long PrivateMemory,
        long ResidentMemory);
}

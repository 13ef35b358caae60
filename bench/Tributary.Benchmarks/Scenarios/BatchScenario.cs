using System.Diagnostics;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (d) Durable PUTs twenty in a batch, a few callers, against single PUTs with as many items in flight: both in turns. Items per second are told twice: until the
/// last answer, while the index may be behind by its bound (goal: at least 1.4 times as many), and until the index has caught up, which both ways take the same for.
/// </summary>
internal static class BatchScenario
{
    private const string ConnectionId = "bench";

    public static async Task RunAsync(Settings settings)
    {
        int rounds = settings.Number("rounds", 1);
        int callers = settings.Number("connections", 4);
        var bodies = new CorpusBodies(settings.Number("items", 500_000));
        Console.WriteLine($"{bodies.Count:N0} bodies of {bodies.AverageBytes:N0} bytes on average; {callers} callers with batches of {BatchRequests.Size}");
        for (int round = 0; round < rounds; round++)
        {
            var report = new Report("batch", settings.Results);
            var singles = new List<Product>();
            var batches = new List<Product>();

            // Each before and after the other: the machine's mood changes within a minute.
            foreach (bool isBatch in (bool[])[false, true, true, false])
            {
                (isBatch ? batches : singles).Add(isBatch
                    ? await MeasureAsync(bodies, callers, BatchRequests.Size, (connection, token) => new BatchRequests(bodies, connection, token).Write, settings)
                    : await MeasureAsync(bodies, callers * BatchRequests.Size, 1, (connection, token) => new PutRequests(bodies, connection, token).Write, settings));
            }

            double single = singles.Average(product => product.PerSecond);
            double batch = batches.Average(product => product.PerSecond);
            report.Add("single", single, "items/s, to searchable");
            report.Add("batch", batch, "items/s, to searchable");
            report.Add("ratio", batch / single, "to searchable");
            double singleAccepted = singles.Average(product => product.AcceptedPerSecond);
            double batchAccepted = batches.Average(product => product.AcceptedPerSecond);
            report.Add("single_accepted", singleAccepted, "items/s, to the last 200");
            report.Add("batch_accepted", batchAccepted, "items/s, to the last 200");
            report.Add("accepted_ratio", batchAccepted / singleAccepted, "goal: at least 1.4, while Indexing:MaxLag bounds the lag");
            report.Add("single_catch_up", singles.Max(product => product.CatchUp.TotalSeconds), "s");
            report.Add("batch_catch_up", batches.Max(product => product.CatchUp.TotalSeconds), "s");
            report.Add("single_processor_time", singles.Average(product => product.ProcessorPerItem), "us per item");
            report.Add("batch_processor_time", batches.Average(product => product.ProcessorPerItem), "us per item");
            report.Add("batch_p50", batches.Average(product => product.Latencies.Median), "ms for 20 items");
            report.Add("batch_p99", batches.Max(product => product.Latencies.Percentile(0.99)), "ms for 20 items");
            report.Add("batch_private_memory", batches.Max(product => product.PrivateMemory) / 1e6, "MB after the load");
            report.Save();
        }
    }

    private static async Task<Product> MeasureAsync(
        CorpusBodies bodies, int connections, int itemsPerRequest, Func<string, string, HttpLoad.WriteRequest> requests, Settings settings)
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
        load.Run(requests("warmup", token), 0, settings.Seconds("warm-up", 3));
        await client.WaitUntilSearchableAsync("warmup", reader);

        TimeSpan processor = server.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        LoadResult result = load.Run(requests(ConnectionId, token), 0, settings.Seconds("seconds", 60));
        await client.WaitUntilSearchableAsync(ConnectionId, reader);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);

        // A batch answers 200 whatever its parts do.
        int items = result.Answered * itemsPerRequest;
        int stored = await client.ItemCountAsync(ConnectionId, token);
        if (result.Refused > 0 || stored != items)
        {
            throw new InvalidOperationException($"{stored} of {items} items were stored; {result.Refused} requests were refused, the first with:\n{result.Refusal}");
        }

        Console.WriteLine($"  {(itemsPerRequest == 1 ? "single" : "batch"),-8}{items / elapsed.TotalSeconds,10:N0} items/s of {bodies.AverageBytes:N0} bytes");
        return new Product(
            items / elapsed.TotalSeconds,
            items / result.Elapsed.TotalSeconds,
            elapsed - result.Elapsed,
            Distribution.OfTicks(result.Latencies),
            (server.ProcessorTime - processor).TotalMilliseconds * 1000 / items,
            server.MemoryOf("RssAnon"));
    }

    private readonly record struct Product(
        double PerSecond, double AcceptedPerSecond, TimeSpan CatchUp, Distribution Latencies, double ProcessorPerItem, long PrivateMemory);
}

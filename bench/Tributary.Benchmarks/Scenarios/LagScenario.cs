using System.Diagnostics;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;
using Tributary.Benchmarks.Nodes;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (k) Three nodes over one PostgreSQL, all writing new items to one connection: how long a search on one node that begins right after another answered a write takes beyond
/// an ordinary search. Without other load, at a rate that all can follow, and with as many writes as there are answers. Goal: p99 below a second under load.
/// </summary>
internal static class LagScenario
{
    private const string Busy = "bench";
    private const string Still = "still";
    private const int Nodes = 3;

    public static async Task RunAsync(Settings settings)
    {
        using var scratch = new ScratchDirectory();
        using BenchDatabase database = BenchDatabase.Create();
        var nodes = new List<BenchNode>();
        try
        {
            for (int i = 0; i < Nodes; i++)
            {
                nodes.Add(await StartAsync(database, scratch.Sub($"node{i}"), settings));
            }

            var bodies = new CorpusBodies(settings.Number("items", 20_000));
            foreach (string id in (string[])[Busy, Still])
            {
                await nodes[0].Client.CreateConnectionAsync(id, nodes[0].AppToken);
                using var load = new HttpLoad(nodes[0].Server.EndPoint, connections: 64);
                Check(load.Run(new PutRequests(bodies, id, nodes[0].AppToken).Write, 0, TimeSpan.FromHours(2)));
            }

            var probes = new LagProbes(nodes, Busy, Still);
            await probes.PrepareAsync();
            for (int round = 0; round < settings.Number("rounds", 1); round++)
            {
                var report = new Report("lag", settings.Results);
                report.Add("items", bodies.Count, "to begin with");
                var measured = new Measured(nodes, probes, bodies, settings, report);
                await measured.RunAsync("alone", perSecond: 0);
                await measured.RunAsync("steady", settings.Number("rate", 500));
                await measured.RunAsync("saturated", perSecond: null);
                report.Save();
            }
        }
        finally
        {
            foreach (BenchNode node in nodes)
            {
                node.Client.Dispose();
                await node.Server.DisposeAsync();
            }
        }
    }

    private static async Task<BenchNode> StartAsync(BenchDatabase database, string data, Settings settings)
    {
        ServerProcess server = ServerProcess.StartNode(database.ConnectionString, data, ServerProcess.FreePort(), settings.ServerSettings);
        await server.WaitUntilListeningAsync();
        var client = new GraphClient(server.Url);
        return new BenchNode(server, client, await client.AppTokenAsync(), await client.UserTokenAsync("reader@tributary.local"));
    }

    private static void Check(LoadResult result)
    {
        if (result.Refused > 0)
        {
            throw new InvalidOperationException($"{result.Refused} requests were refused, the first with:\n{result.Refusal}");
        }
    }

    private sealed class Measured(IReadOnlyList<BenchNode> nodes, LagProbes probes, CorpusBodies bodies, Settings settings, Report report)
    {
        private int _first = bodies.Count;

        /// <param name="name">Before each figure.</param>
        /// <param name="perSecond">Writes of all nodes together, besides the probes'; null for as many as are answered.</param>
        public async Task RunAsync(string name, double? perSecond)
        {
            // Whatever was left of the last one.
            foreach (BenchNode node in nodes)
            {
                await node.Client.WaitUntilSearchableAsync(Busy, node.UserToken);
                await node.Client.WaitUntilSearchableAsync(Still, node.UserToken);
            }

            TimeSpan warmUp = settings.Seconds("warm-up", 3);
            TimeSpan time = settings.Seconds("seconds", 30);
            Task<LoadResult>[] loads = perSecond == 0
                ? []
                : [.. nodes.Select((node, i) => Task.Factory.StartNew(
                    () => Load(node, i, perSecond / nodes.Count, warmUp + time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            await Task.Delay(warmUp);
            TimeSpan before = ProcessorTime();
            long started = Stopwatch.GetTimestamp();
            using var over = new CancellationTokenSource(time);
            LagResult lag = await probes.RunAsync(over.Token);
            double processors = (ProcessorTime() - before) / Stopwatch.GetElapsedTime(started);
            LoadResult[] written = await Task.WhenAll(loads);
            foreach (LoadResult result in written)
            {
                Check(result);
            }

            Distribution ordinary = Distribution.OfTicks(lag.Ordinary);
            Distribution afterWrite = Distribution.OfTicks(lag.AfterWrite);
            if (loads.Length > 0)
            {
                _first += nodes.Count * written.Max(result => result.Answered);
                Distribution writes = Distribution.OfTicks(written.SelectMany(result => result.Latencies));
                report.Add($"{name}_written", written.Sum(result => result.PerSecond), perSecond is null ? "items/s by three nodes" : $"items/s by three nodes, of {perSecond} asked");
                report.Add($"{name}_write_p50", writes.Median, "ms");
                report.Add($"{name}_write_p99", writes.Percentile(0.99), "ms");
            }

            report.Add($"{name}_processors", processors, "busy with the nodes, without PostgreSQL and the clients");
            report.Add($"{name}_searches", afterWrite.Count, "after a write, and as many ordinary ones");
            report.Add($"{name}_ordinary_p50", ordinary.Median, "ms");
            report.Add($"{name}_ordinary_p99", ordinary.Percentile(0.99), "ms");
            report.Add($"{name}_after_write_p50", afterWrite.Median, "ms");
            report.Add($"{name}_after_write_p99", afterWrite.Percentile(0.99), "ms");
            report.Add($"{name}_lag_p50", afterWrite.Median - ordinary.Median, "ms beyond the median of an ordinary search");
            report.Add($"{name}_lag_p99", afterWrite.Percentile(0.99) - ordinary.Median, "ms; goal: below 1,000");
            report.Add($"{name}_lag_max", afterWrite.Max - ordinary.Median, "ms");
            report.Add($"{name}_behind", lag.Behind, "searches answered 503, and asked again");
        }

        private LoadResult Load(BenchNode node, int place, double? perSecond, TimeSpan time)
        {
            int first = _first;
            var puts = new PutRequests(bodies, Busy, node.AppToken, int.MaxValue);
            using var load = new HttpLoad(node.Server.EndPoint, settings.Number("connections", 16));
            HttpLoad.WriteRequest write = (number, buffer) => puts.Write(first + (nodes.Count * number) + place, buffer);
            return perSecond is { } rate ? load.RunAtRate(write, 0, rate, time) : load.Run(write, 0, time);
        }

        private TimeSpan ProcessorTime() => nodes.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Server.ProcessorTime);
    }
}

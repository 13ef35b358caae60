using System.Diagnostics;
using System.Text;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Measuring;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// (d) Deleting a large connection in the background while another one is read and written: the same load on the other before the deletion and until it is over,
/// in one run. Goal: the other's p99, of reads and of writes, at most doubles.
/// </summary>
internal static class DeletionScenario
{
    private const string Doomed = "doomed";
    private const string Other = "other";

    /// <summary>About what the log may hold that is not yet copied back.</summary>
    private const double LogBytes = 32e6;

    public static async Task RunAsync(Settings settings)
    {
        for (int round = 0; round < settings.Number("rounds", 1); round++)
        {
            await RunOnceAsync(settings);
        }
    }

    private static async Task RunOnceAsync(Settings settings)
    {
        int items = settings.Number("items", 1_000_000);
        int otherItems = settings.Number("other-items", 20_000);
        var bodies = new CorpusBodies(Math.Min(Math.Max(items, otherItems), 100_000));
        using var scratch = new ScratchDirectory();
        int port = ServerProcess.FreePort();
        string data = scratch.Sub("data");
        await using ServerProcess server = ServerProcess.StartTributary(data, port, settings.ServerSettings);
        await server.WaitUntilListeningAsync();
        using var client = new GraphClient(server.Url);
        string token = await client.AppTokenAsync();
        string reader = await client.UserTokenAsync("reader@tributary.local");
        foreach ((string id, int count) in new[] { (Other, otherItems), (Doomed, items) })
        {
            await client.CreateConnectionAsync(id, token);
            using var fill = new HttpLoad(server.EndPoint, connections: 64);
            Check(fill.Run(new PutRequests(bodies, id, token, count).Write, 0, TimeSpan.FromHours(2)));
            await client.WaitUntilSearchableAsync(id, reader);
        }

        var report = new Report("deletion", settings.Results);
        report.Add("items", items);
        using var load = new OtherLoad(server, bodies, token, otherItems, settings.Number("connections", 2));
        await load.RunAsync(() => Task.FromResult(false), settings.Seconds("warm-up", 5));
        (Distribution readsBefore, Distribution writesBefore) = await load.RunAsync(() => Task.FromResult(false), settings.Seconds("seconds", 30));
        var file = new FileInfo(Path.Combine(data, "tributary.db"));
        double bytesBefore = file.Length;
        report.Add("file_before", bytesBefore / 1e6, "MB");

        long begun = Stopwatch.GetTimestamp();
        await client.DeleteConnectionAsync(Doomed, token);
        (Distribution readsWhile, Distribution writesWhile) = await load.RunAsync(() => client.IsGoneAsync(Doomed, token), TimeSpan.FromHours(2));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);

        Add(report, "read", readsBefore, readsWhile);
        Add(report, "write", writesBefore, writesWhile);
        report.Add("deletion", elapsed.TotalSeconds, "s");
        report.Add("deleted", items / elapsed.TotalSeconds, "items/s");

        // Pages are given back after the connection is gone, under the same load, and the file is cut when the log is copied back.
        double expected = (bytesBefore * otherItems / (items + otherItems) * 1.5) + LogBytes;
        begun = Stopwatch.GetTimestamp();
        (Distribution readsAfter, Distribution writesAfter) = await load.RunAsync(
            () =>
            {
                file.Refresh();
                return Task.FromResult(file.Length <= expected);
            },
            settings.Seconds("give-back", 600));
        report.Add("giving_back", Stopwatch.GetElapsedTime(begun).TotalSeconds, "s");
        report.Add("read_p99_giving_back", readsAfter.Percentile(0.99), "ms");
        report.Add("write_p99_giving_back", writesAfter.Percentile(0.99), "ms");
        report.Add("file_after", file.Length / 1e6, "MB");
        report.Save();
    }

    private static void Add(Report report, string kind, Distribution before, Distribution during)
    {
        report.Add($"{kind}_p50_before", before.Median, "ms");
        report.Add($"{kind}_p50_while", during.Median, "ms");
        report.Add($"{kind}_p99_before", before.Percentile(0.99), "ms");
        report.Add($"{kind}_p99_while", during.Percentile(0.99), "ms");
        report.Add($"{kind}_max_while", during.Max, "ms");
        report.Add($"{kind}_p99_ratio", during.Percentile(0.99) / before.Percentile(0.99), "goal: at most 2");
    }

    private static void Check(LoadResult result)
    {
        if (result.Refused > 0)
        {
            throw new InvalidOperationException($"{result.Refused} requests were refused, the first with:\n{result.Refusal}");
        }
    }

    /// <summary>GETs and PUTs of the other connection's items, from a thread of its own each, so that their times are told apart.</summary>
    private sealed class OtherLoad(ServerProcess server, CorpusBodies bodies, string token, int items, int connections) : IDisposable
    {
        private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

        private readonly HttpLoad _reads = new(server.EndPoint, connections);
        private readonly HttpLoad _writes = new(server.EndPoint, connections);
        private readonly PutRequests _puts = new(bodies, Other, token, int.MaxValue);
        private readonly string _get = $"GET /v1.0/external/connections/{Other}/items/";
        private readonly string _getHeaders = $" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n";
        private int _next;

        /// <summary>Runs until it is over by the answer or by the time.</summary>
        public async Task<(Distribution Reads, Distribution Writes)> RunAsync(Func<Task<bool>> isOver, TimeSpan longest)
        {
            var reads = new List<long>();
            var writes = new List<long>();
            long begun = Stopwatch.GetTimestamp();
            do
            {
                TimeSpan left = longest - Stopwatch.GetElapsedTime(begun);
                TimeSpan time = left < BetweenLooks ? left : BetweenLooks;
                int first = _next;
                Task<LoadResult> reading = Task.Run(() => _reads.Run(WriteGet, first, time));
                Task<LoadResult> writing = Task.Run(() => _writes.Run((number, buffer) => _puts.Write(Scattered(number), buffer), first, time));
                LoadResult read = await reading;
                LoadResult written = await writing;
                Check(read);
                Check(written);
                reads.AddRange(read.Latencies);
                writes.AddRange(written.Latencies);
                _next = (_next + Math.Max(read.Answered, written.Answered)) % (1 << 24);
            }
            while (!await isOver() && Stopwatch.GetElapsedTime(begun) < longest);
            return (Distribution.OfTicks(reads), Distribution.OfTicks(writes));
        }

        public void Dispose()
        {
            _reads.Dispose();
            _writes.Dispose();
        }

        private int WriteGet(int number, Span<byte> buffer)
        {
            int length = Encoding.ASCII.GetBytes(_get, buffer);
            length += Encoding.ASCII.GetBytes(Corpus.IdOf(Scattered(number)), buffer[length..]);
            return length + Encoding.ASCII.GetBytes(_getHeaders, buffer[length..]);
        }

        /// <summary>Items in no order of their keys, and no two alike for long.</summary>
        private int Scattered(int number) => (int)(number * 7919L % items);
    }
}

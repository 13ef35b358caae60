using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Index;
using Tributary.Benchmarks.Measuring;
using Tributary.Benchmarks.Scenarios;

namespace Tributary.Benchmarks.Nodes;

/// <summary>The same searches over HTTP of servers that have the same items in different stores, in turns, so that all meet the same moment.</summary>
/// <param name="sides">The servers; ratios are to the first.</param>
/// <param name="mix">What is asked.</param>
internal sealed class SearchTurns(IReadOnlyList<SearchTurns.Side> sides, IReadOnlyList<(string Kind, string Kql)> mix)
{
    private const int WarmUps = 2;

    /// <summary>A server and the token of a user whom it knows.</summary>
    public sealed record Side(string Name, ServerProcess Server, string Token);

    /// <summary>One client asks every server each question, one after the other; who is first changes with every question.</summary>
    public void AddLatencies(Report report, string name, string[] connections, int runs)
    {
        HttpLoad[] clients = [.. sides.Select(side => new HttpLoad(side.Server.EndPoint, connections: 1))];
        Load[] times = [.. sides.Select(_ => new Load())];
        int turn = 0;
        for (int run = 0; run < WarmUps + runs; run++)
        {
            foreach ((string kind, string kql) in mix)
            {
                turn++;
                for (int i = 0; i < sides.Count; i++)
                {
                    int side = (turn + i) % sides.Count;
                    byte[] request = SearchScenario.Request(kql, sides[side].Token, connections);
                    LoadResult result = clients[side].Run((number, buffer) => number == 0 ? Copy(request, buffer) : 0, 0, TimeSpan.FromMinutes(1));
                    Check(result);
                    if (run >= WarmUps)
                    {
                        times[side].Add(kind, result.Latencies[0]);
                    }
                }
            }
        }

        for (int side = 0; side < sides.Count; side++)
        {
            foreach (string kind in QueryMix.Kinds)
            {
                report.Add($"{name}_{sides[side].Name}_{kind}_p50", times[side].Times(kind).Median, "ms");
            }

            report.Add($"{name}_{sides[side].Name}_p50", times[side].Times().Median, "ms");
            report.Add($"{name}_{sides[side].Name}_p99", times[side].Times().Percentile(0.99), "ms");
            clients[side].Dispose();
        }

        for (int side = 1; side < sides.Count; side++)
        {
            report.Add($"{name}_p50_more", times[side].Times().Median - times[0].Times().Median, "ms");
            report.Add($"{name}_p50_ratio", times[side].Times().Median / times[0].Times().Median, "goal: equal");
            report.Add($"{name}_p99_ratio", times[side].Times().Percentile(0.99) / times[0].Times().Percentile(0.99), "goal: equal");
            report.Add($"{name}_sum_ratio", times[0].PerSecond / times[side].PerSecond, "all searches together");
        }
    }

    /// <summary>Several clients ask one server at a time, each the next question as soon as it has an answer; there and back, as the machine's mood changes.</summary>
    public void AddThroughputs(Report report, string name, string[] connections, int clients, TimeSpan time)
    {
        var rates = new List<double>[sides.Count];
        var processor = new List<double>[sides.Count];
        foreach (int side in Enumerable.Range(0, sides.Count).Concat(Enumerable.Range(0, sides.Count).Reverse()))
        {
            byte[][] requests = [.. mix.Select(query => SearchScenario.Request(query.Kql, sides[side].Token, connections))];
            using var load = new HttpLoad(sides[side].Server.EndPoint, clients);
            TimeSpan before = sides[side].Server.ProcessorTime;
            LoadResult result = load.Run((number, buffer) => Copy(requests[number % requests.Length], buffer), 0, time);
            Check(result);
            (rates[side] ??= []).Add(result.PerSecond);
            (processor[side] ??= []).Add((sides[side].Server.ProcessorTime - before).TotalMilliseconds / result.Answered);
        }

        for (int side = 0; side < sides.Count; side++)
        {
            report.Add($"{name}_{sides[side].Name}_throughput", rates[side].Average(), $"searches/s, {clients} clients");
            report.Add($"{name}_{sides[side].Name}_processor_time", processor[side].Average(), "ms per search, of Tributary alone");
        }

        for (int side = 1; side < sides.Count; side++)
        {
            report.Add($"{name}_throughput_ratio", rates[side].Average() / rates[0].Average(), "goal: equal");
        }
    }

    private static int Copy(byte[] request, Span<byte> buffer)
    {
        request.CopyTo(buffer);
        return request.Length;
    }

    private static void Check(LoadResult result)
    {
        if (result.Refused > 0)
        {
            throw new InvalidOperationException($"{result.Refused} searches were refused, the first with:\n{result.Refusal}");
        }
    }
}

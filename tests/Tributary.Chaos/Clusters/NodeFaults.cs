using System.Diagnostics;
using System.Globalization;

namespace Tributary.Chaos.Clusters;

/// <summary>What happens to a node.</summary>
internal static class NodeFaults
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Killed most often, else stopped as an operator does, or paused as a machine does that swaps or is moved.</summary>
    public static async Task BreakAsync(Node node, Random random, Action<string> tell)
    {
        switch (random.Next(10))
        {
            case < 6:
                tell($"kill node {node.Number}");
                await node.KillAsync();
                await Task.Delay(random.Next(1500));
                break;
            case < 7:
                tell($"stop node {node.Number}");
                await node.StopAsync();
                await Task.Delay(random.Next(500));
                break;
            default:
                int pause = random.Next(200, 4000);
                tell(string.Create(CultureInfo.InvariantCulture, $"pause node {node.Number} for {pause} ms"));
                node.Pause();
                await Task.Delay(pause);
                node.Continue();
                tell($"node {node.Number} goes on");
                return;
        }

        tell($"start node {node.Number}");
        await StartAsync(node);
        tell($"node {node.Number} is ready");
    }

    /// <summary>As whoever supervises servers does: one that ends as its database is not there is started again.</summary>
    private static async Task StartAsync(Node node)
    {
        for (long started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await node.StartAsync();
                return;
            }
            catch (InvalidOperationException) when (!node.IsRunning && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(500);
            }
        }
    }
}

using System.Diagnostics;
using Tributary.Benchmarks.Http;
using Tributary.Benchmarks.Scenarios;

namespace Tributary.Benchmarks.Nodes;

/// <summary>How long a node takes from the start of its process.</summary>
/// <param name="Listening">Until it takes connections.</param>
/// <param name="Ready">Until <c>/health/ready</c> is green: its indexes contain what was in the store when it started.</param>
/// <param name="Processor">Its processor time until then, which others on the machine change less than the clock.</param>
internal readonly record struct NodeStart(TimeSpan Listening, TimeSpan Ready, TimeSpan Processor)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Starts a node, waits until it is ready, and stops it.</summary>
    /// <param name="connectionString">Its store.</param>
    /// <param name="data">Its data directory.</param>
    /// <param name="settings">With the directory that <see cref="SearchScenario.User"/> is in.</param>
    /// <param name="connection">What is asked once it is ready, so that it is not only said to be.</param>
    /// <param name="kql">The question.</param>
    /// <param name="expected">What another node answers to it.</param>
    /// <exception cref="InvalidOperationException">It answers something else.</exception>
    public static async Task<NodeStart> MeasureAsync(
        string connectionString, string data, IEnumerable<string> settings, string connection, string kql, long expected)
    {
        long started = Stopwatch.GetTimestamp();
        await using ServerProcess server = ServerProcess.StartNode(connectionString, data, ServerProcess.FreePort(), settings);
        await server.WaitUntilListeningAsync();
        TimeSpan listening = Stopwatch.GetElapsedTime(started);
        using var client = new GraphClient(server.Url);
        while (!await client.IsReadyAsync())
        {
            await Task.Delay(BetweenLooks);
        }

        TimeSpan ready = Stopwatch.GetElapsedTime(started);
        TimeSpan processor = server.ProcessorTime;
        long? found = await client.CountAsync(connection, kql, await client.UserTokenAsync(SearchScenario.User));
        return found == expected ? new NodeStart(listening, ready, processor) : throw new InvalidOperationException($"A node that is ready finds {found}, another {expected}.");
    }
}

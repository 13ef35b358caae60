using System.Diagnostics;
using System.Globalization;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;

namespace Tributary.Benchmarks.Nodes;

/// <summary>A server over the shared store, and who speaks to it; each has an issuer of its own.</summary>
internal sealed record BenchNode(ServerProcess Server, GraphClient Client, string AppToken, string UserToken);

/// <summary>What probes found.</summary>
/// <param name="AfterWrite">Searches that began right after another node had answered a write, until they were answered with what was written; in ticks of the stopwatch.</param>
/// <param name="Ordinary">The same searches, on the same nodes at the same time, of a connection that nobody writes to.</param>
/// <param name="Behind">How often the former were answered 503, and asked again.</param>
internal sealed record LagResult(IReadOnlyList<long> AfterWrite, IReadOnlyList<long> Ordinary, int Behind);

/// <summary>
/// Writes an item on one node and, once that is answered, asks another for it by a word that it alone has: the search must find it, so it waits until that node's index is as
/// far as the store. What it takes beyond an ordinary search is the lag that a user sees.
/// </summary>
internal sealed class LagProbes(IReadOnlyList<BenchNode> nodes, string busy, string still)
{
    /// <summary>Between two probes of one pair of nodes, as far as they are answered in time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly CorpusItem Pattern = Corpus.Item(0) with { Acl = new Acl([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]) };

    private int _next;

    /// <summary>What an ordinary search finds.</summary>
    public Task PrepareAsync() => nodes[0].Client.PutItemAsync(still, ItemOf(0), nodes[0].AppToken);

    /// <summary>From each node to the next, all at once, until it is over; those that have begun are finished.</summary>
    /// <exception cref="InvalidOperationException">What was answered was not found.</exception>
    public async Task<LagResult> RunAsync(CancellationToken over)
    {
        LagResult[] results = await Task.WhenAll(nodes.Select((node, i) => RunAsync(node, nodes[(i + 1) % nodes.Count], over)));
        return new LagResult([.. results.SelectMany(result => result.AfterWrite)], [.. results.SelectMany(result => result.Ordinary)], results.Sum(result => result.Behind));
    }

    private async Task<LagResult> RunAsync(BenchNode written, BenchNode asked, CancellationToken over)
    {
        var afterWrite = new List<long>();
        var ordinary = new List<long>();
        int behind = 0;
        using var timer = new PeriodicTimer(Interval);
        while (await NextAsync(timer, over))
        {
            int number = Interlocked.Increment(ref _next);
            await written.Client.PutItemAsync(busy, ItemOf(number), written.AppToken);
            long started = Stopwatch.GetTimestamp();
            long? found;
            while ((found = await asked.Client.CountAsync(busy, MarkOf(number), asked.UserToken)) is null)
            {
                behind++;
            }

            afterWrite.Add(Stopwatch.GetTimestamp() - started);
            if (found != 1)
            {
                throw new InvalidOperationException($"What one node has stored another finds {found} times.");
            }

            started = Stopwatch.GetTimestamp();
            await asked.Client.CountAsync(still, MarkOf(0), asked.UserToken);
            ordinary.Add(Stopwatch.GetTimestamp() - started);
        }

        return new LagResult(afterWrite, ordinary, behind);
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken over)
    {
        try
        {
            return await timer.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static CorpusItem ItemOf(int number) => Pattern with
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"probe{number:d8}"),
        Content = $"{Pattern.Content} {MarkOf(number)}",
    };

    private static string MarkOf(int number) => string.Create(CultureInfo.InvariantCulture, $"mark{number:d9}");
}

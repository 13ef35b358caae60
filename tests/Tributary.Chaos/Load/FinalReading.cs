using System.Diagnostics;
using System.Text.Json;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>Reads everything again once all nodes are up and nobody writes: for the judge, who finds it in the file.</summary>
internal sealed class FinalReading(Client client, LoadOptions options)
{
    private const int PageSize = 25;

    /// <summary>How long nodes may go on answering 503 after everything is up again, in all.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stopwatch _refused = new();

    /// <exception cref="TimeoutException">A node does not get better.</exception>
    public async Task RunAsync()
    {
        IEnumerable<string> items = Enumerable.Range(0, options.Writers).SelectMany(writer => Writer.OwnItems(writer, options)).Concat(Writer.SharedItems(options));
        foreach (string path in items.Select(item => World.ItemsPath + item).Concat(World.ExternalGroups.Select(group => $"{World.GroupsPath}/{group}/members")))
        {
            await UntilFinalAsync(0, World.Application, HttpMethod.Get, path, null, Exchange.FinalTag);
        }

        for (int node = 0; node < client.Nodes; node++)
        {
            foreach (Person person in World.People)
            {
                await SweepAsync(node, person.Name);
            }
        }
    }

    private async Task SweepAsync(int node, string user)
    {
        int from = 0;
        for (bool hasMore = true; hasMore; from += PageSize)
        {
            string body = Bodies.Search("*", from, PageSize, counts: true, isSorted: true);
            Answer answer = await UntilFinalAsync(node, user, HttpMethod.Post, World.SearchPath, body, Exchange.SweepTag(user, node));
            using var document = JsonDocument.Parse(answer.Text!);
            hasMore = answer.Status == 200 && document.RootElement.GetProperty("value")[0].GetProperty("hitsContainers")[0].GetProperty("moreResultsAvailable").GetBoolean();
        }
    }

    private async Task<Answer> UntilFinalAsync(int node, string caller, HttpMethod method, string path, string? body, string tag)
    {
        while (true)
        {
            Answer answer = await client.SendAsync(node, caller, method, path, body, tag);
            if (answer.IsFinal)
            {
                _refused.Stop();
                return answer;
            }

            _refused.Start();
            if (_refused.Elapsed > Patience)
            {
                throw new TimeoutException($"All is up and quiet, and node {node} answers {method} {path} by {caller}: {answer.Status} {answer.Text}");
            }

            await Task.Delay(200);
        }
    }
}

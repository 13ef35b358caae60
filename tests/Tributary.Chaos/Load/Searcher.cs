using Tributary.Chaos.Judging;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>Searches as any of the users on any of the nodes.</summary>
internal sealed class Searcher(Client client, Stamps stamps, Random random, LoadOptions options)
{
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Answer answer = await client.SendAsync(random.Next(client.Nodes), Choice.Of(random, World.People).Name, HttpMethod.Post, World.SearchPath, Question());
            TimeSpan pause = options.Pause * random.NextDouble() * 2;
            await LoadOptions.PauseAsync(answer.IsFinal ? pause : pause + TimeSpan.FromMilliseconds(200), stop);
        }
    }

    private string Question()
    {
        bool counts = random.Next(2) == 0;
        return random.Next(20) switch
        {
            < 7 => Bodies.Search(World.LaneOf(AnyItem()), 0, 100, counts, isSorted: false),
            < 11 => Bodies.Search(AnyItem(), 0, 10, counts, isSorted: false),
            < 14 => Bodies.Search(stamps.LatestOrNull(random) ?? "*", 0, 10, counts: false, isSorted: false),
            < 16 => Bodies.Search(SearchQuery.OfColour(Choice.Of(random, World.Colours)), 0, 200, counts, isSorted: true),
            < 18 => Bodies.Search("*", random.Next(4) * 10, 10, counts, isSorted: true),
            _ => Bodies.Search("*", 0, 400, counts, isSorted: false),
        };
    }

    private string AnyItem()
    {
        string[] shared = [.. Writer.SharedItems(options)];
        return random.Next(4) == 0 ? Choice.Of(random, shared) : Choice.Of(random, [.. Writer.OwnItems(random.Next(options.Writers), options)]);
    }
}

using System.Net;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>
/// Writes items of its own and items that all write, reads some, and changes groups now and then. Tries again what was not answered for good, as a client does: the same
/// request, on any node.
/// </summary>
internal sealed class Writer(int number, Client client, Stamps stamps, Random random, LoadOptions options)
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);

    public static IEnumerable<string> OwnItems(int writer, LoadOptions options) => Enumerable.Range(0, options.OwnItems).Select(item => $"lane{writer:00}x{item:00}");

    public static IEnumerable<string> SharedItems(LoadOptions options) => Enumerable.Range(0, options.SharedItems).Select(item => $"shared{item % 3}x{item:00}");

    public async Task RunAsync(CancellationToken stop)
    {
        string[] own = [.. OwnItems(number, options)];
        string[] shared = [.. SharedItems(options)];
        while (!stop.IsCancellationRequested)
        {
            int kind = random.Next(100);
            string item = random.Next(4) == 0 ? Choice.Of(random, shared) : Choice.Of(random, own);
            await (kind switch
            {
                < 48 => PutAsync(item, stop),
                < 60 => UntilFinalAsync(HttpMethod.Patch, World.ItemsPath + item, Bodies.PatchAcl(Choice.Acl(random)), stop),
                < 67 => PatchTextAsync(item, stop),
                < 79 => UntilFinalAsync(HttpMethod.Delete, World.ItemsPath + item, null, stop),
                < 93 => client.SendAsync(random.Next(client.Nodes), World.Application, HttpMethod.Get, World.ItemsPath + item),
                _ => ChangeGroupAsync(stop),
            });
            await LoadOptions.PauseAsync(options.Pause * random.NextDouble() * 2, stop);
        }
    }

    private async Task PutAsync(string item, CancellationToken stop)
    {
        (string stamp, long order) = stamps.Next(number);
        string body = Bodies.Put(item, stamp, order, Choice.Of(random, World.Colours), Choice.Acl(random));
        if ((await UntilFinalAsync(HttpMethod.Put, World.ItemsPath + item, body, stop)).Status == (int)HttpStatusCode.OK)
        {
            stamps.Acknowledge(number, stamp);
        }
    }

    private async Task PatchTextAsync(string item, CancellationToken stop)
    {
        (string stamp, long order) = stamps.Next(number);
        await UntilFinalAsync(HttpMethod.Patch, World.ItemsPath + item, Bodies.PatchText(item, stamp, order, Choice.Of(random, World.Colours)), stop);
    }

    private Task<Answer> ChangeGroupAsync(CancellationToken stop)
    {
        string group = Choice.Of(random, World.ExternalGroups);
        string path = $"{World.GroupsPath}/{group}";
        (string id, string type) = Member();
        return random.Next(20) switch
        {
            0 => UntilFinalAsync(HttpMethod.Delete, path, null, stop),
            < 4 => UntilFinalAsync(HttpMethod.Post, World.GroupsPath, Bodies.Group(group), stop),
            < 12 => UntilFinalAsync(HttpMethod.Post, path + "/members", Bodies.Member(id, type), stop),
            < 18 => UntilFinalAsync(HttpMethod.Delete, $"{path}/members/{id}", null, stop),
            _ => client.SendAsync(random.Next(client.Nodes), World.Application, HttpMethod.Get, path + "/members"),
        };
    }

    private (string Id, string Type) Member() => random.Next(10) switch
    {
        < 6 => (Choice.Of(random, World.People).Id, AclEntry.User),
        < 8 => (Choice.Of(random, World.DirectoryGroups), AclEntry.Group),
        _ => (Choice.Of(random, World.ExternalGroups), AclEntry.ExternalGroup),
    };

    private async Task<Answer> UntilFinalAsync(HttpMethod method, string path, string? body, CancellationToken stop)
    {
        while (true)
        {
            Answer answer = await client.SendAsync(random.Next(client.Nodes), World.Application, method, path, body);
            if (answer.IsFinal || stop.IsCancellationRequested)
            {
                return answer;
            }

            TimeSpan wait = answer.Wait ?? TimeSpan.FromMilliseconds(random.Next(50, 400));
            await LoadOptions.PauseAsync(wait < MostPatience ? wait : MostPatience, stop);
        }
    }
}

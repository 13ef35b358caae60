using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>Makes the connection, its schema and the groups before anything is broken.</summary>
internal static class Preparation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Client client, int nodes)
    {
        await ExpectAsync(client, HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{World.Connection}}", "name": "Chaos" }""");
        await ExpectAsync(client, HttpMethod.Patch, World.ConnectionPath + "/schema", World.Schema);
        using var patience = new CancellationTokenSource(Patience);
        for (int node = 0; node < nodes; node++)
        {
            while (!(await client.SendAsync(node, World.Application, HttpMethod.Get, World.ConnectionPath)).Text!.Contains("\"ready\"", StringComparison.Ordinal))
            {
                await Task.Delay(50, patience.Token);
            }
        }

        foreach (string group in World.ExternalGroups)
        {
            await ExpectAsync(client, HttpMethod.Post, World.GroupsPath, Bodies.Group(group));
        }

        // Each user is in two of them to begin with, one by a group in a group.
        foreach ((int i, Person person) in World.People.Index())
        {
            await ExpectAsync(client, HttpMethod.Post, $"{World.GroupsPath}/{World.ExternalGroups[i]}/members", Bodies.Member(person.Id, AclEntry.User));
        }

        await ExpectAsync(client, HttpMethod.Post, $"{World.GroupsPath}/inner/members", Bodies.Member("east", AclEntry.ExternalGroup));
        await ExpectAsync(client, HttpMethod.Post, $"{World.GroupsPath}/inner/members", Bodies.Member(World.DirectoryGroups[1], AclEntry.Group));
    }

    private static async Task ExpectAsync(Client client, HttpMethod method, string path, string body)
    {
        Answer answer = await client.SendAsync(0, World.Application, method, path, body);
        if (answer.Status is not (>= 200 and < 300))
        {
            throw new InvalidOperationException($"{method} {path} was answered {answer.Status}: {answer.Text}");
        }
    }
}

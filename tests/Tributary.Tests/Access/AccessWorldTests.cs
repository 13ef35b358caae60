using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Access.AccessServer;

namespace Tributary.Tests.Access;

/// <summary>Random worlds of users, groups of both kinds in cycles, and lists, in a running server: what is explained is what searches show, before a change and after it.</summary>
public sealed class AccessWorldTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Worlds = 24;
    private const int Stranger = 4;

    private static readonly string[] Users = [.. Enumerable.Range(0, 5).Select(index => $"0b1d2e3f-0000-4000-8000-00000000000{index}")];
    private static readonly string[] EntraGroups = [.. Enumerable.Range(0, 4).Select(index => $"2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a0{index}")];
    private static readonly string[] ExternalGroups = ["x0", "x1", "x2", "x3"];
    private static readonly string[] Items = ["a", "b", "c", "d", "e"];

    private readonly string[] _tokens = new string[Users.Length];
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartWithSeedAsync(World.Seed([], withStranger: true), "Search:AllowGuests=true");
        for (int user = 0; user < Users.Length; user++)
        {
            _tokens[user] = await _server.UserTokenAsync($"u{user}");
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_verdict_is_what_searches_show()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        int visible = 0, hidden = 0, chains = 0;
        for (int number = 0; number < Worlds; number++)
        {
            World world = await BuildAsync(random, $"world{number}");
            foreach ((int user, string[] shown) in await ShownAsync(world))
            {
                foreach (string item in Items)
                {
                    JsonElement verdict = (await _server.ExplainAsync(Ask(Users[user], item, Stated(user), world.Connection))).Verdict();

                    Assert.True(shown.Contains(item) == verdict.IsVisible(), $"seed {seed}, world {number}, user {user}, item {item}: {verdict}");
                    (visible, hidden) = verdict.IsVisible() ? (visible + 1, hidden) : (visible, hidden + 1);
                    chains += CheckChain(world, user, item, verdict) ? 1 : 0;
                }
            }
        }

        Assert.True(visible > 50 && hidden > 50 && chains > 50, $"{visible} visible, {hidden} hidden, {chains} chains prove little.");
    }

    [Fact]
    public async Task The_effects_of_a_change_are_those_that_it_has_when_it_is_made()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        int effects = 0;
        for (int number = 0; number < Worlds; number++)
        {
            World world = await BuildAsync(random, $"change{number}");
            IReadOnlyDictionary<int, string[]> before = await ShownAsync(world);
            (string whatIf, Func<Task> make) = RandomChange(random, world);
            Answer predicted = await _server.ExplainAsync($$"""{ "connectionId": "{{world.Connection}}", "userId": "{{Users[Stranger]}}", "isGuest": false{{whatIf}} }""");

            await make();

            IReadOnlyDictionary<int, string[]> after = await ShownAsync(world);
            string[] actual =
            [
                .. before.Keys.SelectMany(user => after[user].Except(before[user]).Select(item => $"+ {Users[user]} {item}")
                    .Concat(before[user].Except(after[user]).Select(item => $"- {Users[user]} {item}"))).Order(StringComparer.Ordinal),
            ];

            // The development issuer has users of its own, of whom no search is made here.
            string[] told = [.. predicted.Effects().Where(line => Users.Contains(line.Split(' ')[1]))];
            Assert.True(actual.SequenceEqual(told), $"seed {seed}, world {number}: {whatIf}\n{predicted}\n{string.Join('\n', actual)}");
            Assert.False(predicted.Verdict("effects").GetProperty("isTruncated").GetBoolean());
            effects += actual.Length;
        }

        Assert.True(effects > 10, $"{effects} effects prove little.");
    }

    private (string WhatIf, Func<Task> Make) RandomChange(Random random, World world)
    {
        int kind = random.Next(3);
        if (kind == 0)
        {
            string item = Items[random.Next(Items.Length)];
            string acl = World.RandomAcl(random);
            return ($$""", "itemId": "{{item}}", "whatIf": { "acl": {{acl}} }""", () => _server.PutListAsync(item, acl, world.Connection));
        }

        string[] groups = kind == 1 ? ExternalGroups : EntraGroups;
        string group = groups[random.Next(groups.Length)];
        string type = kind == 1 ? "externalGroup" : "group";

        // The directory passes over a group that is in itself, so there is nothing to take out.
        string[] entraGroups = [.. EntraGroups.Where(id => kind == 1 || id != group).Select(id => $"group:{id}")];
        string[] candidates = [.. Users.Take(Stranger).Select(user => $"user:{user}"), .. entraGroups, .. kind == 1 ? ExternalGroups.Select(id => $"externalGroup:{id}") : []];
        string member = candidates[random.Next(candidates.Length)];
        bool isThere = !world.Edges.Add((member, $"{type}:{group}"));
        if (isThere)
        {
            world.Edges.Remove((member, $"{type}:{group}"));
        }

        return (Moved(isThere ? "remove" : "add", member, $"{type}:{group}"), async () =>
        {
            string members = $"/v1.0/external/connections/{world.Connection}/groups/{group}/members";
            if (kind == 2)
            {
                await _server.WriteSeedAsync(World.Seed(world.Edges, withStranger: false));
            }
            else if (isThere)
            {
                (await _server.DeleteAsync($"{members}/{member.Split(':')[1]}")).ShouldBe(204);
            }
            else
            {
                (await _server.PostAsync(members, Identity(member))).ShouldBe(201);
            }
        }
        );
    }

    private async Task<World> BuildAsync(Random random, string connection)
    {
        var world = World.Make(random, connection);
        await _server.WriteSeedAsync(World.Seed(world.Edges, withStranger: false));
        await _server.CreateReadyConnectionAsync(connection);
        foreach (string group in ExternalGroups)
        {
            await _server.GroupAsync(group, [.. world.Edges.Where(edge => edge.Group == $"externalGroup:{group}").Select(edge => edge.Member)], connection);
        }

        foreach (string item in Items)
        {
            await _server.PutListAsync(item, world.Acls[item], connection);
        }

        return world;
    }

    /// <summary>What each user is shown of the connection.</summary>
    private async Task<IReadOnlyDictionary<int, string[]>> ShownAsync(World world)
    {
        var shown = new Dictionary<int, string[]>();
        for (int user = 0; user < Users.Length; user++)
        {
            shown[user] = (await _server.SearchAsync("*", source: $"/external/connections/{world.Connection}", token: _tokens[user])).ShouldBe(200).HitIds;
        }

        return shown;
    }

    /// <summary>The directory knows the stranger no longer; his token still says that he is a member.</summary>
    private static string Stated(int user) => user == Stranger ? """, "isGuest": false""" : "";

    /// <summary>A chain has edges that are there, ends at its entry, and no shorter one leads to an entry that says the same.</summary>
    private static bool CheckChain(World world, int user, string item, JsonElement verdict)
    {
        if (verdict.GetProperty("chain").ValueKind == JsonValueKind.Null || verdict.Chain() is not { Length: > 1 } chain)
        {
            return false;
        }

        JsonElement entry = verdict.GetProperty("entry");
        Assert.Equal($"{entry.GetProperty("type").GetString()}:{entry.GetProperty("value").GetString()}", chain[^1]);
        Assert.All(chain.Zip(chain.Skip(1)), step => Assert.Contains((step.First, step.Second), world.Edges));
        using var acl = JsonDocument.Parse(world.Acls[item]);
        int shortest = acl.RootElement.EnumerateArray()
            .Where(other => other.GetProperty("accessType").GetString() == entry.GetProperty("accessType").GetString())
            .Min(other => world.Distance($"user:{Users[user]}", $"{other.GetProperty("type").GetString()}:{other.GetProperty("value").GetString()}", isStranger: user == Stranger));
        Assert.Equal(shortest, chain.Length - 1);
        return true;
    }

    private sealed record World(string Connection, HashSet<(string Member, string Group)> Edges, Dictionary<string, string> Acls)
    {
        private const int Never = 1000;

        private static readonly string[] Principals =
        [
            .. Users.Select(id => $"user:{id}"), .. EntraGroups.Select(id => $"group:{id}"), .. EntraGroups.Select(id => $"group:{id}"), .. ExternalGroups.Select(id => $"externalGroup:{id}"),
            .. ExternalGroups.Select(id => $"externalGroup:{id}"), "externalGroup:ghost", "everyone:x", "everyoneExceptGuests:x",
        ];

        public static World Make(Random random, string connection)
        {
            var edges = new HashSet<(string, string)>();
            string[] entra = [.. EntraGroups.Select(id => $"group:{id}")], external = [.. ExternalGroups.Select(id => $"externalGroup:{id}")];
            string[] members = [.. Users.Select(id => $"user:{id}"), .. entra];
            foreach (string group in entra)
            {
                Add(group, members.Take(Stranger).Concat(entra), 0.25);
            }

            foreach (string group in external)
            {
                Add(group, [.. members, .. external, "externalGroup:ghost"], 0.15);
            }

            var world = new World(connection, edges, []);
            Array.ForEach(Items, item => world.Acls[item] = RandomAcl(random));
            return world;

            void Add(string group, IEnumerable<string> candidates, double chance) =>
                edges.UnionWith(candidates.Where(_ => random.NextDouble() < chance).Select(member => (member, group)));
        }

        public static string RandomAcl(Random random) => Acl([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            string[] principal = Principals[random.Next(Principals.Length)].Split(':');
            return (principal[0], principal[1], random.Next(4) == 0 ? "deny" : "grant");
        })]);

        /// <summary>Steps from a member to a group, by trying all; the directory leads nowhere from a stranger.</summary>
        public int Distance(string from, string to, bool isStranger)
        {
            string[] nodes = [.. Edges.SelectMany(edge => new[] { edge.Member, edge.Group }).Append(from).Distinct()];
            Dictionary<string, int> distance = nodes.ToDictionary(node => node, node => node == from ? 0 : Never);
            foreach (string unused in nodes)
            {
                foreach ((string member, string group) in Edges.Where(edge => !isStranger || edge.Member != from || edge.Group.StartsWith("externalGroup", StringComparison.Ordinal)))
                {
                    distance[group] = Math.Min(distance[group], distance[member] + 1);
                }
            }

            return distance.GetValueOrDefault(to, Never);
        }

        public static string Seed(IEnumerable<(string Member, string Group)> edges, bool withStranger)
        {
            IEnumerable<string> users = Users.Take(withStranger ? Users.Length : Stranger)
                .Select((oid, index) => $$"""{ "userPrincipalName": "u{{index}}@tributary.local", "oid": "{{oid}}", "guest": {{(index == 3 ? "true" : "false")}} }""");
            IEnumerable<string> groups = EntraGroups.Select(id =>
                $$"""{ "id": "{{id}}", "members": [{{string.Join(", ", edges.Where(edge => edge.Group == $"group:{id}").Select(edge => $"\"{edge.Member.Split(':')[1]}\""))}}] }""");
            return $$"""{ "users": [{{string.Join(", ", users)}}], "groups": [{{string.Join(", ", groups)}}] }""";
        }
    }
}

using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server at random moments of work on external groups. Groups, members and what the reader finds must be those that were answered; of the one write
/// per group that was under way, all or nothing.
/// </summary>
public sealed class GroupCrashTests : IDisposable
{
    private const int Kills = 8;
    private const int Seed = 20261123;
    private const int GroupCount = 6;
    private const string Connection = "grouped";
    private const string ConnectionPath = $"/v1.0/external/connections/{Connection}";

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);
    private readonly TrackedGroup[] _groups = [.. Enumerable.Range(0, GroupCount).Select(i => new TrackedGroup(i))];

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_groups_and_members_are_as_answered_and_searches_are_trimmed_by_them()
    {
        await using (ServerProcess first = await ServerProcess.StartAsync(_data))
        {
            await first.CreateReadyConnectionAsync(Connection);
            foreach (TrackedGroup group in _groups)
            {
                await first.ExpectAsync(200, HttpMethod.Put, $"{ConnectionPath}/items/{group.Granted}", ItemBody("grant", group.Id));
                await first.ExpectAsync(200, HttpMethod.Put, $"{ConnectionPath}/items/{group.Denied}", ItemBody("deny", group.Id));
            }
        }

        var seen = new HashSet<int>();
        for (int kill = 0; kill < Kills; kill++)
        {
            await using ServerProcess server = await ServerProcess.StartAsync(_data);
            seen.Add(await CheckAsync(server));
            var load = new Load(server, acknowledgements: _random.Next(1, 120));
            Task[] workers = [.. _groups.Select(group =>
            {
                var random = new Random(_random.Next());
                return load.RunAsync(current => group.ChangeAsync(current, random));
            })];
            await load.WaitAsync();
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);
        }

        await using ServerProcess last = await ServerProcess.StartAsync(_data);
        seen.Add(await CheckAsync(last));
        Assert.True(seen.Count > 1, "The load hardly changed what the reader finds.");
        Assert.All(_groups, group => Assert.True(group.Writes > 5, $"{group.Id} was hardly written."));
    }

    private static string ItemBody(string accessType, string group) => JsonSerializer.Serialize(new
    {
        acl = (object[])
        [
            .. accessType == "deny" ? (object[])[new { type = "everyone", value = "everyone", accessType = "grant" }] : [],
            new { type = "externalGroup", value = group, accessType },
        ],
        properties = new { title = "Anything" },
        content = new { type = "text", value = VersionedItem.CommonWord },
    });

    /// <summary>Compares everything; how many items the reader finds.</summary>
    private async Task<int> CheckAsync(ServerProcess server)
    {
        foreach (TrackedGroup group in _groups)
        {
            await group.CheckAsync(server);
        }

        JsonElement listed = await server.ExpectAsync(200, HttpMethod.Get, $"{ConnectionPath}/groups");
        Assert.Equal(
            _groups.Where(group => group.Fixed.Exists).Select(group => (group.Id, group.Fixed.DisplayName, group.Fixed.Description)).Order(),
            listed.GetProperty("value").EnumerateArray().Select(TrackedGroup.Read).Order());

        HashSet<string> readers = GroupsOfReader();
        string[] expected =
        [
            .. _groups.Where(group => readers.Contains(group.Id)).Select(group => group.Granted),
            .. _groups.Where(group => !readers.Contains(group.Id)).Select(group => group.Denied),
        ];
        (int total, string[] ids) = await server.SearchAsync(Connection, VersionedItem.CommonWord);
        Assert.Equal(expected.Order(), ids.Order());
        Assert.Equal(expected.Length, total);
        return readers.Count;
    }

    /// <summary>The groups that the reader is in, directly or through others.</summary>
    private HashSet<string> GroupsOfReader()
    {
        var found = new HashSet<string>();
        while (_groups.FirstOrDefault(group => !found.Contains(group.Id)
            && group.Fixed.Members.Any(member => member == ServerProcess.ReaderId || found.Contains(member))) is { } next)
        {
            found.Add(next.Id);
        }

        return found;
    }

    private sealed record State(bool Exists, string? DisplayName, string? Description, HashSet<string> Members)
    {
        public static State None { get; } = new(false, null, null, new HashSet<string>());

        public bool Equals(State? other) => other is not null
            && (Exists, DisplayName, Description) == (other.Exists, other.DisplayName, other.Description) && Members.SetEquals(other.Members);

        public override int GetHashCode() => HashCode.Combine(Exists, DisplayName, Description, Members.Count);

        public override string ToString() => Exists ? $"'{DisplayName}', '{Description}' with {string.Join(", ", Members.Order())}" : "none";
    }

    /// <summary>One group, which one hand changes, and the states that it may be in.</summary>
    private sealed class TrackedGroup(int number)
    {
        private readonly string _path = $"{ConnectionPath}/groups/{IdOf(number)}";
        private State[] _possible = [State.None];

        public string Id { get; } = IdOf(number);

        /// <summary>The item that only this group sees.</summary>
        public string Granted { get; } = $"granted{number}";

        /// <summary>The item that everybody but this group sees.</summary>
        public string Denied { get; } = $"denied{number}";

        public int Writes { get; private set; }

        public State Fixed => Assert.Single(_possible);

        public static (string Id, string? DisplayName, string? Description) Read(JsonElement group) =>
            (group.GetProperty("id").GetString()!, group.GetProperty("displayName").GetString(), group.GetProperty("description").GetString());

        public async Task ChangeAsync(Load load, Random random)
        {
            State now = Fixed;
            string name = $"Name {++Writes}";
            string description = $"Description {Writes}";
            int dice = random.Next(10);
            if (!now.Exists)
            {
                // A deleted group takes its members with it: one of the same id begins without any.
                await MoveAsync(
                    load,
                    new State(true, name, description, new HashSet<string>()),
                    HttpMethod.Post,
                    $"{ConnectionPath}/groups",
                    new { id = Id, displayName = name, description },
                    201);
            }
            else if (dice == 0)
            {
                await MoveAsync(load, State.None, HttpMethod.Delete, _path, null, 204);
            }
            else if (dice < 3)
            {
                await MoveAsync(
                    load, now with { DisplayName = name, Description = description }, HttpMethod.Patch, _path, new { displayName = name, description }, 204);
            }
            else if (dice == 3)
            {
                await MoveAsync(load, now with { Description = null }, HttpMethod.Patch, _path, new { description = (string?)null }, 204);
            }
            else
            {
                // The reader, an Entra group, or the next two external groups, which makes circles.
                (string id, string type) = random.Next(4) switch
                {
                    0 => (ServerProcess.ReaderId, "user"),
                    1 => ("00000000-0000-0000-0000-00000000000a", "group"),
                    int step => (IdOf((number + step - 1) % GroupCount), "externalGroup"),
                };
                var members = new HashSet<string>(now.Members);
                if (members.Remove(id))
                {
                    await MoveAsync(load, now with { Members = members }, HttpMethod.Delete, $"{_path}/members/{id}", null, 204);
                }
                else
                {
                    members.Add(id);
                    await MoveAsync(load, now with { Members = members }, HttpMethod.Post, $"{_path}/members", new { id, type }, 201);
                }
            }
        }

        public async Task CheckAsync(ServerProcess server)
        {
            (int status, JsonElement group, _) = await server.SendAsync(HttpMethod.Get, _path);
            Assert.True(status is 200 or 404, $"{_path}: {status} {group}");
            State found = State.None;
            (int membersStatus, JsonElement members, _) = await server.SendAsync(HttpMethod.Get, $"{_path}/members");
            Assert.Equal(status, membersStatus);
            if (status == 200)
            {
                (string id, string? name, string? description) = Read(group);
                Assert.Equal(Id, id);
                found = new State(
                    true, name, description, members.GetProperty("value").EnumerateArray().Select(member => member.GetProperty("id").GetString()!).ToHashSet());
            }

            Assert.True(_possible.Contains(found), $"{Id} is {found}; it may be {string.Join(" or ", _possible.Select(state => state.ToString()))}.");
            _possible = [found];
        }

        private static string IdOf(int number) => $"group{number}";

        private async Task MoveAsync(Load load, State next, HttpMethod method, string path, object? body, int expected)
        {
            _possible = [Fixed, next];
            await load.WriteAsync(method, path, body is null ? null : JsonSerializer.Serialize(body), expected);
            _possible = [next];
        }
    }
}

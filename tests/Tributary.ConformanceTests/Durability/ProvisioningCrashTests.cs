using System.Globalization;
using System.Text.Json;
using Tributary.Auth.DevIssuer;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server while an identity provider exchanges all members of large groups, each in one PATCH of several operations: each PATCH that was answered is there as a whole,
/// and of the one per group that was under way, all or nothing.
/// </summary>
public sealed class ProvisioningCrashTests : IDisposable
{
    private const int Kills = 6;
    private const int GroupCount = 4;
    private const int Members = 2000;
    private const int Seed = 20261128;
    private const string Secret = "the-secret-of-this-tenant-0123456789";
    private const string Root = $"/tributary/scim/v2/{DevDefaults.TenantId}";

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_a_patch_is_there_as_a_whole_or_not_at_all()
    {
        string secretFile = Path.Combine(_data.Path, "scim.secret");
        await File.WriteAllTextAsync(secretFile, Secret);
        string[] settings = [$"--Directory:Tenants:{DevDefaults.TenantId}:Source=Scim", $"--Directory:Tenants:{DevDefaults.TenantId}:Scim:SecretFile={secretFile}"];
        var groups = new List<TrackedGroup>();
        await using (ServerProcess first = await ServerProcess.StartAsync(_data, settings))
        {
            for (int i = 0; i < GroupCount; i++)
            {
                groups.Add(await TrackedGroup.CreateAsync(first, i));
            }
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            await using ServerProcess server = await ServerProcess.StartAsync(_data, settings);
            var load = new Load(server, acknowledgements: _random.Next(1, 12), Secret);
            Task[] workers = [.. groups.Select(group => load.RunAsync(group.ExchangeAsync))];
            await load.WaitAsync();
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);

            await using ServerProcess next = await ServerProcess.StartAsync(_data, settings);
            foreach (TrackedGroup group in groups)
            {
                await group.CheckAsync(next);
            }
        }

        Assert.All(groups, group => Assert.True(group.Generation > 1, $"{group.Id} was hardly written."));
    }

    /// <summary>A group whose members, and name, are of one generation at a time.</summary>
    private sealed class TrackedGroup(string id, int number)
    {
        private int _answered;

        public string Id { get; } = id;

        /// <summary>The last that was sent.</summary>
        public int Generation { get; private set; }

        public static async Task<TrackedGroup> CreateAsync(ServerProcess server, int number)
        {
            (int status, JsonElement created, _) = await server.SendAsync(HttpMethod.Post, $"{Root}/Groups", JsonSerializer.Serialize(new
            {
                schemas = (string[])["urn:ietf:params:scim:schemas:core:2.0:Group"],
                displayName = "0",
                members = Values(number, 0),
            }), bearer: Secret);
            Assert.Equal(201, status);
            return new TrackedGroup(created.GetProperty("id").GetString()!, number);
        }

        public async Task ExchangeAsync(Load load)
        {
            Generation = _answered + 1;
            await load.WriteAsync(HttpMethod.Patch, $"{Root}/Groups/{Id}", JsonSerializer.Serialize(new
            {
                schemas = (string[])["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                Operations = (object[])
                [
                    new { op = "Remove", path = "members", value = (object)Values(number, _answered) },
                    new { op = "Replace", path = "displayName", value = (object)Generation.ToString(CultureInfo.InvariantCulture) },
                    new { op = "Add", path = "members", value = (object)Values(number, Generation) },
                ],
            }), 204);
            _answered = Generation;
        }

        public async Task CheckAsync(ServerProcess server)
        {
            (int status, JsonElement group, _) = await server.SendAsync(HttpMethod.Get, $"{Root}/Groups/{Id}", bearer: Secret);
            Assert.Equal(200, status);
            int found = int.Parse(group.GetProperty("displayName").GetString()!, CultureInfo.InvariantCulture);
            Assert.InRange(found, _answered, Generation);
            Assert.Equal(Ids(number, found), group.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("value").GetString()!));
            _answered = Generation = found;
        }

        private static object[] Values(int number, int generation) => [.. Ids(number, generation).Select(value => new { value })];

        private static IEnumerable<string> Ids(int number, int generation) =>
            Enumerable.Range(0, Members).Select(i => string.Create(CultureInfo.InvariantCulture, $"{number:d8}-{generation:d4}-4000-8000-{i:d12}"));
    }
}

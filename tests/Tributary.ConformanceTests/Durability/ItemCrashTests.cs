using System.Globalization;
using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server at random moments of writes that are more than one row: batches, patches of some of an item's parts, activities alone and along with their item.
/// </summary>
public sealed class ItemCrashTests : IDisposable
{
    private const int Kills = 8;
    private const int Seed = 20261124;
    private const int MaxActivities = 60;
    private const string Connection = "written";
    private const string ConnectionPath = $"/v1.0/external/connections/{Connection}";

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    private interface ITracked
    {
        Task ChangeAsync(Load load, Random random);

        /// <summary>Compares, and tells the id and the version of the content of each item that is there.</summary>
        Task<IEnumerable<(string Id, long Content)>> CheckAsync(ServerProcess server);
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_batches_patches_and_activities_are_there_as_answered_and_none_is_half_there()
    {
        TrackedBatch[] batches = [new("batcha"), new("batchb")];
        TrackedPatches[] patched = [.. Enumerable.Range(0, 3).Select(i => new TrackedPatches($"patched{i}"))];
        TrackedActivities[] active = [.. Enumerable.Range(0, 3).Select(i => new TrackedActivities($"active{i}", _data))];
        ITracked[] all = [.. batches, .. patched, .. active];
        await using (ServerProcess first = await StartAsync())
        {
            await first.CreateReadyConnectionAsync(Connection);
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            await using ServerProcess server = await StartAsync();
            await CheckAsync(server, all);
            var load = new Load(server, acknowledgements: _random.Next(1, 80));
            Task[] workers = [.. all.Select(tracked =>
            {
                var random = new Random(_random.Next());
                return load.RunAsync(current => tracked.ChangeAsync(current, random));
            })];
            await load.WaitAsync();
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);
            foreach (TrackedActivities one in active)
            {
                one.CheckCopy();
            }
        }

        await using ServerProcess last = await StartAsync();
        await CheckAsync(last, all);
        Assert.All(batches, batch => Assert.True(batch.Answered > 5, "Hardly a batch was answered."));
        Assert.All(patched, one => Assert.True(one.Answered > 10, "Hardly a patch was answered."));
        Assert.All(active, one => Assert.True(one.Sent > MaxActivities, "The activities never had to make room."));
    }

    private static async Task CheckAsync(ServerProcess server, ITracked[] all)
    {
        var present = new List<(string Id, long Content)>();
        foreach (ITracked tracked in all)
        {
            present.AddRange(await tracked.CheckAsync(server));
        }

        // Each word is of one version of one item: the index has these versions and no older ones.
        string[] expected = [.. present.Select(item => item.Id).Order()];
        string[] queries = present.Count == 0
            ? [VersionedItem.CommonWord]
            : [VersionedItem.CommonWord, string.Join(" OR ", present.Select(item => VersionedItem.Word(item.Id, item.Content)))];
        foreach (string query in queries)
        {
            (int total, string[] ids) = await server.SearchAsync(Connection, query);
            Assert.Equal(expected, ids.Order());
            Assert.Equal(expected.Length, total);
        }
    }

    private static string PathOf(string id) => $"{ConnectionPath}/items/{id}";

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(
        _data, "--Indexing:CommitInterval=00:00:00.400", string.Create(CultureInfo.InvariantCulture, $"--Items:MaxActivities={MaxActivities}"));

    /// <summary>Items that are put, and now and then deleted, by one batch after the other; each batch is one version of all of them.</summary>
    private sealed class TrackedBatch(string name) : ITracked
    {
        private const int Parts = 12;

        private readonly string[] _ids = [.. Enumerable.Range(0, Parts).Select(i => $"{name}item{i}")];
        private readonly long[] _answered = new long[Parts];
        private long _version;
        private long[]? _underWay;
        private bool _isChain;

        public int Answered { get; private set; }

        public async Task ChangeAsync(Load load, Random random)
        {
            _version++;
            _isChain = random.Next(2) == 0;

            // 0 stands for a part that deletes.
            _underWay = [.. _answered.Select(now => now != 0 && random.Next(5) == 0 ? 0 : _version)];
            string requests = string.Join(",", _underWay.Select(Part));
            (_, JsonElement answer, _) = await load.WriteAsync(HttpMethod.Post, "/v1.0/$batch", $$"""{ "requests": [ {{requests}} ] }""", 200);
            JsonElement[] responses = [.. answer.GetProperty("responses").EnumerateArray()];
            Assert.Equal(Parts, responses.Length);
            foreach (JsonElement response in responses)
            {
                int part = int.Parse(response.GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
                Assert.True(response.GetProperty("status").GetInt32() == (_underWay[part] == 0 ? 204 : 200), response.ToString());
                _answered[part] = _underWay[part];
            }

            _underWay = null;
            Answered++;
        }

        public async Task<IEnumerable<(string Id, long Content)>> CheckAsync(ServerProcess server)
        {
            bool isEarlierThere = true;
            for (int i = 0; i < Parts; i++)
            {
                (int status, JsonElement item, _) = await server.SendAsync(HttpMethod.Get, PathOf(_ids[i]));
                Assert.True(status is 200 or 404, $"{_ids[i]}: {status} {item}");
                long found = status == 404 ? 0 : VersionedItem.VersionOf(_ids[i], item);
                Assert.True(
                    found == _answered[i] || found == _underWay?[i], $"{_ids[i]} is of version {found}; answered was {_answered[i]}, under way {_underWay?[i]}.");
                if (_underWay is not null && _isChain)
                {
                    bool isThere = found == _underWay[i];
                    Assert.True(isEarlierThere || !isThere, $"{_ids[i]} is there without what it depends on.");
                    isEarlierThere = isThere;
                }

                _answered[i] = found;
            }

            _underWay = null;
            return _ids.Zip(_answered).Where(item => item.Second != 0);
        }

        private string Part(long version, int place)
        {
            string chained = _isChain && place > 0 ? $$""", "dependsOn": [ "{{place - 1}}" ]""" : "";
            string what = version == 0
                ? "\"method\": \"DELETE\""
                : $$""" "method": "PUT", "headers": { "Content-Type": "application/json" }, "body": {{VersionedItem.Body(_ids[place], version)}} """;
            return $$"""{ "id": "{{place}}", "url": "/external/connections/{{Connection}}/items/{{_ids[place]}}", {{what}}{{chained}} }""";
        }
    }

    /// <summary>An item of which some parts are replaced at a time.</summary>
    private sealed class TrackedPatches(string id) : ITracked
    {
        private (long Acl, long Title, long Content)[] _possible = [];
        private bool _exists;

        public int Answered { get; private set; }

        public async Task ChangeAsync(Load load, Random random)
        {
            long version = _possible.Length == 0 ? 1 : 1 + _possible.Max(parts => Math.Max(parts.Acl, Math.Max(parts.Title, parts.Content)));
            if (!_exists)
            {
                _possible = [(version, version, version)];
                await load.WriteAsync(HttpMethod.Put, PathOf(id), VersionedItem.Body(id, version), 200);
                _exists = true;
                return;
            }

            int which = random.Next(1, 8);
            (long Acl, long Title, long Content) now = Assert.Single(_possible);
            (long Acl, long Title, long Content) next =
                ((which & 1) != 0 ? version : now.Acl, (which & 2) != 0 ? version : now.Title, (which & 4) != 0 ? version : now.Content);
            _possible = [now, next];
            string body = VersionedItem.PartialBody(id, Changed(now.Acl, next.Acl), Changed(now.Title, next.Title), Changed(now.Content, next.Content));
            await load.WriteAsync(HttpMethod.Patch, PathOf(id), body, 200);
            _possible = [next];
            Answered++;

            static long? Changed(long now, long next) => now == next ? null : next;
        }

        public async Task<IEnumerable<(string Id, long Content)>> CheckAsync(ServerProcess server)
        {
            (int status, JsonElement item, _) = await server.SendAsync(HttpMethod.Get, PathOf(id));
            Assert.True(status == 200 || (status == 404 && !_exists), $"{id}: {status} {item}");
            if (status == 404)
            {
                return [];
            }

            (long Acl, long Title, long Content) found = VersionedItem.PartsOf(id, item);
            Assert.True(_possible.Contains(found), $"{id} is {found}; it may be {string.Join(" or ", _possible)}.");
            _possible = [found];
            _exists = true;
            return [(id, found.Content)];
        }
    }

    /// <summary>
    /// An item that is given activities, alone or along with a new version. Each activity begins a second after the one before, so that those that are kept tell
    /// which were stored: the newest ones, in order, without a gap.
    /// </summary>
    private sealed class TrackedActivities(string id, DataFolder data) : ITracked
    {
        private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private (long Version, int Sent)[] _possible = [(0, 0)];

        public int Sent => Assert.Single(_possible).Sent;

        public async Task ChangeAsync(Load load, Random random)
        {
            (long version, int sent) = Assert.Single(_possible);
            int count = random.Next(1, 21);
            bool isAlone = version != 0 && random.Next(3) != 0;
            Dictionary<string, object> body = isAlone ? [] : VersionedItem.Members(id, version + 1, version + 1, version + 1, contentLength: 200);
            body["activities"] = Enumerable.Range(sent, count).Select(number => VersionedItem.Viewed(Start.AddSeconds(number)));
            (long, int) next = (isAlone ? version : version + 1, sent + count);
            _possible = [(version, sent), next];
            await (isAlone
                ? load.WriteAsync(HttpMethod.Post, $"{PathOf(id)}/addActivities", VersionedItem.Json(body), 200)
                : load.WriteAsync(HttpMethod.Put, PathOf(id), VersionedItem.Json(body), 200));
            _possible = [next];
        }

        /// <summary>Only the store tells what was stored: nothing reads activities over Graph.</summary>
        public void CheckCopy()
        {
            long[] started =
            [
                .. StoreCopy.Read(data, $"SELECT a.started FROM item i JOIN item_activity a ON a.item = i.key WHERE i.id = '{id}' ORDER BY a.number")
                    .Select(value => long.Parse(value, CultureInfo.InvariantCulture)),
            ];
            _possible = [.. _possible.Where(state => started.SequenceEqual(Kept(state.Sent)))];
            Assert.True(_possible.Length > 0, $"{id} has {started.Length} activities, which are not those that were answered.");
        }

        public async Task<IEnumerable<(string Id, long Content)>> CheckAsync(ServerProcess server)
        {
            (int status, JsonElement item, _) = await server.SendAsync(HttpMethod.Get, PathOf(id));
            Assert.True(status is 200 or 404, $"{id}: {status} {item}");
            long found = status == 404 ? 0 : VersionedItem.VersionOf(id, item);
            Assert.True(_possible.Any(state => state.Version == found), $"{id} is of version {found}; with its activities it may be {string.Join(" or ", _possible)}.");
            _possible = [.. _possible.Where(state => state.Version == found)];
            return found == 0 ? [] : [(id, found)];
        }

        private static IEnumerable<long> Kept(int sent)
        {
            int kept = Math.Min(sent, MaxActivities);
            return Enumerable.Range(sent - kept, kept).Select(number => Start.AddSeconds(number).UtcTicks);
        }
    }
}

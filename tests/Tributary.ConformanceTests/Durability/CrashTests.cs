using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server at random moments of concurrent work, looks into what it left, starts the next one on it, and compares everything with what was answered.
/// What was under way may be either; it is told from what is found, and from then on it is fixed.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 22;
    private const int Seed = 20261122;
    private const int Tracks = 3;

    private static readonly string[] Steady = ["steady0", "steady1"];

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_everything_answered_is_there_and_searchable_and_nothing_is_half_there()
    {
        var steady = Steady.Select(id => new TrackedConnection(id, itemCount: 24)).ToList();
        var coming = Enumerable.Range(0, Tracks).Select(i => new TrackedConnection($"coming{i}", itemCount: 4)).ToList();
        var schema = new TrackedSchema(Steady[0]);
        await using (ServerProcess first = await StartAsync())
        {
            foreach (TrackedConnection connection in steady)
            {
                await first.CreateReadyConnectionAsync(connection.Id);
                connection.IsLive = true;
            }

            Assert.Equal(0, await first.StopAsync());
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            if (kill % 5 == 4)
            {
                await KillWhileStartingAsync();
            }

            await using ServerProcess server = await StartAsync();
            await schema.CheckAsync(server);
            foreach (TrackedConnection connection in steady.Concat(coming))
            {
                await connection.CheckAsync(server);
            }

            var load = new Load(server, acknowledgements: _random.Next(5, 250));
            List<Task> workers = [load.RunAsync(schema.ChangeAsync)];
            workers.AddRange(coming.Select(connection => load.RunAsync(connection.ComeAndGoAsync)));
            foreach (TrackedConnection connection in steady)
            {
                workers.AddRange(connection.SplitInto(3).Select(items =>
                {
                    var random = new Random(_random.Next());
                    return load.RunAsync(current => items[random.Next(items.Length)].ChangeAsync(current, random));
                }));
            }

            await load.WaitAsync();
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);
        }

        await using ServerProcess last = await StartAsync();
        await schema.CheckAsync(last);
        foreach (TrackedConnection connection in steady.Concat(coming))
        {
            await connection.CheckAsync(last);
        }

        Assert.True(schema.Accepted > 3, "The load hardly changed the schema.");
        Assert.Equal(0, await last.StopAsync());
        StoreCopy.ShouldBeSound(_data);
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(
        _data, "--Schemas:ProvisioningDelay=00:00:00.150", "--Indexing:CommitInterval=00:00:00.400", "--Connections:MaxPerTenant=100");

    /// <summary>A server dies in its recovery as well as in its work.</summary>
    private async Task KillWhileStartingAsync()
    {
        await using ServerProcess server = ServerProcess.Launch(ServerProcess.Command(["--data", _data.Path]));

        // The random moment is the point; there is nothing to wait for.
        await Task.Delay(_random.Next(100, 900));
        await server.KillAsync();
        StoreCopy.ShouldBeSound(_data);
    }

    /// <summary>One item and the versions it may have; 0 stands for none.</summary>
    private sealed class TrackedItem(string connection, string id)
    {
        private long _newest;

        public string Id { get; } = id;

        public string Path { get; } = $"/v1.0/external/connections/{connection}/items/{id}";

        public HashSet<long> Possible { get; private set; } = [0];

        public long Fixed => Assert.Single(Possible);

        public void Forget() => Possible = [0];

        public async Task ChangeAsync(Load load, Random random)
        {
            if (random.Next(4) == 0)
            {
                Possible.Add(0);
                (int status, _, _) = await load.WriteAsync(HttpMethod.Delete, Path, null, 204, 404);
                Assert.True(status == 404 == (Possible.Count == 1), $"Deleting {Id}, which may be {string.Join(", ", Possible)}, answered {status}.");
                Possible = [0];
            }
            else
            {
                await PutAsync(load);
            }
        }

        public async Task PutAsync(Load load)
        {
            long version = ++_newest;
            Possible.Add(version);
            await load.WriteAsync(HttpMethod.Put, Path, VersionedItem.Body(Id, version, contentLength: 50 + (int)(version % 7 * 3000)), 200);
            Possible = [version];
        }

        public async Task CheckAsync(ServerProcess server)
        {
            (int status, JsonElement item, _) = await server.SendAsync(HttpMethod.Get, Path);
            Assert.True(status is 200 or 404, $"{Path}: {status} {item}");
            long found = status == 404 ? 0 : VersionedItem.VersionOf(Id, item);
            Assert.True(Possible.Contains(found), $"{Path} is of version {found}; it may be {string.Join(", ", Possible)}.");
            Possible = [found];
        }
    }

    private sealed class TrackedConnection(string id, int itemCount)
    {
        private readonly TrackedItem[] _items = [.. Enumerable.Range(0, itemCount).Select(i => new TrackedItem(id, $"{id}item{i}"))];
        private bool _mayBeLive;
        private bool _mayBeGoing;
        private string? _operation;

        public string Id { get; } = id;

        public bool IsLive { get; set; }

        private string Path => $"/v1.0/external/connections/{Id}";

        /// <summary>The items in so many hands, each of which has its own, so that no item is written twice at a time.</summary>
        public IEnumerable<TrackedItem[]> SplitInto(int hands) => _items.Chunk(_items.Length / hands);

        /// <summary>Creates, fills and deletes the connection, over and over; the same id, and never the same content.</summary>
        public async Task ComeAndGoAsync(Load load)
        {
            if (!IsLive)
            {
                _mayBeLive = true;
                (int created, _, _) = await load.WriteAsync(HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{Id}}", "name": "Name of {{Id}}" }""", 201, 409);
                if (created == 409)
                {
                    // Its predecessor's deletion still runs.
                    return;
                }

                IsLive = true;
                _mayBeGoing = false;
                (_, _, Uri? operation) = await load.WriteAsync(HttpMethod.Patch, $"{Path}/schema", VersionedItem.Schema(0), 202);
                _operation = operation!.PathAndQuery;
                await load.WaitUntilCompletedAsync(_operation);
            }

            foreach (TrackedItem item in _items)
            {
                await item.PutAsync(load);
            }

            _mayBeGoing = true;
            await load.WriteAsync(HttpMethod.Delete, Path, null, 202);
            IsLive = false;
            _mayBeLive = false;
            Forget();
        }

        public async Task CheckAsync(ServerProcess server)
        {
            if (_mayBeGoing)
            {
                await FinishDeletionAsync(server);
                return;
            }

            (int status, JsonElement answer, _) = await server.SendAsync(HttpMethod.Get, Path);
            Assert.True(IsLive ? status == 200 : status == 404 || (_mayBeLive && status == 200), $"{Path}: {status} {answer}");
            if (status == 404)
            {
                return;
            }

            if (_operation is not null)
            {
                await server.WaitUntilCompletedAsync(_operation);
            }

            await Task.WhenAll(_items.Select(item => item.CheckAsync(server)));
            await CheckSearchAsync(server);
            if (_mayBeLive)
            {
                // Whether schema and items came with it differs; the next round begins anew.
                _mayBeGoing = true;
                await FinishDeletionAsync(server);
            }
        }

        private async Task CheckSearchAsync(ServerProcess server)
        {
            TrackedItem[] present = [.. _items.Where(item => item.Fixed != 0)];
            (int total, string[] ids) = await server.SearchAsync(Id, VersionedItem.CommonWord);
            Assert.Equal(present.Select(item => item.Id).Order(), ids.Order());
            Assert.Equal(present.Length, total);
            if (present.Length > 0)
            {
                // Each word is of one version of one item: the index has these versions and no older ones.
                (total, ids) = await server.SearchAsync(Id, string.Join(" OR ", present.Select(item => VersionedItem.Word(item.Id, item.Fixed))));
                Assert.Equal(present.Select(item => item.Id).Order(), ids.Order());
                Assert.Equal(present.Length, total);
            }
        }

        /// <summary>A deletion that was answered ends by itself; one that was not may have to be asked for again.</summary>
        private async Task FinishDeletionAsync(ServerProcess server)
        {
            bool wasAnswered = !IsLive;
            using var patience = new CancellationTokenSource(ServerProcess.Patience);
            while ((await server.SendAsync(HttpMethod.Get, Path)).Status != 404)
            {
                if (!wasAnswered || _mayBeLive)
                {
                    await server.SendAsync(HttpMethod.Delete, Path);
                }

                await Task.Delay(20, patience.Token);
            }

            IsLive = false;
            _mayBeLive = false;
            _mayBeGoing = false;
            Forget();
        }

        private void Forget()
        {
            _operation = null;
            foreach (TrackedItem item in _items)
            {
                item.Forget();
            }
        }
    }

    /// <summary>A schema that grows by a property at a time.</summary>
    private sealed class TrackedSchema(string connection)
    {
        private readonly string _path = $"/v1.0/external/connections/{connection}/schema";
        private string? _operation;
        private bool _mayBeOneMore;

        public int Accepted { get; private set; }

        public async Task ChangeAsync(Load load)
        {
            _mayBeOneMore = true;
            (_, _, Uri? operation) = await load.WriteAsync(HttpMethod.Patch, _path, VersionedItem.Schema(Accepted + 1), 202);
            Accepted++;
            _mayBeOneMore = false;
            _operation = operation!.PathAndQuery;
            await load.WaitUntilCompletedAsync(_operation);
        }

        public async Task CheckAsync(ServerProcess server)
        {
            if (_operation is not null)
            {
                await server.WaitUntilCompletedAsync(_operation);
            }

            JsonElement schema = await server.ExpectAsync(200, HttpMethod.Get, _path);
            int found = schema.GetProperty("properties").GetArrayLength() - 1;
            Assert.True(found == Accepted || (_mayBeOneMore && found == Accepted + 1), $"The schema has {found} more properties; {Accepted} were accepted.");
            if (found > Accepted)
            {
                // Its operation's id went down with the answer; a registration is taken again only when that operation is over.
                using var patience = new CancellationTokenSource(ServerProcess.Patience);
                while ((await server.SendAsync(HttpMethod.Patch, _path, VersionedItem.Schema(found + 1))) is var next)
                {
                    if (next.Status == 202)
                    {
                        await server.WaitUntilCompletedAsync(next.Location!.PathAndQuery);
                        found++;
                        break;
                    }

                    Assert.Equal(409, next.Status);
                    await Task.Delay(20, patience.Token);
                }
            }

            Accepted = found;
            _mayBeOneMore = false;
        }
    }
}

using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server while schemas that were accepted wait to be in force. An operation that was answered is there, ends, and is over exactly when its schema holds,
/// for new connections and for those that have one.
/// </summary>
public sealed class SchemaCrashTests : IDisposable
{
    private const int Kills = 6;
    private const int Seed = 20261126;

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_an_accepted_schema_comes_into_force_whole_and_with_its_operation()
    {
        DelayedSchema[] schemas = [.. Enumerable.Range(0, 4).Select(i => new DelayedSchema($"delayed{i}"))];
        int inForceAtOnce = 0;
        int inProgress = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await using ServerProcess server = await StartAsync();
            foreach (DelayedSchema schema in schemas)
            {
                switch (await schema.CheckAsync(server))
                {
                    case true:
                        inForceAtOnce++;
                        break;
                    case false:
                        inProgress++;
                        break;
                }
            }

            await Task.WhenAll(schemas.Select(schema => schema.EndAsync(server)));
            var load = new Load(server, acknowledgements: _random.Next(1, 60));
            Task[] workers = [.. schemas.Select(schema => load.RunAsync(schema.ChangeAsync))];
            await load.WaitAsync();
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);
        }

        await using ServerProcess last = await StartAsync();
        foreach (DelayedSchema schema in schemas)
        {
            await schema.CheckAsync(last);
            await schema.EndAsync(last);
            Assert.True(schema.Accepted > 0, $"{schema.Id} has no schema.");
        }

        StoreCopy.ShouldBeSound(_data);
        Assert.True(inForceAtOnce + inProgress > Kills, "The kills hardly met an operation.");
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(_data, "--Schemas:ProvisioningDelay=00:00:00.050..00:00:01.500");

    /// <summary>A connection whose schema grows by a property at a time, each of them in force some while after it was accepted.</summary>
    private sealed class DelayedSchema(string id)
    {
        private readonly string _path = $"/v1.0/external/connections/{id}";
        private bool _exists;
        private bool _mayExist;
        private bool _mayBeOneMore;
        private string? _operation;

        public string Id => id;

        /// <summary>Schemas that were accepted; the first has no extra property.</summary>
        public int Accepted { get; private set; }

        public async Task ChangeAsync(Load load)
        {
            if (!_exists)
            {
                _mayExist = true;
                await load.WriteAsync(HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""", 201);
                _exists = true;
            }

            _mayBeOneMore = true;
            (_, _, Uri? operation) = await load.WriteAsync(HttpMethod.Patch, $"{_path}/schema", VersionedItem.Schema(Accepted), 202);
            Accepted++;
            _mayBeOneMore = false;
            _operation = operation!.PathAndQuery;

            // Each answer brings the kill nearer, so that it comes at any moment of the wait.
            JsonElement answer;
            do
            {
                (_, answer, _) = await load.WriteAsync(HttpMethod.Get, _operation, null, 200);
            }
            while (answer.GetProperty("status").GetString() == "inprogress");
            Assert.Equal("completed", answer.GetProperty("status").GetString());
        }

        /// <summary>Compares what holds with what the operation says; whether it is over, or null when none was answered.</summary>
        public async Task<bool?> CheckAsync(ServerProcess server)
        {
            (int status, JsonElement connection, _) = await server.SendAsync(HttpMethod.Get, _path);
            Assert.True(_exists ? status == 200 : status == 404 || (_mayExist && status == 200), $"{_path}: {status} {connection}");
            _exists = status == 200;
            if (!_exists)
            {
                return null;
            }

            if (_operation is null || _mayBeOneMore)
            {
                // A schema whose answer went down with the server: it is there whole, or not at all.
                (int found, JsonElement schema, _) = await server.SendAsync(HttpMethod.Get, $"{_path}/schema");
                int accepted = found == 404 ? 0 : schema.GetProperty("properties").GetArrayLength();
                Assert.True(accepted == Accepted || (_mayBeOneMore && accepted == Accepted + 1), $"{id} has {accepted} properties; {Accepted} schemas were accepted.");
                _operation = accepted == Accepted ? _operation : await FindOperationAsync(server, accepted);
                Accepted = accepted;
                _mayBeOneMore = false;
                if (_operation is null)
                {
                    return null;
                }
            }

            string before = await StatusAsync(server);
            (int put, JsonElement answer, _) = await server.SendAsync(HttpMethod.Put, $"{_path}/items/item", ItemOfNewestSchema());
            string after = await StatusAsync(server);
            Assert.True(before != "completed" || put == 200, $"The schema of {id} is said to be in force: {put} {answer}");
            Assert.True(after != "inprogress" || put == 400, $"The schema of {id} is said not to be in force yet: {put} {answer}");
            return before == "completed";
        }

        /// <summary>Waits for the newest operation, and sees that its schema holds.</summary>
        public async Task EndAsync(ServerProcess server)
        {
            if (_operation is null)
            {
                return;
            }

            await server.WaitUntilCompletedAsync(_operation);
            Assert.Equal("ready", (await server.ExpectAsync(200, HttpMethod.Get, _path)).GetProperty("state").GetString());
            await server.ExpectAsync(200, HttpMethod.Put, $"{_path}/items/item", ItemOfNewestSchema());
        }

        /// <summary>An item that only the newest schema takes.</summary>
        private string ItemOfNewestSchema()
        {
            Dictionary<string, object> members = VersionedItem.Members("item", 1, 1, 1, contentLength: 10);
            var properties = new Dictionary<string, string> { ["title"] = "Anything" };
            if (Accepted > 1)
            {
                properties[$"extra{Accepted - 1}"] = "there";
            }

            members["properties"] = properties;
            return VersionedItem.Json(members);
        }

        private async Task<string> StatusAsync(ServerProcess server) =>
            (await server.ExpectAsync(200, HttpMethod.Get, _operation!)).GetProperty("status").GetString()!;

        /// <summary>The one whose id was never told: it is listed beside the others.</summary>
        private async Task<string> FindOperationAsync(ServerProcess server, int count)
        {
            JsonElement listed = await server.ExpectAsync(200, HttpMethod.Get, $"{_path}/operations");
            JsonElement[] operations = [.. listed.GetProperty("value").EnumerateArray()];
            Assert.Equal(count, operations.Length);
            JsonElement newest = operations.FirstOrDefault(operation => operation.GetProperty("status").GetString() != "completed", operations[0]);
            return $"{_path}/operations/{newest.GetProperty("id").GetString()}";
        }
    }
}

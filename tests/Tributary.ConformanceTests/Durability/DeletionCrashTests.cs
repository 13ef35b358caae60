using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server while it deletes a connection of some thousands of rows, and after it made one of the same id: the deletion goes on by itself, leaves no row,
/// and the next connection of that id has nothing of the last one's.
/// </summary>
public sealed class DeletionCrashTests : IDisposable
{
    private const int Rounds = 2;
    private const int Seed = 20261125;
    private const int ItemCount = 2000;
    private const int PartsPerBatch = 20;
    private const int Hands = 4;
    private const int ContentLength = 2000;

    /// <summary>Each item has an access list of its own and an activity.</summary>
    private const int AllRows = 3 * ItemCount;

    private const string Doomed = "doomed";
    private const string Neighbour = "neighbour";
    private const string DoomedPath = $"/v1.0/external/connections/{Doomed}";
    private const string NeighbourItem = $"/v1.0/external/connections/{Neighbour}/items/item0";

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_deletion_that_is_killed_goes_on_leaves_no_row_gives_its_room_back_and_its_id_begins_anew()
    {
        await using (ServerProcess first = await StartAsync())
        {
            await first.CreateReadyConnectionAsync(Neighbour);
            await first.ExpectAsync(200, HttpMethod.Put, NeighbourItem, VersionedItem.Body("item0", 1));
            await first.CreateReadyConnectionAsync(Doomed);
            await FillAsync(first, round: 0);
            Assert.Equal(0, await first.StopAsync());
        }

        long bytesBefore = new FileInfo(_data.Database).Length;
        int cutShort = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long key = StoreCopy.KeyOf(_data, Doomed);
            IReadOnlyDictionary<string, long> before = StoreCopy.RowsOf(_data, key);
            string[] filled = ["acl", "connection", "connection_schema", "external_group", "external_group_member", "item", "item_activity", "item_content", "operation"];
            Assert.Empty(filled.Except(before.Keys));

            await using (ServerProcess killed = await StartAsync())
            {
                await killed.ExpectAsync(202, HttpMethod.Delete, DoomedPath);
                await WaitUntilRowsLeftAsync(key, _random.Next(AllRows / 2, AllRows + 1));
                await killed.KillAsync();
            }

            StoreCopy.ShouldBeSound(_data);
            cutShort += StoreCopy.RowsOf(_data, key).Count > 0 ? 1 : 0;

            await using (ServerProcess resuming = await StartAsync())
            {
                await BecomeFreeAsync(resuming);
                Assert.Equal(1, VersionedItem.VersionOf("item0", await resuming.ExpectAsync(200, HttpMethod.Get, NeighbourItem)));
                await resuming.KillAsync();
            }

            StoreCopy.ShouldBeSound(_data);
            Assert.Empty(StoreCopy.RowsOf(_data, key));

            int items;
            await using (ServerProcess next = await StartAsync())
            {
                Assert.False(Directory.Exists(Path.Combine(_data.Index, key.ToString(CultureInfo.InvariantCulture))), "The index of the deleted connection is left.");
                items = await BeginAnewAsync(next, round + 1);
                await next.KillAsync();
            }

            StoreCopy.ShouldBeSound(_data);
            Assert.NotEqual(key, StoreCopy.KeyOf(_data, Doomed));
            await using ServerProcess again = await StartAsync();
            await ShouldHaveOnlyAsync(again, round + 1, items);
            await FillAsync(again, round + 1);
            await again.KillAsync();
        }

        Assert.True(cutShort > 0, "No deletion was cut short.");

        // At the moment at which the last row goes, what it all freed is still the file's.
        long last = StoreCopy.KeyOf(_data, Doomed);
        await using (ServerProcess killed = await StartAsync())
        {
            await killed.ExpectAsync(202, HttpMethod.Delete, DoomedPath);
            await WaitUntilAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM connection WHERE key = {last}"), 0);
            await killed.KillAsync();
        }

        Assert.Empty(StoreCopy.RowsOf(_data, last));
        await using ServerProcess reclaiming = await StartAsync();
        await WaitUntilAsync("PRAGMA freelist_count", 0);
        Assert.Equal(0, await reclaiming.StopAsync());
        StoreCopy.ShouldBeSound(_data);
        Assert.InRange(new FileInfo(_data.Database).Length, 1, bytesBefore / 5);
    }

    private static string PathOf(string id) => $"{DoomedPath}/items/{id}";

    private static string IdOf(int number) => $"item{number}";

    private static async Task BecomeFreeAsync(ServerProcess server)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while ((await server.SendAsync(HttpMethod.Get, DoomedPath)).Status != 404)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>All items with an activity each, and groups with members. What a connection of another round has is of another version.</summary>
    private static async Task FillAsync(ServerProcess server, int round)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, ItemCount).Chunk(PartsPerBatch),
            new ParallelOptions { MaxDegreeOfParallelism = Hands },
            async (numbers, _) =>
            {
                JsonElement answer = await server.ExpectAsync(200, HttpMethod.Post, "/v1.0/$batch", Batch(numbers, round));
                Assert.All(answer.GetProperty("responses").EnumerateArray(), response => Assert.Equal(200, response.GetProperty("status").GetInt32()));
            });
        for (int i = 0; i < 5; i++)
        {
            (int status, _, _) = await server.SendAsync(HttpMethod.Post, $"{DoomedPath}/groups", $$"""{ "id": "group{{i}}" }""");
            Assert.True(status is 201 or 409, $"group{i}: {status}");
            await server.ExpectAsync(
                201, HttpMethod.Post, $"{DoomedPath}/groups/group{i}/members", $$"""{ "id": "{{ServerProcess.ReaderId}}", "type": "user" }""");
        }
    }

    private static string Batch(IEnumerable<int> numbers, int round)
    {
        IEnumerable<string> parts = numbers.Select(i =>
        {
            long version = VersionOf(i, round);
            Dictionary<string, object> members = VersionedItem.Members(IdOf(i), version, version, version, ContentLength);
            members["activities"] = (object[])[VersionedItem.Viewed(DateTimeOffset.UnixEpoch)];
            return $$"""
                { "id": "{{i}}", "method": "PUT", "url": "/external/connections/{{Doomed}}/items/{{IdOf(i)}}",
                  "headers": { "Content-Type": "application/json" }, "body": {{VersionedItem.Json(members)}} }
                """;
        });
        return $$"""{ "requests": [ {{string.Join(",", parts)}} ] }""";
    }

    /// <summary>No version is of two items, as it is what their access lists differ in.</summary>
    private static long VersionOf(int number, int round) => 1 + (round * ItemCount) + number;

    private static async Task ShouldHaveOnlyAsync(ServerProcess server, int round, int items)
    {
        (int total, string[] ids) = await server.SearchAsync(Doomed, VersionedItem.CommonWord);
        Assert.Equal(Enumerable.Range(0, items).Select(IdOf).Order(), ids.Order());
        Assert.Equal(items, total);
        string old = string.Join(" OR ", Enumerable.Range(0, 20).Select(i => VersionedItem.Word(IdOf(i), VersionOf(i, round - 1))));
        Assert.Equal(0, (await server.SearchAsync(Doomed, old)).Total);
        for (int i = 0; i < items; i++)
        {
            Assert.Equal(VersionOf(i, round), VersionedItem.VersionOf(IdOf(i), await server.ExpectAsync(200, HttpMethod.Get, PathOf(IdOf(i)))));
        }

        await server.ExpectAsync(404, HttpMethod.Get, PathOf(IdOf(items)));
        Assert.Equal(
            ["group0"],
            (await server.ExpectAsync(200, HttpMethod.Get, $"{DoomedPath}/groups")).GetProperty("value").EnumerateArray().Select(group => group.GetProperty("id").GetString()));
        Assert.Equal(0, (await server.ExpectAsync(200, HttpMethod.Get, $"{DoomedPath}/groups/group0/members")).GetProperty("value").GetArrayLength());
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(_data, "--Indexing:CommitInterval=00:00:00.400");

    /// <summary>A connection of the same id with some of the same items and an empty group; how many items were answered.</summary>
    private async Task<int> BeginAnewAsync(ServerProcess server, int round)
    {
        await server.CreateReadyConnectionAsync(Doomed);
        JsonElement connection = await server.ExpectAsync(200, HttpMethod.Get, DoomedPath);
        Assert.Equal("ready", connection.GetProperty("state").GetString());
        await server.ExpectAsync(404, HttpMethod.Get, PathOf(IdOf(0)));
        await server.ExpectAsync(201, HttpMethod.Post, $"{DoomedPath}/groups", """{ "id": "group0" }""");
        int items = _random.Next(1, 12);
        for (int i = 0; i < items; i++)
        {
            await server.ExpectAsync(200, HttpMethod.Put, PathOf(IdOf(i)), VersionedItem.Body(IdOf(i), VersionOf(i, round), ContentLength));
        }

        return items;
    }

    private Task WaitUntilRowsLeftAsync(long key, int most) => WaitUntilAsync(
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT (SELECT count(*) FROM item_activity WHERE connection = {key}) + (SELECT count(*) FROM item WHERE connection = {key})
                 + (SELECT count(*) FROM acl WHERE connection = {key})
            """),
        most);

    /// <summary>Waits until what the running server's store answers is no more than this. It reads beside the server and writes nothing.</summary>
    private async Task WaitUntilAsync(string sql, long most)
    {
        await using var connection = new SqliteConnection($"Data Source={_data.Database};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants and numbers of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (Convert.ToInt64(await command.ExecuteScalarAsync(CancellationToken.None), CultureInfo.InvariantCulture) is var found && found > most)
        {
            Assert.False(patience.IsCancellationRequested, $"{sql} is still {found}, not {most} or less.");
            await Task.Yield();
        }
    }
}

using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>No room: at the configured maximum, which every machine can test, and on a file system that is really full, which takes the right to mount one.</summary>
public sealed class StorageFullTests : IDisposable
{
    private const string Items = "/v1.0/external/connections/contosohr/items/";

    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task At_the_maximum_puts_answer_507_reads_searches_and_deletions_go_on_and_freed_room_is_used_again()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_data, "--Storage:MaxBytes=4194304");
        await server.CreateReadyConnectionAsync("contosohr");
        int stored = await PutUntilFullAsync(server, contentLength: 100_000);
        Assert.InRange(stored, 10, 100);

        await ShouldServeAsync(server, stored);
        await ShouldRefuseNewConnectionsAndSchemasAsync(server);
        await server.ExpectAsync(204, HttpMethod.Delete, Items + "item0");
        await server.ExpectAsync(204, HttpMethod.Delete, Items + "item1");
        Assert.Equal(stored - 2, (await server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);

        await server.ExpectAsync(200, HttpMethod.Put, Items + "item0", VersionedItem.Body("item0", 2, contentLength: 100_000));
        Assert.Equal(["item0"], (await server.SearchAsync("contosohr", VersionedItem.Word("item0", 2))).Ids);
        Assert.Equal(0, await server.StopAsync());
        StoreCopy.ShouldBeSound(_data);
    }

    [Fact]
    public async Task On_a_full_disk_puts_answer_507_reads_and_searches_go_on_and_writes_too_once_there_is_room()
    {
        using IDisposable mounted = SmallDisk.Mount(_data.Path);
        await using (ServerProcess server = await ServerProcess.StartAsync(_data, "--Indexing:CommitInterval=00:00:00.300"))
        {
            await server.CreateReadyConnectionAsync("contosohr");
            for (int i = 0; i < 20; i++)
            {
                await PutAsync(server, i, contentLength: 20_000);
            }

            Assert.Equal(20, (await server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);

            // Not a byte is left, neither for the store nor for the index.
            string ballast = Path.Combine(_data.Path, "ballast");
            FillDisk(ballast);
            int stored = await PutUntilFullAsync(server, contentLength: 20_000, first: 20);
            FillDisk(ballast);

            await ShouldServeAsync(server, stored);
            Assert.Equal(200, await StatusAsync(server, "/health/live"));

            // The index tries to become durable meanwhile, and fails; searches go on all the same.
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(stored, (await server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);
                await Task.Delay(50);
            }

            File.Delete(ballast);
            await PutAsync(server, stored, contentLength: 20_000);
            Assert.Equal(stored + 1, (await server.SearchAsync("contosohr", VersionedItem.CommonWord)).Total);
            Assert.Equal(200, await StatusAsync(server, "/health/ready"));
            Assert.Equal(0, await server.StopAsync());
        }

        StoreCopy.ShouldBeSound(_data);
    }

    [Fact]
    public async Task A_server_that_is_killed_on_a_full_disk_starts_again_once_there_is_room_with_everything_answered()
    {
        using IDisposable mounted = SmallDisk.Mount(_data.Path);
        string ballast = Path.Combine(_data.Path, "ballast");
        int stored;
        await using (ServerProcess server = await ServerProcess.StartAsync(_data))
        {
            await server.CreateReadyConnectionAsync("contosohr");
            await PutAsync(server, 0, contentLength: 20_000);
            FillDisk(ballast);
            stored = await PutUntilFullAsync(server, contentLength: 20_000, first: 1);
            FillDisk(ballast);
            await server.KillAsync();
        }

        File.Delete(ballast);
        await using ServerProcess next = await ServerProcess.StartAsync(_data);
        await ShouldServeAsync(next, stored);
        await PutAsync(next, stored, contentLength: 20_000);
    }

    [Fact]
    public async Task A_quota_that_is_reached_answers_507_and_any_other_failure_of_the_disk_500_and_both_leave_nothing_behind()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_data);
        await server.CreateReadyConnectionAsync("contosohr");
        await PutAsync(server, 0, contentLength: 20_000);

        Assert.Equal((507, "quotaLimitReached"), await PutWithFailingLogAsync("EDQUOT"));
        Assert.Equal((507, "quotaLimitReached"), await PutWithFailingLogAsync("EFBIG"));
        Assert.Equal((500, "GeneralException"), await PutWithFailingLogAsync("EIO"));

        await ShouldServeAsync(server, stored: 1);
        await PutAsync(server, 1, contentLength: 20_000);
        await ShouldServeAsync(server, stored: 2);
        Assert.Equal(0, await server.StopAsync());
        StoreCopy.ShouldBeSound(_data);

        async Task<(int, string?)> PutWithFailingLogAsync(string error)
        {
            await using FailingWrites failing = await FailingWrites.StartAsync(server.Id, _data.Database + "-wal", error);
            (int status, JsonElement answer, _) = await server.SendAsync(
                HttpMethod.Put, Items + "item1", VersionedItem.Body("item1", 1, contentLength: 20_000));
            return (status, answer.GetProperty("error").GetProperty("code").GetString());
        }
    }

    private static async Task<int> StatusAsync(ServerProcess server, string path)
    {
        using HttpResponseMessage response = await server.Http.GetAsync(path);
        return (int)response.StatusCode;
    }

    private static Task<JsonElement> PutAsync(ServerProcess server, int i, int contentLength) =>
        server.ExpectAsync(200, HttpMethod.Put, $"{Items}item{i}", VersionedItem.Body($"item{i}", 1, contentLength));

    /// <summary>How many items there are when the first is refused, with exactly the documented error.</summary>
    private static async Task<int> PutUntilFullAsync(ServerProcess server, int contentLength, int first = 0)
    {
        for (int i = first; ; i++)
        {
            (int status, JsonElement answer, _) = await server.SendAsync(HttpMethod.Put, $"{Items}item{i}", VersionedItem.Body($"item{i}", 1, contentLength));
            if (status == 507)
            {
                Assert.Equal("quotaLimitReached", answer.GetProperty("error").GetProperty("code").GetString());
                return i;
            }

            Assert.True(status == 200, $"{status}: {answer}\n{server.Printed}");
            Assert.True(i < 5000, "It never gets full.");
        }
    }

    private static async Task ShouldServeAsync(ServerProcess server, int stored)
    {
        for (int i = 0; i < stored; i++)
        {
            Assert.Equal(1, VersionedItem.VersionOf($"item{i}", await server.ExpectAsync(200, HttpMethod.Get, $"{Items}item{i}")));
        }

        await server.ExpectAsync(404, HttpMethod.Get, $"{Items}item{stored}");
        (int total, string[] ids) = await server.SearchAsync("contosohr", VersionedItem.CommonWord);
        Assert.Equal(Enumerable.Range(0, stored).Select(i => $"item{i}").Order(), ids.Order());
        Assert.Equal(stored, total);
    }

    /// <summary>Until they meet the maximum themselves, some still find room in pages that are begun; none may fail in another way.</summary>
    private static async Task ShouldRefuseNewConnectionsAndSchemasAsync(ServerProcess server)
    {
        int refused = 0;
        for (int i = 0; refused == 0; i++)
        {
            string description = new('x', 3000);
            (int status, JsonElement answer, _) = await server.SendAsync(
                HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "another{{i}}", "name": "Another {{i}}", "description": "{{description}}" }""");
            Assert.True(status is 201 or 507, $"{status}: {answer}");
            refused += status == 507 ? 1 : 0;
        }
    }

    private static void FillDisk(string file)
    {
        using FileStream stream = new(file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int size in (int[])[1024 * 1024, 4096, 1])
        {
            byte[] bytes = new byte[size];
            try
            {
                while (true)
                {
                    stream.Write(bytes);
                }
            }
            catch (IOException)
            {
                // On with smaller pieces.
            }
        }
    }
}

using System.Diagnostics;

namespace Tributary.ConformanceTests.Durability;

/// <summary>The index is derived: whatever happens to its files, the server answers, and searches are right again.</summary>
public sealed class DamagedIndexTests : IDisposable
{
    private const int ItemCount = 60;
    private const string Items = "/v1.0/external/connections/contosohr/items/";

    private static readonly TimeSpan CommitInterval = TimeSpan.FromMilliseconds(100);

    private readonly DataFolder _data = new();

    public static TheoryData<string> Damages => ["deleted", "emptied", "halved", "zeroed", "scrambled", "flipped", "commit point deleted"];

    public void Dispose() => _data.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task An_index_that_was_damaged_while_the_server_was_stopped_is_right_again(string damage)
    {
        await using (ServerProcess first = await StartFilledAsync())
        {
            Assert.Equal(0, await first.StopAsync());
        }

        Damage(damage);
        await using ServerProcess next = await ServerProcess.StartAsync(_data);

        await ShouldFindEverythingAsync(next, ItemCount);
        await PutAsync(next, ItemCount);
        await ShouldFindEverythingAsync(next, ItemCount + 1);
        Assert.Equal(0, await next.StopAsync());
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task An_index_that_is_damaged_while_the_server_runs_is_right_again_and_the_server_answers_throughout(string damage)
    {
        await using ServerProcess server = await StartFilledAsync();

        Damage(damage);

        // Some searches may be told to come back; none fails, and all are right in the end.
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        int count = ItemCount;
        for (int round = 0; round < 5; round++)
        {
            await PutAsync(server, count++);
            Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, $"{Items}item0")).Status);
            while (true)
            {
                (int status, var answer, _) = await server.SendAsync(
                    HttpMethod.Post, "/v1.0/search/query", ServerProcess.SearchBody("contosohr", VersionedItem.CommonWord), asReader: true);
                Assert.True(status is 200 or 503, $"{status}: {answer}\n{server.Printed}");
                if (status == 200 && ServerProcess.ReadHits(answer).Total == count)
                {
                    break;
                }

                await Task.Delay(20, patience.Token);
            }
        }

        await ShouldFindEverythingAsync(server, count);
        Assert.Equal(0, await server.StopAsync());
        await using ServerProcess next = await ServerProcess.StartAsync(_data);
        await ShouldFindEverythingAsync(next, count);
    }

    private static async Task PutAsync(ServerProcess server, int i) =>
        await server.ExpectAsync(200, HttpMethod.Put, $"{Items}item{i}", VersionedItem.Body($"item{i}", 1));

    private static async Task ShouldFindEverythingAsync(ServerProcess server, int count)
    {
        (int total, string[] ids) = await server.SearchAsync("contosohr", VersionedItem.CommonWord);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"item{i}").Order(), ids.Order());
        Assert.Equal(count, total);
        for (int i = 0; i < count; i += 7)
        {
            Assert.Equal([$"item{i}"], (await server.SearchAsync("contosohr", VersionedItem.Word($"item{i}", 1))).Ids);
        }
    }

    private async Task<ServerProcess> StartFilledAsync()
    {
        ServerProcess server = await ServerProcess.StartAsync(_data, $"--Indexing:CommitInterval={CommitInterval}");
        await server.CreateReadyConnectionAsync("contosohr");
        for (int i = 0; i < ItemCount; i++)
        {
            await PutAsync(server, i);
        }

        await ShouldFindEverythingAsync(server, ItemCount);
        await ShouldSettleAsync();
        return server;
    }

    /// <summary>
    /// Until no file has come or gone for longer than a commit can be due: what is damaged between its writing and its commit looks as if it had been written so, and
    /// only the next opening tells.
    /// </summary>
    private async Task ShouldSettleAsync()
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        string[] last = [];
        var unchanged = Stopwatch.StartNew();
        while (unchanged.Elapsed < 3 * CommitInterval || !last.Any(file => file.Contains("segments_", StringComparison.Ordinal)))
        {
            await Task.Delay(20, patience.Token);
            string[] now = [.. Directory.EnumerateFiles(_data.Index, "*", SearchOption.AllDirectories).Order()];
            if (!now.SequenceEqual(last))
            {
                last = now;
                unchanged.Restart();
            }
        }
    }

    private void Damage(string damage)
    {
        if (damage == "deleted")
        {
            Directory.Delete(_data.Index, recursive: true);
            return;
        }

        foreach (string file in Directory.EnumerateFiles(_data.Index, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "write.lock")
            {
                continue;
            }

            bool isCommitPoint = Path.GetFileName(file).StartsWith("segments", StringComparison.Ordinal);
            if (damage == "commit point deleted")
            {
                if (isCommitPoint)
                {
                    File.Delete(file);
                }

                continue;
            }

            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[stream.Length];
            switch (damage)
            {
                case "emptied":
                    stream.SetLength(0);
                    break;
                case "halved":
                    stream.SetLength(stream.Length / 2);
                    break;
                case "zeroed":
                    stream.Write(bytes);
                    break;
                case "scrambled":
                    new Random(1).NextBytes(bytes);
                    stream.Write(bytes);
                    break;
                case "flipped" when !isCommitPoint:
                    // One byte in the middle, as a bad disk does: sizes, heads and feet stay right.
                    stream.Seek(bytes.Length / 2, SeekOrigin.Begin);
                    int value = stream.ReadByte();
                    stream.Seek(-1, SeekOrigin.Current);
                    stream.WriteByte((byte)(value ^ 0x55));
                    break;
            }
        }
    }
}

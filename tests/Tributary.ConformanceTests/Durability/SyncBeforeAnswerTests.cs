using System.Diagnostics;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Watches the server's system calls: a PUT is answered only after the write-ahead log was made durable, and a search, where that is wanted, after its line of the access log was.
/// </summary>
public sealed class SyncBeforeAnswerTests : IDisposable
{
    private const string WriteAheadLog = "tributary\\.db-wal";

    private readonly DataFolder _data = new();
    private readonly string _log = Path.GetTempFileName();

    public void Dispose()
    {
        _data.Dispose();
        File.Delete(_log);
    }

    [Fact]
    public async Task Between_the_arrival_of_a_PUT_and_its_200_the_log_is_synced_to_the_disk()
    {
        SystemCallLog calls = await TracePutsAsync();

        foreach (string put in Items.Select(PutOf))
        {
            Assert.True(calls.IsSyncedBeforeAnswer(put, WriteAheadLog), $"No sync of the log between the arrival of {put} and its answer:\n{calls.Around(put)}");
        }
    }

    [Fact]
    public async Task The_same_watch_finds_no_sync_when_durability_is_turned_down()
    {
        SystemCallLog calls = await TracePutsAsync("--Storage:Durable=false");

        foreach (string put in Items.Select(PutOf))
        {
            Assert.False(calls.IsSyncedBeforeAnswer(put, WriteAheadLog), $"The watch sees a sync where there is none:\n{calls.Around(put)}");
        }
    }

    [Fact]
    public async Task Between_a_search_and_its_200_its_line_of_the_access_log_is_synced_and_the_directory_when_the_file_is_new()
    {
        SystemCallLog calls = await TraceAsync(
            async server =>
            {
                await server.CreateReadyConnectionAsync("contosohr");
                foreach (string version in (string[])["v1.0", "beta"])
                {
                    await server.ExpectAsync(200, HttpMethod.Post, $"/{version}/search/query", ServerProcess.SearchBody("contosohr", "any"), asReader: true);
                }
            },
            "--Access:Log:Enabled=true",
            "--Access:Log:WaitUntilDurable=true");
        const string First = "POST /v1.0/search/query", Second = "POST /beta/search/query", File = @"access-log/access-\d+-\w+\.jsonl", Folder = "/access-log";

        Assert.True(calls.IsSyncedBeforeAnswer(First, File), calls.Around(First));
        Assert.True(calls.IsSyncedBeforeAnswer(First, Folder), calls.Around(First));
        Assert.True(calls.IsSyncedBeforeAnswer(Second, File), calls.Around(Second));
        Assert.False(calls.IsSyncedBeforeAnswer(Second, Folder), calls.Around(Second));
    }

    private static string[] Items => ["traced1", "traced2", "traced3", "traced4", "traced5"];

    private static string PutOf(string item) => $"PUT /v1.0/external/connections/contosohr/items/{item}";

    private Task<SystemCallLog> TracePutsAsync(params string[] options) => TraceAsync(
        async server =>
        {
            await server.CreateReadyConnectionAsync("contosohr");
            foreach (string item in Items)
            {
                await server.ExpectAsync(200, HttpMethod.Put, $"/v1.0/external/connections/contosohr/items/{item}", VersionedItem.Body(item, 1));
            }
        },
        options);

    private async Task<SystemCallLog> TraceAsync(Func<ServerProcess, Task> workAsync, params string[] options)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("strace watches Linux only.");
        }

        await using ServerProcess server = StartTraced(options);
        await server.WaitUntilListeningAsync();
        await workAsync(server);

        // The tracer ends, and its log is complete, when the server does.
        server.Signal(ServerProcess.Terminate, SystemCallLog.FirstProcess(_log));
        Assert.Equal(0, await server.WaitForExitAsync());
        return new SystemCallLog(await File.ReadAllLinesAsync(_log));
    }

    private ServerProcess StartTraced(string[] options)
    {
        try
        {
            return ServerProcess.Launch(ServerProcess.Command(
                ["--data", _data.Path, .. options],
                "strace", "-f", "-y", "-s", "100", "-o", _log, "-e", "trace=fsync,fdatasync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg"));
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Tools.AreMissing($"strace is needed to prove durability and cannot be started ({exception.Message}). Install it, such as with: apt-get install strace");
            throw new UnreachableException();
        }
    }
}

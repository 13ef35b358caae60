using System.Diagnostics;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Watches the server's system calls: a PUT is answered only after the write-ahead log was made durable.</summary>
public sealed class SyncBeforeAnswerTests : IDisposable
{
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

        foreach (string item in Items)
        {
            Assert.True(calls.IsSyncedBeforeAnswer(item), $"No sync of the log between the arrival of {item} and its answer:\n{calls.Around(item)}");
        }
    }

    [Fact]
    public async Task The_same_watch_finds_no_sync_when_durability_is_turned_down()
    {
        SystemCallLog calls = await TracePutsAsync("--Storage:Durable=false");

        foreach (string item in Items)
        {
            Assert.False(calls.IsSyncedBeforeAnswer(item), $"The watch sees a sync where there is none:\n{calls.Around(item)}");
        }
    }

    private static string[] Items => ["traced1", "traced2", "traced3", "traced4", "traced5"];

    private async Task<SystemCallLog> TracePutsAsync(params string[] options)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("strace watches Linux only.");
        }

        await using ServerProcess server = StartTraced(options);
        await server.WaitUntilListeningAsync();
        await server.CreateReadyConnectionAsync("contosohr");
        foreach (string item in Items)
        {
            await server.ExpectAsync(200, HttpMethod.Put, $"/v1.0/external/connections/contosohr/items/{item}", VersionedItem.Body(item, 1));
        }

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

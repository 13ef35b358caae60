using System.Diagnostics;
using System.Globalization;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Durability;

/// <summary>The command <c>tributary restore</c>, killed at one system call after the other and typed again.</summary>
public sealed class RestoreCrashTests : IDisposable
{
    private const string Items = "/v1.0/external/connections/contosohr/items/";

    private readonly DataFolder _data = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-restore-").FullName;

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The store that is there was killed, so that a part of it stands in its log; the backup is older and lacks an item.</summary>
    [Fact]
    public async Task Wherever_it_is_killed_the_store_of_before_or_the_restored_one_is_there_whole_and_it_can_be_typed_again()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("strace kills at system calls on Linux only.");
        }

        string backup = Path.Combine(_folder, "backup.tar.gz");
        string before = Path.Combine(_folder, "before");
        await using (ServerProcess server = await ServerProcess.StartAsync(_data))
        {
            await server.CreateReadyConnectionAsync("contosohr");
            await server.ExpectAsync(200, HttpMethod.Put, Items + "kept", VersionedItem.Body("kept", 1));
            (int exitCode, _, string error) = await ServerProcess.RunAsync("backup", backup, "--data", _data.Path);
            Assert.True(exitCode == 0, error);
            await server.ExpectAsync(200, HttpMethod.Put, Items + "later", VersionedItem.Body("later", 1));
            await server.KillAsync();
        }

        Directory.Move(_data.Path, before);
        var found = new HashSet<string>();
        foreach ((string call, int[] moments) in (IEnumerable<(string, int[])>)
        [
            ("pwrite64", [1, 2, 4, 8, 16]),
            ("rename", [1, 2, 3, 4, 5, 6]),
            ("unlink", [1, 2, 3, 5, 8]),
            ("rmdir", [1, 2, 3]),
        ])
        {
            int kills = 0;
            foreach (int moment in moments)
            {
                Reset(before);
                if (!await IsKilledAsync(call, moment, backup))
                {
                    break;
                }

                kills++;
                StoreCopy.ShouldBeSound(_data);
                string ids = string.Join(' ', StoreCopy.Read(_data, "SELECT id FROM item ORDER BY id"));
                Assert.True(ids is "kept" or "kept later", $"Killed at {call} number {moment} it leaves: {ids}");
                found.Add(ids);
                (int again, _, string complaint) = await ServerProcess.RunAsync("restore", backup, "--data", _data.Path, "--force");
                Assert.True(again == 0, $"After it was killed at {call} number {moment}: {complaint}");
                Assert.Equal(["kept"], StoreCopy.Read(_data, "SELECT id FROM item"));
                Assert.Empty(Directory.GetDirectories(_data.Path, "*.tmp"));
            }

            Assert.True(kills > 0, $"It makes no call {call}.");
        }

        // Both sides of the one call that matters.
        Assert.Equal(2, found.Count);
        await using ServerProcess restored = await ServerProcess.StartAsync(_data);
        await restored.ExpectAsync(200, HttpMethod.Get, Items + "kept");
        await restored.ExpectAsync(404, HttpMethod.Get, Items + "later");
        Assert.Equal(["kept"], (await restored.SearchAsync("contosohr", VersionedItem.CommonWord)).Ids);
    }

    private void Reset(string before)
    {
        if (Directory.Exists(_data.Path))
        {
            Directory.Delete(_data.Path, recursive: true);
        }

        Directory.CreateDirectory(_data.Path);
        foreach (string folder in Directory.GetDirectories(before, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(_data.Path, Path.GetRelativePath(before, folder)));
        }

        foreach (string file in Directory.GetFiles(before, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(_data.Path, Path.GetRelativePath(before, file)));
        }
    }

    /// <summary>False: it ended by itself before it came to that call.</summary>
    private async Task<bool> IsKilledAsync(string call, int moment, string backup)
    {
        string[] words =
        [
            "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:signal=KILL:when={moment}"),
            ServerProcess.Dotnet, ServerProcess.Dll, "restore", backup, "--data", _data.Path, "--force",
        ];
        try
        {
            (int exitCode, _, string error) = await ServerProcess.RunAsync(new ProcessStartInfo("strace", words) { RedirectStandardOutput = true, RedirectStandardError = true });
            Assert.True(exitCode is 0 or 137, $"{call} number {moment}: {exitCode} {error}");
            return exitCode != 0;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Tools.AreMissing($"strace is needed to kill at a system call and cannot be started ({exception.Message}). Install it, such as with: apt-get install strace");
            throw new UnreachableException();
        }
    }
}

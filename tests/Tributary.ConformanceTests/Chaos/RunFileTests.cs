using System.IO.Compression;
using System.Text;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>The file of a run of <c>Tributary.Chaos</c>.</summary>
public sealed class RunFileTests : IDisposable
{
    private static readonly RunEntry[] Entries =
    [
        new RunHeader("run --seed 1", 3, 10_000_000, World.People),
        new RunEvent(5, "kill node 1"),
        new Exchange
        {
            Begin = 6, End = 7, Node = 2, Caller = "app", Method = "PUT", Path = World.ItemsPath + "lane00x01", Body = """{"acl":[]}""", Status = 200, Answer = """{"id":"ä"}""", Tag = "final",
        },
        new Exchange { Begin = 8, End = 9, Caller = "app", Method = "DELETE", Path = World.ItemsPath + "lane00x01", Failure = Failure.Broken },
        new Exchange { Begin = 8, End = 9, Caller = "ada@chaos.test", Method = "POST", Path = World.SearchPath, Status = 503, RetryAfter = 2 },
        new Exchange { Begin = 8, End = 9, Caller = "app", Method = "GET", Path = World.ItemsPath + "lane00x01", Status = 502, Answer = "no\nJSON" },
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("tributary-run-file-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_recorded_is_read() => Assert.Equivalent(Entries, RunFile.Read(await RecordAsync()).ToArray(), strict: true);

    [Fact]
    public async Task A_file_that_was_cut_off_is_read_as_far_as_it_goes()
    {
        string path = await RecordAsync();
        byte[] whole = await File.ReadAllBytesAsync(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            RunEntry[] read = [.. RunFile.Read(path)];
            Assert.Equivalent(Entries[..read.Length], read, strict: true);
        }
    }

    [Fact]
    public async Task Another_file_is_refused()
    {
        string path = Path.Combine(_folder, "other.gz");
        await using (var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes("""{ "other": 1 }""" + "\n"));
        }

        Assert.Contains("line 1", Assert.Throws<InvalidDataException>(() => RunFile.Read(path).ToArray()).Message, StringComparison.Ordinal);
    }

    private async Task<string> RecordAsync()
    {
        string path = Path.Combine(_folder, "run.jsonl.gz");
        await using var recorder = new Recorder(path);
        foreach (RunEntry entry in Entries)
        {
            recorder.Add(entry);
        }

        return path;
    }
}

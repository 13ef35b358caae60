using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Threading.Channels;

namespace Tributary.Chaos.Recording;

/// <summary>
/// Appends what happens to a compressed file of JSON lines. A run that is cut off leaves a file that can be judged up to its last second.
/// </summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly Channel<RunEntry> _entries = Channel.CreateUnbounded<RunEntry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writing;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _count;

    public Recorder(string path)
    {
        Path = path;
        _writing = Task.Run(WriteAsync);
    }

    public string Path { get; }

    /// <summary>Microseconds since the run began.</summary>
    public long Now => (long)Stopwatch.GetElapsedTime(_start).TotalMicroseconds;

    public long Count => Interlocked.Read(ref _count);

    public void Add(RunEntry entry)
    {
        Interlocked.Increment(ref _count);
        _entries.Writer.TryWrite(entry);
    }

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        await using FileStream file = new(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        await using var zip = new GZipStream(file, CompressionLevel.Fastest);
        await using var json = new Utf8JsonWriter(zip);
        long flushed = Stopwatch.GetTimestamp();
        while (await _entries.Reader.WaitToReadAsync())
        {
            while (_entries.Reader.TryRead(out RunEntry? entry))
            {
                EntryJson.Write(json, entry);
                await json.FlushAsync();
                json.Reset();
                zip.WriteByte((byte)'\n');
            }

            if (Stopwatch.GetElapsedTime(flushed) > TimeSpan.FromSeconds(1))
            {
                await zip.FlushAsync();
                flushed = Stopwatch.GetTimestamp();
            }
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;

namespace Tributary.Access.Log;

/// <summary>Reads the log again while it goes on being written, line by line, the oldest first.</summary>
internal static class AccessLogReader
{
    /// <summary>Copies the wanted lines. What a crash has cut off at the end of a file is no line.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async Task CopyAsync(string directory, AccessLogFilter filter, Stream destination, CancellationToken cancellationToken)
    {
        IReadOnlyList<AccessLogFile> files = AccessLogFiles.List(directory);
        for (int i = 0; i < files.Count; i++)
        {
            if (filter.From is { } from && i + 1 < files.Count && files[i + 1].AllBeforeAreOlderThan <= from)
            {
                continue;
            }

            await CopyFileAsync(files[i].Path, filter, destination, cancellationToken);
        }
    }

    private static async Task CopyFileAsync(string path, AccessLogFilter filter, Stream destination, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            // Past its retention since it was listed.
            return;
        }

        PipeReader reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                byte[] line = buffer.Slice(0, buffer.GetPosition(1, end)).ToArray();
                buffer = buffer.Slice(line.Length);
                if (filter.Matches(line.AsMemory(0, line.Length - 1)))
                {
                    await destination.WriteAsync(line, cancellationToken);
                }
            }

            if (read.IsCompleted)
            {
                break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }
}

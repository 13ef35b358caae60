using System.IO.Compression;
using System.Text.Json;

namespace Tributary.Chaos.Recording;

/// <summary>Reads what <see cref="Recorder"/> wrote.</summary>
internal static class RunFile
{
    /// <summary>The entries in the order in which they were written, which is not quite that of their times.</summary>
    /// <exception cref="InvalidDataException">A line is none of a run's file.</exception>
    public static IEnumerable<RunEntry> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var lines = new StreamReader(zip);
        for (int number = 1; LineOrNull(lines) is { } line; number++)
        {
            RunEntry? entry = EntryOrNull(line, $"{path}, line {number}");
            if (entry is null && !IsAtEnd(lines))
            {
                throw new InvalidDataException($"{path}, line {number}, is no line of a run's file.");
            }

            if (entry is not null)
            {
                yield return entry;
            }
        }
    }

    private static RunEntry? EntryOrNull(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return EntryJson.Read(document.RootElement);
        }
        catch (JsonException)
        {
            // Cut off in the middle: what was written before still counts.
            return null;
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{place}, is no line of a run's file: {exception.Message}", exception);
        }
    }

    private static bool IsAtEnd(StreamReader lines) => LineOrNull(lines) is null;

    /// <summary>The file of a run that was cut off lacks the end of its last block.</summary>
    private static string? LineOrNull(StreamReader lines)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

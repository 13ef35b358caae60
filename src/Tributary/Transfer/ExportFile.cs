using System.IO.Compression;
using System.Text.Json;

namespace Tributary.Transfer;

/// <summary>An export as a file: its chunks, each a gzip member of its own, so that any gzip reads all of it and what is whole of a file that was cut off is known. Plain lines are read as well.</summary>
internal static class ExportFile
{
    /// <summary>Beside the file while it is not complete.</summary>
    public const string PartSuffix = ".part";

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    /// <summary>Opens a file for reading from its first chunk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="position">Tells how much of the file was read by now.</param>
    public static ChunkReader Open(string path, out Func<long> position)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024, FileOptions.SequentialScan | FileOptions.Asynchronous);
        position = () => file.Position;
        Span<byte> start = stackalloc byte[2];
        bool isGzip = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start.SequenceEqual(GzipMagic);
        file.Position = 0;
        return new ChunkReader(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, previous: null);
    }

    /// <summary>What the first record of an export says it is of.</summary>
    /// <exception cref="InvalidDataException">It says nothing of the kind.</exception>
    public static ExportHeader ReadHeader(Chunk first)
    {
        try
        {
            using JsonDocument? record = first.Records is [{ } line, ..] ? JsonDocument.Parse(line) : null;
            return record is { RootElement.ValueKind: JsonValueKind.Object } && record.RootElement.TryGetProperty("export", out JsonElement header)
                ? header.Deserialize(TransferJson.Default.ExportHeader)!
                : throw new InvalidDataException("The file is no export of a connection: its first record is not 'export'.");
        }
        catch (JsonException)
        {
            throw new InvalidDataException("The file is no export of a connection that this version reads: its first record cannot be read.");
        }
    }

    /// <summary>What the last record of a chunk says: that the export ends, or where it goes on.</summary>
    public static (ExportTrailer? End, ExportPoint? Next) ReadLast(Chunk chunk)
    {
        try
        {
            using JsonDocument? record = chunk.Records is [.., { } line] ? JsonDocument.Parse(line) : null;
            return record is not { RootElement.ValueKind: JsonValueKind.Object } ? default
                : record.RootElement.TryGetProperty("end", out JsonElement end) ? (end.Deserialize(TransferJson.Default.ExportTrailer), null)
                : record.RootElement.TryGetProperty("next", out JsonElement next) ? (null, next.Deserialize(TransferJson.Default.ExportPoint))
                : default;
        }
        catch (JsonException)
        {
            throw Chunk.Damaged(chunk.End.Chunk, "its last record cannot be read");
        }
    }

    /// <summary>How many items and groups there are in a chunk, later versions of the same one counted again.</summary>
    public static (int Items, int Groups) Count(Chunk chunk)
    {
        int items = 0, groups = 0;
        foreach (ReadOnlyMemory<byte> record in chunk.Records)
        {
            items += record.Span.StartsWith("{\"item\":"u8) ? 1 : 0;
            groups += record.Span.StartsWith("{\"group\":"u8) ? 1 : 0;
        }

        return (items, groups);
    }

    /// <summary>Reads a whole file and finds whether it is an export from its beginning to its end.</summary>
    /// <returns>What an import of it is begun with.</returns>
    /// <exception cref="InvalidDataException">It is damaged, cut off or none; the message says where.</exception>
    public static async Task<ImportRequest> VerifyAsync(string path, Action<long> progress, CancellationToken cancellationToken)
    {
        await using ChunkReader chunks = Open(path, out Func<long> position);
        ExportHeader? header = null;
        ExportTrailer? trailer = null;
        while (await chunks.ReadOrNullAsync(cancellationToken) is { } chunk)
        {
            if (trailer is not null)
            {
                throw new InvalidDataException($"Chunk {chunk.End.Chunk} follows the end of the export.");
            }

            header ??= ReadHeader(chunk);
            trailer = ReadLast(chunk).End;
            progress(position());
        }

        return header is null ? throw new InvalidDataException("The file is empty.")
            : trailer is null ? throw new EndOfStreamException($"The export is cut off after chunk {chunks.Last!.Chunk}.")
            : new ImportRequest(header, trailer, chunks.Last!.Sha256);
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Transfer;

/// <summary>
/// A piece of an export: lines of JSON, one record each, and a last line that tells the chunk's number, how many records it has, and the SHA-256 of everything up to here. As each
/// hash is taken over the one before it as well, that of the last chunk is the whole export's, and a chunk fits behind one other chunk only.
/// </summary>
internal sealed class Chunk
{
    /// <summary>A chunk ends with the record that takes it past this; what is in memory of an export, and what one transaction of an import writes.</summary>
    public const int TargetBytes = 512 * 1024;

    public const string MediaType = "application/x-ndjson";

    /// <summary>What the first chunk's hash is taken over in the place of one before it.</summary>
    public static readonly string NoHash = new('0', 2 * SHA256.HashSizeInBytes);

    private static ReadOnlySpan<byte> EndStart => "{\"chunk\":"u8;

    private Chunk(ReadOnlyMemory<byte> bytes, IReadOnlyList<ReadOnlyMemory<byte>> records, ChunkEnd end)
    {
        Bytes = bytes;
        Records = records;
        End = end;
    }

    /// <summary>All of it, the last line and its line break included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Without line breaks.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Records { get; }

    public ChunkEnd End { get; }

    /// <summary>Whether a line ends a chunk. No record begins so.</summary>
    public static bool IsEnd(ReadOnlySpan<byte> line) => line.StartsWith(EndStart);

    /// <summary>Takes a chunk apart, which must be the one behind <paramref name="previous"/>.</summary>
    /// <param name="bytes">Of the whole chunk and nothing else.</param>
    /// <param name="previous">The end of the chunk before it; null before the first.</param>
    /// <exception cref="InvalidDataException">It is not as it was written, or another one; the message says where and what.</exception>
    public static Chunk Parse(ReadOnlyMemory<byte> bytes, ChunkEnd? previous)
    {
        int number = (previous?.Chunk ?? -1) + 1;
        var records = new List<ReadOnlyMemory<byte>>();
        ReadOnlyMemory<byte> rest = bytes;
        while (true)
        {
            int length = rest.Span.IndexOf((byte)'\n');
            if (length < 0)
            {
                throw Damaged(number, "it has no end");
            }

            ReadOnlyMemory<byte> line = rest[..length];
            if (!IsEnd(line.Span))
            {
                records.Add(line);
                rest = rest[(length + 1)..];
                continue;
            }

            ChunkEnd end = ReadEnd(line.Span, number);
            if (length + 1 != rest.Length)
            {
                throw Damaged(number, "something follows its end");
            }

            if (end.Chunk != number)
            {
                throw new InvalidDataException($"Chunk {number} is missing: chunk {end.Chunk} stands in its place.");
            }

            if (end.Records != records.Count)
            {
                throw Damaged(number, $"it has {records.Count} records, and had {end.Records}");
            }

            if (end.Sha256 != Hash(previous?.Sha256, bytes.Span[..^rest.Length]))
            {
                throw Damaged(number, "its SHA-256 is another one, or it belongs to another file");
            }

            return new Chunk(bytes, records, end);
        }
    }

    /// <summary>The end that a chunk says it has; null when it says none. Nothing else of it is looked at.</summary>
    public static ChunkEnd? EndOrNull(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes.EndsWith("\n"u8) ? bytes[..^1] : bytes;
        line = line[(line.LastIndexOf((byte)'\n') + 1)..];
        try
        {
            return IsEnd(line) ? ReadEnd(line, 0) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public static InvalidDataException Damaged(int number, string what) => new($"Chunk {number} is damaged: {what}.");

    private static ChunkEnd ReadEnd(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, TransferJson.Default.ChunkEnd)!;
        }
        catch (JsonException)
        {
            throw Damaged(number, "its last line cannot be read");
        }
    }

    private static string Hash(string? previous, ReadOnlySpan<byte> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(previous ?? NoHash));
        hash.AppendData(lines);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes one chunk after the other.</summary>
    /// <param name="previous">The end of the chunk after which to go on; null to begin.</param>
    internal sealed class Writer(ChunkEnd? previous)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(TargetBytes + (64 * 1024));
        private int _records;

        /// <summary>The end of the last chunk that was ended.</summary>
        public ChunkEnd? Last { get; private set; } = previous;

        public int Length => _bytes.WrittenCount;

        /// <summary>Adds a record.</summary>
        /// <param name="write">Writes one JSON value without line breaks.</param>
        public void Add(Action<Utf8JsonWriter> write)
        {
            using (var writer = new Utf8JsonWriter(_bytes, GraphResult.WriterOptions))
            {
                write(writer);
            }

            _bytes.Write("\n"u8);
            _records++;
        }

        /// <summary>Ends the chunk and begins the next; its bytes are good until something is added to that.</summary>
        public ReadOnlyMemory<byte> End()
        {
            var end = new ChunkEnd((Last?.Chunk ?? -1) + 1, _records, Hash(Last?.Sha256, _bytes.WrittenSpan));
            _bytes.Write(JsonSerializer.SerializeToUtf8Bytes(end, TransferJson.Default.ChunkEnd));
            _bytes.Write("\n"u8);
            ReadOnlyMemory<byte> bytes = _bytes.WrittenMemory;
            _bytes.ResetWrittenCount();
            Last = end;
            _records = 0;
            return bytes;
        }
    }
}

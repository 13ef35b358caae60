using System.Buffers;
using System.IO.Pipelines;

namespace Tributary.Transfer;

/// <summary>Reads the chunks of an export one by one from a stream, each only if it is whole, undamaged and the one that comes next.</summary>
/// <param name="stream">Plain lines; is disposed of with this.</param>
/// <param name="previous">The end of the chunk before the first that comes; null for none.</param>
internal sealed class ChunkReader(Stream stream, ChunkEnd? previous) : IAsyncDisposable
{
    /// <summary>A chunk has half a mebibyte and one record, which no server takes of this size.</summary>
    private const int MaxBytes = 1024 * 1024 * 1024;

    private readonly PipeReader _lines = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    private readonly ArrayBufferWriter<byte> _bytes = new(Chunk.TargetBytes + (64 * 1024));

    /// <summary>The end of the last chunk that was read.</summary>
    public ChunkEnd? Last { get; private set; } = previous;

    /// <summary>The next chunk, good until the one after it is read; null when the stream ends behind the last one.</summary>
    /// <exception cref="InvalidDataException">It is damaged or cut off; the message says which.</exception>
    public async ValueTask<Chunk?> ReadOrNullAsync(CancellationToken cancellationToken)
    {
        _bytes.ResetWrittenCount();
        int next = (Last?.Chunk ?? -1) + 1;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await _lines.ReadAsync(cancellationToken);
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"Chunk {next} is damaged: {exception.Message}", exception);
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            bool isEnd = TakeLines(ref buffer);
            bool isCut = result.IsCompleted && !isEnd;
            bool isEmpty = buffer.IsEmpty;
            _lines.AdvanceTo(buffer.Start, buffer.End);
            if (isEnd)
            {
                var chunk = Chunk.Parse(_bytes.WrittenMemory, Last);
                Last = chunk.End;
                return chunk;
            }

            if (isCut)
            {
                return isEmpty && _bytes.WrittenCount == 0 ? null : throw new EndOfStreamException($"The export is cut off within chunk {next}.");
            }

            if (_bytes.WrittenCount + buffer.Length > MaxBytes)
            {
                throw Chunk.Damaged(next, "it has no end");
            }
        }
    }

    public ValueTask DisposeAsync() => _lines.CompleteAsync();

    /// <summary>Takes whole lines up to the end of a chunk; true when that is among them.</summary>
    private bool TakeLines(ref ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } at)
        {
            ReadOnlySequence<byte> line = buffer.Slice(0, buffer.GetPosition(1, at));
            int start = _bytes.WrittenCount;
            foreach (ReadOnlyMemory<byte> part in line)
            {
                _bytes.Write(part.Span);
            }

            buffer = buffer.Slice(line.End);
            if (Chunk.IsEnd(_bytes.WrittenSpan[start..]))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Buffers;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Items;

/// <summary>The writer and its buffer, kept per thread: reading is synchronous, so no two readers meet on one.</summary>
internal sealed class JsonScratch
{
    private const int MaxKeptCapacity = 1024 * 1024;

    [ThreadStatic]
    private static JsonScratch? t_kept;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    private JsonScratch()
    {
        // What is kept is answered as it is kept.
        Writer = new Utf8JsonWriter(_buffer, GraphResult.WriterOptions with { SkipValidation = true });
    }

    public Utf8JsonWriter Writer { get; }

    public static JsonScratch Rent()
    {
        JsonScratch scratch = t_kept ?? new JsonScratch();
        t_kept = null;
        return scratch;
    }

    public byte[] ToArray()
    {
        Writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>Not called when something was thrown: then this one is left to the collector.</summary>
    public void Return()
    {
        if (_buffer.Capacity <= MaxKeptCapacity)
        {
            Writer.Reset();
            _buffer.ResetWrittenCount();
            t_kept = this;
        }
    }
}

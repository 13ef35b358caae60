using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Storage;

namespace Tributary.Graph;

/// <summary>
/// A request's JSON body, read whole within a limit and parsed strictly: valid UTF-8, no member twice, at most 64 levels. Dispose it after use: the
/// document and the bytes are pooled, and a large one holds room in <see cref="InFlightBytes"/>.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>Generous for everything but items: connection and schema bodies with long descriptions and layouts.</summary>
    public const int DefaultMaxBytes = 4 * 1024 * 1024;

    /// <summary>Read before anything is known of a body that does not tell its length.</summary>
    private const int FirstBytes = 16 * 1024;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private byte[]? _pooled;
    private JsonDocument? _document;
    private IDisposable? _room;

    private RequestBody(byte[]? pooled, Memory<byte> bytes, GraphError? error)
    {
        _pooled = pooled;
        Bytes = bytes;
        Error = error;
    }

    /// <summary>Why there is no body to speak of; null when <see cref="Root"/> can be read.</summary>
    public GraphError? Error { get; private set; }

    /// <summary>The body after decompression, until this is disposed.</summary>
    public Memory<byte> Bytes { get; private set; }

    /// <summary>How many <see cref="Bytes"/> there are.</summary>
    public int Length => Bytes.Length;

    public JsonElement Root => _document!.RootElement;

    /// <param name="context">The request.</param>
    /// <param name="maxBytes">More are refused.</param>
    /// <param name="mediaType">A name of JSON that is taken beside <c>application/json</c>; null for none.</param>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, int maxBytes = DefaultMaxBytes, string? mediaType = null)
    {
        RequestBody body = await ReadBytesAsync(context, maxBytes, mediaType);
        body.Parse();
        return body;
    }

    /// <summary>Reads the body without parsing it: for who reads JSON without a document.</summary>
    public static async ValueTask<RequestBody> ReadBytesAsync(HttpContext context, int maxBytes, string? mediaType = null)
    {
        HttpRequest request = context.Request;
        if (!IsJson(request.ContentType, mediaType))
        {
            return Refused(GraphErrors.NotJsonContentType(request.ContentType));
        }

        // The decompression middleware takes the header away when it knows the encoding.
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Refused(GraphErrors.UnsupportedEncoding(encoding));
        }

        if (request.ContentLength > maxBytes)
        {
            return Refused(GraphErrors.TooLarge(maxBytes));
        }

        if (request.Body is MemoryStream memory && memory.TryGetBuffer(out ArraySegment<byte> bytes))
        {
            // A part of a batch: its body is in memory already and stays there until it has been answered.
            return bytes.Count > maxBytes ? Refused(GraphErrors.TooLarge(maxBytes)) : new RequestBody(null, bytes, null);
        }

        InFlightBytes? inFlight = context.RequestServices?.GetService<InFlightBytes>();
        IDisposable? room = null;
        try
        {
            // A length that is told is what the body has: the decompression takes the header away.
            if (inFlight is not null && request.ContentLength is { } told)
            {
                room = await inFlight.ReserveAsync(told, context.RequestAborted, OwnerOf(context));
            }

            RequestBody body = await ReadWholeAsync(context, maxBytes, room is null ? inFlight : null, taken => room = taken);
            (body._room, room) = (room, null);
            return body;
        }
        finally
        {
            room?.Dispose();
        }
    }

    /// <param name="context">The request.</param>
    /// <param name="maxBytes">More are refused.</param>
    /// <param name="inFlight">
    /// Where a body of unknown length, compressed or in chunks, takes room for all that it may become as soon as it is no longer small. All at once and
    /// while holding none: bodies that each hold a part would wait for each other.
    /// </param>
    /// <param name="took">Takes that room.</param>
    private static async ValueTask<RequestBody> ReadWholeAsync(HttpContext context, int maxBytes, InFlightBytes? inFlight, Action<IDisposable> took)
    {
        HttpRequest request = context.Request;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength + 1 ?? FirstBytes, (long)maxBytes + 1));
        int length = 0;
        LimitOptions limits = context.RequestServices?.GetService<IOptions<LimitOptions>>()?.Value ?? new LimitOptions();
        var pace = new LargeBodies.Pace(limits);
        bool isLarge = request.ContentLength > InFlightBytes.SmallBytes;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (inFlight is not null && length >= InFlightBytes.SmallBytes)
                    {
                        took(await inFlight.ReserveAsync(maxBytes, context.RequestAborted, OwnerOf(context)));
                        inFlight = null;
                        (pace, isLarge) = (new LargeBodies.Pace(limits), true);
                    }

                    byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, (long)maxBytes + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                // Without a token: Kestrel ends the reading itself when the client goes, and takes a cancelled one for one that still goes on.
                int read = await request.Body.ReadAsync(buffer.AsMemory(length), CancellationToken.None);
                if (read == 0)
                {
                    break;
                }

                length += read;
                if (length > maxBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return Refused(GraphErrors.TooLarge(maxBytes));
                }

                if (isLarge && pace.IsTooSlow(length))
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return Refused(GraphErrors.BadHttpRequest(StatusCodes.Status408RequestTimeout));
                }
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            // Only the request's body is read here; this is Kestrel's word for chunks that make no sense.
            ArrayPool<byte>.Shared.Return(buffer);
            return Refused(GraphErrors.BadHttpRequest(StatusCodes.Status400BadRequest));
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // Brotli reports broken data by the latter.
            ArrayPool<byte>.Shared.Return(buffer);
            return Refused(GraphErrors.UnreadableJson("The compressed body is broken."));
        }

        // A byte order mark is tolerated (protocol 6.3).
        int start = buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
        return new RequestBody(buffer, buffer.AsMemory(start, length - start), null);
    }

    private void Parse()
    {
        if (Error is not null)
        {
            return;
        }

        string reason;
        try
        {
            // The parser does not look into strings, and later would be too late: values that are kept as sent are copied without a look as well.
            if (Utf8.IsValid(Bytes.Span))
            {
                _document = JsonDocument.Parse(Bytes, Options);
                return;
            }

            reason = "The JSON is not valid: it is not UTF-8.";
        }
        catch (JsonException exception)
        {
            reason = ReasonOf(exception);
        }
        catch (InvalidOperationException)
        {
            // Looking for members that stand twice, the parser unescapes their names.
            reason = "The JSON is not valid: the name of a member has half of a surrogate pair, which is no Unicode text.";
        }

        Dispose();
        Error = GraphErrors.UnreadableJson(reason);
    }

    public void Dispose()
    {
        _document?.Dispose();
        _document = null;
        Bytes = default;
        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
            _pooled = null;
        }

        _room?.Dispose();
        _room = null;
    }

    /// <summary>Whose share of the room a body takes.</summary>
    private static string? OwnerOf(HttpContext context) =>
        context.Features.Get<Caller>() is { } caller ? $"{caller.TenantId} {caller.AppId} {caller.UserId}" : null;

    private static RequestBody Refused(GraphError error) => new(null, default, error);

    /// <summary>Whether a <c>Content-Type</c> is one that <see cref="ReadAsync"/> takes.</summary>
    public static bool IsJson(string? contentType, string? orMediaType)
    {
        if (contentType is null)
        {
            return false;
        }

        ReadOnlySpan<char> type = contentType.AsSpan();
        int parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || (orMediaType is not null && type.Equals(orMediaType, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Where the JSON breaks, without the exception's text, which may quote the body.</summary>
    public static string ReasonOf(JsonException exception) => exception.LineNumber is { } line
        ? $"The JSON is not valid at line {line + 1}, byte {exception.BytePositionInLine + 1}."
        : "The JSON is not valid: a member stands twice in one object, or the nesting is deeper than 64 levels.";
}

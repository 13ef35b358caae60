using System.Buffers;
using System.Text.Json;

namespace Tributary.Graph;

/// <summary>A successful answer with a JSON body, written without reflection straight to UTF-8.</summary>
internal sealed class GraphResult : IResult, IStatusCodeHttpResult
{
    private readonly int _status;
    private readonly Action<Utf8JsonWriter>? _write;
    private readonly ReadOnlyMemory<byte> _json;

    /// <param name="status">HTTP status.</param>
    /// <param name="write">Writes the body, one JSON value.</param>
    public GraphResult(int status, Action<Utf8JsonWriter> write)
    {
        _status = status;
        _write = write;
    }

    private GraphResult(ReadOnlyMemory<byte> json)
    {
        _status = StatusCodes.Status200OK;
        _json = json;
    }

    /// <summary>Text keeps its characters, as on the real service; the bodies are JSON, never embedded in HTML.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = PlainTextEncoder.Instance };

    public int? StatusCode => _status;

    /// <summary><c>Location</c>, absolute; null for none.</summary>
    public string? Location { get; init; }

    /// <summary>Where what was created by a PUT is; told only where the entity is left out, as 200 has no <c>Location</c>.</summary>
    private string? CreatedAt { get; init; }

    /// <summary>The body is the entity that was written, so <c>Prefer: return=…</c> decides whether it comes back.</summary>
    private bool IsWritten { get; init; }

    /// <summary>200 with JSON that has been written already.</summary>
    public static GraphResult Ok(ReadOnlyMemory<byte> json) => new(json);

    public static GraphResult Ok(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, write);

    public static GraphResult Created(Action<Utf8JsonWriter> write, string? location = null) => new(StatusCodes.Status201Created, write) { Location = location, IsWritten = true };

    /// <summary>200 with the entity after a write that did not create it.</summary>
    public static GraphResult Written(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, write) { IsWritten = true };

    /// <summary>200 with the entity after a PUT (external-connectors 6.2), whether it was there before or not.</summary>
    /// <param name="write">Writes the entity.</param>
    /// <param name="created">Its URL, when it was not.</param>
    public static GraphResult Put(Action<Utf8JsonWriter> write, string? created) => new(StatusCodes.Status200OK, write) { IsWritten = true, CreatedAt = created };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        if (IsWritten && Preferences.ApplyReturn(httpContext))
        {
            string? location = Location ?? CreatedAt;
            if (location is not null)
            {
                // OData 4.0, part 1, 8.3.4: the client could not tell the new entity's id otherwise.
                response.Headers["OData-EntityId"] = location;
            }

            await new EmptyResult(StatusCodes.Status204NoContent, location).ExecuteAsync(httpContext);
            return;
        }

        ReadOnlyMemory<byte> body = _write is null ? _json : Written();
        response.StatusCode = _status;
        response.ContentType = AcceptedFormat.Of(httpContext).ContentType;
        response.ContentLength = body.Length;
        response.Headers["OData-Version"] = "4.0";
        response.Headers.CacheControl = "no-cache";
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        LargeBodies.RequirePace(httpContext, body.Length);
        await response.Body.WriteAsync(body, httpContext.RequestAborted);

        ReadOnlyMemory<byte> Written()
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            {
                _write!(writer);
            }

            return buffer.WrittenMemory;
        }
    }
}

/// <summary>
/// An answer without a body: 202 or 204. No <c>Content-Type</c>; 202 says <c>Content-Length: 0</c>, as a published client fails on an empty body that has a
/// type.
/// </summary>
internal sealed class EmptyResult(int status, string? location = null) : IResult, IStatusCodeHttpResult
{
    public static readonly EmptyResult NoContent = new(StatusCodes.Status204NoContent);

    /// <summary>204 after a write whose entity is sent only to who asks for it.</summary>
    public static readonly EmptyResult Written = new(StatusCodes.Status204NoContent) { IsWritten = true };

    private bool IsWritten { get; init; }

    public int? StatusCode => status;

    public static EmptyResult Accepted(string? location = null) => new(StatusCodes.Status202Accepted, location);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-cache";
        if (IsWritten)
        {
            Preferences.ApplyMinimal(httpContext);
        }

        if (location is not null)
        {
            response.Headers.Location = location;
        }

        if (status != StatusCodes.Status204NoContent)
        {
            response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Tributary.Graph;

namespace Tributary.Directories.Scim;

/// <summary>An answer of SCIM: a body of its media type, or none. The one place that writes its headers.</summary>
internal sealed class ScimResult(int status, Action<Utf8JsonWriter>? write) : IResult, IStatusCodeHttpResult
{
    public const string MediaType = "application/scim+json";

    /// <summary>Under which the endpoints lie; what goes wrong there is told in SCIM's shape, wherever it is found.</summary>
    public const string Root = "/tributary/scim/v2";

    private const string Json = "application/json";

    public int? StatusCode => status;

    /// <summary><c>Location</c>, absolute; null for none.</summary>
    public string? Location { get; init; }

    /// <summary>Null for none.</summary>
    public string? ETag { get; init; }

    private ScimError? Error { get; init; }

    public static bool IsScim(HttpContext context) => context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);

    public static ScimResult Ok(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, write);

    public static ScimResult Of(ScimError error) => new(error.Status, writer => WriteError(writer, error)) { Error = error };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-cache";
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
        }

        if (Error is { RetryAfterSeconds: { } seconds })
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Error is { Allow: { } allow })
        {
            response.Headers.Allow = allow;
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"scim\"";
        }

        if (write is null)
        {
            return;
        }

        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            write(writer);
        }

        response.ContentType = TypeFor(httpContext.Request);
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    /// <summary>Clients that take plain JSON and nothing else are given the same bytes under that name.</summary>
    private static string TypeFor(HttpRequest request) =>
        request.Headers.Accept.Count > 0 && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted)
        && AcceptedFormat.QualityOf(accepted, MediaType) == 0 && AcceptedFormat.QualityOf(accepted, Json) > 0
            ? Json
            : MediaType;

    private static void WriteError(Utf8JsonWriter writer, ScimError error)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("schemas");
        writer.WriteStringValue(ScimSchemas.ErrorId);
        writer.WriteEndArray();

        // As text, says RFC 7644.
        writer.WriteString("status", error.Status.ToString(CultureInfo.InvariantCulture));
        if (error.ScimType is not null)
        {
            writer.WriteString("scimType", error.ScimType);
        }

        writer.WriteString("detail", error.Detail);
        writer.WriteEndObject();
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Search;

/// <summary>An error of the search service, whose body has a shape of its own (search 15.1). Made by <see cref="SearchErrors"/> only.</summary>
/// <param name="Status">HTTP status; repeated as <c>httpCode</c>.</param>
/// <param name="Code"><c>error.code</c>.</param>
/// <param name="Message"><c>error.message</c>.</param>
internal sealed record SearchError(int Status, string Code, string Message)
{
    /// <summary>The messages of the nested details, outermost first; empty for none.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>False for the generic 400 of shapes that the service cannot read: no details, no <c>httpCode</c> (E8).</summary>
    public bool HasHttpCode { get; init; } = true;

    /// <summary><c>Retry-After</c> in whole seconds, or null for no header.</summary>
    public int? RetryAfterSeconds { get; init; }
}

/// <summary>Answers a <see cref="SearchError"/>.</summary>
internal sealed class SearchErrorResult(SearchError error) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => error.Status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(512);
        RequestIds ids = RequestIds.Of(httpContext);
        DateTimeOffset now = httpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            Write(writer, ids, now);
        }

        HttpResponse response = httpContext.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-cache";
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }

    private void Write(Utf8JsonWriter writer, RequestIds ids, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteString("target", "");
        WriteDetails(writer, 0);
        if (error.HasHttpCode)
        {
            writer.WriteNumber("httpCode", error.Status);
        }

        // Not in captures; harmless for every known parser, and where clients of Graph look for the ids.
        writer.WriteStartObject("innerError");
        ids.Write(writer, now);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartObject("Instrumentation");
        writer.WriteString("TraceId", ids.RequestId);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteDetails(Utf8JsonWriter writer, int level)
    {
        if (level >= error.Details.Count)
        {
            return;
        }

        bool isInnermost = level == error.Details.Count - 1;
        writer.WriteStartArray("details");
        writer.WriteStartObject();
        writer.WriteString(
            "code",
            isInnermost ? "Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException" : "System.AggregateException");
        writer.WriteString("message", error.Details[level]);
        writer.WriteString("target", "");
        WriteDetails(writer, level + 1);
        writer.WriteNumber("httpCode", error.Status);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}

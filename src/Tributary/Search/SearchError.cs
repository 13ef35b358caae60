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
    /// <summary>What is told together; the rest is counted only, so that an answer does not grow with what is wrong.</summary>
    private const int MaxTold = 20;

    /// <summary>Empty for none.</summary>
    public IReadOnlyList<SearchErrorDetail> Details { get; init; } = [];

    /// <summary>False for the generic 400 of shapes that the service cannot read: no details, no <c>httpCode</c> (E8).</summary>
    public bool HasHttpCode { get; init; } = true;

    /// <summary><c>Retry-After</c> in whole seconds, or null for no header.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>
    /// All that is wrong with a call as one error (search 15.1): what is wrong with one of its requests stands in one <c>EntityRequest Invalid (…)</c>, joined with
    /// commas. A call with one error keeps it as it is; where something cannot be read, that is all there is to say.
    /// </summary>
    /// <param name="requests">What is wrong with each request.</param>
    public static SearchError? JoinOrNull(IEnumerable<IReadOnlyList<SearchError>> requests)
    {
        IReadOnlyList<SearchError>[] all = [.. requests];
        SearchError[] errors = [.. all.SelectMany(some => some)];
        if (errors.Length < 2 || errors.Any(error => !error.HasHttpCode))
        {
            return errors.FirstOrDefault(error => !error.HasHttpCode) ?? errors.FirstOrDefault();
        }

        var details = new List<SearchErrorDetail>();
        int told = 0;
        foreach (IReadOnlyList<SearchError> some in all)
        {
            SearchErrorDetail[] shown = [.. some.SelectMany(error => error.Details).Take(MaxTold - told)];
            told += shown.Length;
            SearchErrorDetail[] ofEntity = [.. shown.Where(detail => detail.IsEntityRequest).SelectMany(detail => detail.Inner)];
            if (ofEntity.Length > 0)
            {
                details.Add(SearchErrorDetail.EntityRequest(ofEntity));
            }

            details.AddRange(shown.Where(detail => !detail.IsEntityRequest));
        }

        if (errors.Length > told)
        {
            details.Add(new SearchErrorDetail(string.Create(CultureInfo.InvariantCulture, $"and {errors.Length - told} more")));
        }

        return new SearchError(400, "BadRequest", $"SearchRequest Invalid ({string.Join(", ", details.Select(detail => detail.Message))})") { Details = details };
    }
}

/// <summary>One of <c>details</c>: what was wrong, or an aggregate of several.</summary>
internal sealed record SearchErrorDetail(string Message)
{
    /// <summary>Empty for the innermost.</summary>
    public IReadOnlyList<SearchErrorDetail> Inner { get; init; } = [];

    /// <summary>The level that tells what is wrong with one request.</summary>
    public bool IsEntityRequest { get; private init; }

    public static SearchErrorDetail EntityRequest(params IReadOnlyList<SearchErrorDetail> inner) =>
        new($"EntityRequest Invalid ({string.Join(", ", inner.Select(detail => detail.Message))})") { Inner = inner, IsEntityRequest = true };
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
        WriteDetails(writer, error.Details);
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

    private void WriteDetails(Utf8JsonWriter writer, IReadOnlyList<SearchErrorDetail> details)
    {
        if (details.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("details");
        foreach (SearchErrorDetail detail in details)
        {
            writer.WriteStartObject();
            writer.WriteString(
                "code",
                detail.Inner.Count == 0 ? "Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException" : "System.AggregateException");
            writer.WriteString("message", detail.Message);
            writer.WriteString("target", "");
            WriteDetails(writer, detail.Inner);
            writer.WriteNumber("httpCode", error.Status);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

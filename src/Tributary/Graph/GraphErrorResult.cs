using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Scim;
using Tributary.Quirks;

namespace Tributary.Graph;

/// <summary>Answers a <see cref="GraphError"/> as protocol 9.1 shapes it. The one place that writes an error's body and headers.
/// Below SCIM's root it is told in SCIM's shape, on the paths of the development issuer in Entra's, so that whatever stands in front of the endpoints need not know whose path it is.</summary>
internal sealed class GraphErrorResult(GraphError error) : IResult
{
    public GraphError Error => error;

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    public static async Task WriteAsync(HttpContext context, GraphError error)
    {
        if (ScimResult.IsScim(context))
        {
            await ScimResult.Of(ScimErrors.Of(error)).ExecuteAsync(context);
            return;
        }

        if (IssuerPaths.Has(context))
        {
            await IssuerErrors.WriteAsync(context, error);
            return;
        }

        error = MalformedWithoutReason.Apply(context, error);
        HttpResponse response = context.Response;
        response.StatusCode = error.Status;
        SetHeaders(context, error);

        var body = new ArrayBufferWriter<byte>(512);
        DateTimeOffset now = (context.RequestServices?.GetService<TimeProvider>() ?? TimeProvider.System).GetUtcNow();
        WriteBody(body, error, RequestIds.Of(context), now);

        // Exactly this Content-Type, without a charset, is what error mapping of the SDKs was observed with.
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    /// <summary>The body alone, which a part of a <c>$batch</c> needs too.</summary>
    public static void WriteBody(IBufferWriter<byte> output, GraphError error, RequestIds ids, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(output, GraphResult.WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteStartObject("innerError");
        if (error.InnerCode is not null)
        {
            json.WriteString("code", error.InnerCode);
        }

        if (error.Source is not null)
        {
            json.WriteString("source", error.Source);
        }

        if (error.Reason is not null)
        {
            json.WriteString("message", error.Reason);
        }

        if (error.InnerStatus is not null)
        {
            json.WriteString("status", error.InnerStatus);
        }

        ids.Write(json, now);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void SetHeaders(HttpContext context, GraphError error)
    {
        IHeaderDictionary headers = context.Response.Headers;

        // What was seen with a 429.
        headers.CacheControl = error.Status == StatusCodes.Status429TooManyRequests ? "private" : "no-cache";
        if (error.RetryAfterSeconds is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Allow is { } allow)
        {
            headers.Allow = allow;
        }

        if (error.IsChallenge)
        {
            headers.WWWAuthenticate = TokenChallenge.HeaderFor(context, error.Claims);
        }
    }
}

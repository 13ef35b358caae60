using System.Globalization;
using System.Text.Json;

namespace Tributary.Graph;

/// <summary>The two ids that every answer carries, in its headers and in an error's body (protocol 5 and 9.1).</summary>
/// <param name="RequestId">A new GUID for each request.</param>
/// <param name="ClientRequestId">The client's own id, or <paramref name="RequestId"/> when it sent none that a header can carry back.</param>
internal sealed record RequestIds(string RequestId, string ClientRequestId)
{
    private const int LongestClientRequestId = 128;

    public static RequestIds For(HttpRequest request)
    {
        string requestId = Guid.NewGuid().ToString();
        string clientRequestId = request.Headers["client-request-id"].ToString();
        return new RequestIds(requestId, CanBeEchoed(clientRequestId) ? clientRequestId : requestId);
    }

    /// <summary>The ids of this request; made here when <see cref="RequestIdsMiddleware.UseRequestIds"/> has not run, as in a test of one handler.</summary>
    public static RequestIds Of(HttpContext context)
    {
        if (context.Features.Get<RequestIds>() is not { } ids)
        {
            ids = For(context.Request);
            context.Features.Set(ids);
        }

        return ids;
    }

    /// <summary>The members that end every <c>innerError</c>: when it happened, to the second and without a zone as the real service writes it, and the ids.</summary>
    public void Write(Utf8JsonWriter writer, DateTimeOffset now)
    {
        writer.WriteString("date", now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        writer.WriteString("request-id", RequestId);
        writer.WriteString("client-request-id", ClientRequestId);
    }

    /// <summary>A response header carries printable ASCII only; Kestrel throws on anything else, and a request may hold it.</summary>
    private static bool CanBeEchoed(string clientRequestId) =>
        clientRequestId.Length is > 0 and <= LongestClientRequestId && HeaderText.IsPrintableAscii(clientRequestId);
}

internal static class RequestIdsMiddleware
{
    /// <summary>Valid JSON, because clients parse it (protocol 5). Nothing about the machine is told.</summary>
    private const string Diagnostic =
        """{"ServerInfo":{"DataCenter":"Tributary","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"tributary"}}""";

    /// <summary>
    /// Goes first: everything after it may answer. The headers are set when the response starts, not now, because an exception handler clears
    /// what was set before it.
    /// </summary>
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) => app.Use(next => context =>
    {
        Begin(context);
        return next(context);
    });

    /// <summary>For an answer that is given without the pipeline.</summary>
    public static void Begin(HttpContext context)
    {
        context.Features.Set(RequestIds.For(context.Request));
        context.Response.OnStarting(SetHeaders, context);
    }

    private static Task SetHeaders(object state)
    {
        var context = (HttpContext)state;
        RequestIds ids = RequestIds.Of(context);
        IHeaderDictionary headers = context.Response.Headers;
        headers["request-id"] = ids.RequestId;
        headers["client-request-id"] = ids.ClientRequestId;
        headers["x-ms-ags-diagnostic"] = Diagnostic;
        headers.XContentTypeOptions = "nosniff";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-cache";
        }

        return Task.CompletedTask;
    }
}

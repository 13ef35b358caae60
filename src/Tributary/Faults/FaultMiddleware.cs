using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Faults;

/// <summary>Holds each request that reached an endpoint of Graph's, or the token endpoint, against the rules, and carries out the one that strikes.</summary>
internal sealed partial class FaultMiddleware(
    RequestDelegate next, FaultBook book, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<FaultMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        !book.IsEmpty && CallOrNull(context) is { } call && book.TakeOrNull(call) is { } hit ? CarryOutAsync(context, hit) : next(context);

    private static FaultCall? CallOrNull(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return null;
        }

        GraphVersion? version = endpoint.Metadata.GetMetadata<GraphVersionMetadata>()?.Version;
        FaultKind? kind = version is null ? endpoint.Metadata.GetMetadata<FaultTarget>()?.Kind : FaultKind.Request;
        if (kind is null)
        {
            return null;
        }

        Caller? caller = context.Features.Get<Caller>();
        return new FaultCall(
            kind.Value,
            context.Request.Method,
            context.Request.Path.Value ?? "",
            version,
            caller?.TenantId ?? context.Request.RouteValues["tenant"] as string,
            caller?.AppId,
            context.Request.RouteValues["connectionId"] as string,
            RequestIds.Of(context).RequestId,
            endpoint.RoutePattern);
    }

    private async Task CarryOutAsync(HttpContext context, FaultHit hit)
    {
        LogInjected(hit.RuleId, hit.RequestId);
        FaultRule rule = hit.Rule;
        bool needsWork = rule.When == FaultMoment.After || (rule.Answer is null && !rule.Abort);
        if (rule.When == FaultMoment.Before)
        {
            await DelayAsync(context, rule.Delay);
            if (needsWork && rule.TruncateAt is null)
            {
                await next(context);
                return;
            }
        }

        ReadOnlyMemory<byte> body = needsWork ? await RunHeldBackAsync(context) : default;
        if (rule.When == FaultMoment.After)
        {
            await DelayAsync(context, rule.Delay);
        }

        if (rule.Abort)
        {
            context.Abort();
            return;
        }

        if (rule.Answer is { } answer)
        {
            context.Response.Clear();
            body = Prepare(context, answer);
        }

        await SendAsync(context, body, rule.TruncateAt);
    }

    /// <summary>Follows the server's clock: while that stands, so does the answer. A server that stops does not wait.</summary>
    private async Task DelayAsync(HttpContext context, TimeSpan? delay)
    {
        if (delay is { } wait)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await Task.Delay(wait, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.RequestAborted.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Runs the endpoint; its status and headers stand on the response, its body is returned and nothing is sent.</summary>
    private async Task<ReadOnlyMemory<byte>> RunHeldBackAsync(HttpContext context)
    {
        IHttpResponseBodyFeature real = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        var substitute = new StreamResponseBodyFeature(held);
        context.Features.Set<IHttpResponseBodyFeature>(substitute);
        try
        {
            await next(context);
            await substitute.CompleteAsync();
        }
        finally
        {
            context.Features.Set(real);
        }

        return held.GetBuffer().AsMemory(0, (int)held.Length);
    }

    /// <summary>Sets status and headers; returns the body.</summary>
    private ReadOnlyMemory<byte> Prepare(HttpContext context, FaultAnswer answer)
    {
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-cache";
        ReadOnlyMemory<byte> body = default;
        if (answer.Body is { } raw)
        {
            response.ContentType = answer.IsJson ? "application/json" : "text/plain; charset=utf-8";
            body = raw;
        }
        else if (answer.Error is not null || answer.Status >= 400)
        {
            body = IssuerPaths.Has(context) ? PrepareIssuers(context, answer) : PrepareGraphs(context, answer);
        }

        if (HasBody(answer.Status))
        {
            response.ContentLength = body.Length;
        }

        foreach ((string name, string value) in answer.Headers)
        {
            // An empty one is left out, such as the Retry-After of a 429 that is on record without.
            response.Headers[name] = value.Length == 0 ? default : new StringValues(value);
        }

        return body;
    }

    private ReadOnlyMemory<byte> PrepareGraphs(HttpContext context, FaultAnswer answer)
    {
        GraphError error = GraphErrors.Injected(answer.Status, answer.Error?.Code, answer.Error?.Message);
        if (answer.Error?.Inner is { } inner)
        {
            error = error with { InnerCode = inner.Code, Reason = inner.Message };
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        GraphErrorResult.WriteBody(buffer, error, RequestIds.Of(context), time.GetUtcNow());
        HttpResponse response = context.Response;
        response.ContentType = "application/json";
        if (error.IsChallenge)
        {
            response.Headers.WWWAuthenticate = TokenChallenge.HeaderFor(context);
        }

        if (answer.Status == StatusCodes.Status405MethodNotAllowed)
        {
            response.Headers.Allow = AllowedBeside(context);
        }

        SetRetryAfter(response, error.RetryAfterSeconds);
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> PrepareIssuers(HttpContext context, FaultAnswer answer)
    {
        DevIssuerJson.SetHeaders(context.Response, answer.Status);

        // The minute was seen with Entra's 429.
        SetRetryAfter(context.Response, answer.Status switch { 429 => 60, 503 or 504 => 5, _ => null });
        return IssuerErrors.Body(context, EntraError.Injected(answer.Status, answer.Error?.Code, answer.Error?.Message));
    }

    private static void SetRetryAfter(HttpResponse response, int? seconds)
    {
        if (seconds is { } wait)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The verbs that the path has, but for the one that the rule says it does not.</summary>
    private static string AllowedBeside(HttpContext context)
    {
        string? pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        IEnumerable<string> methods = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText == pattern)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            .Where(method => method != context.Request.Method);
        return GraphMethods.AllowOf(string.Join(',', methods));
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, int? truncateAt)
    {
        HttpResponse response = context.Response;
        if (truncateAt is not { } limit)
        {
            // Kestrel takes not even nothing for a status that has no body.
            if (!body.IsEmpty)
            {
                await response.Body.WriteAsync(body, context.RequestAborted);
            }

            return;
        }

        if (!HasBody(response.StatusCode))
        {
            // No length may be declared; what is left of a cut answer is a cut connection.
            context.Abort();
            return;
        }

        int sent = Math.Min(limit, body.Length);
        response.ContentLength = Math.Max(body.Length, sent + 1);
        response.Headers.Connection = "close";

        // Not aborted: that could overtake the bytes. Kestrel sees that bytes are missing, says so in its log, and closes the connection behind them.
        await response.StartAsync(context.RequestAborted);
        await response.Body.WriteAsync(body[..sent], context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
    }

    public static bool HasBody(int status) => status is not (204 or 205 or 304);

    [LoggerMessage(4011, LogLevel.Information, "The fault {Fault} struck request {RequestId}.")]
    private partial void LogInjected(string fault, string requestId);
}

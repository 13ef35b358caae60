using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>What a part was answered with.</summary>
internal sealed record PartAnswer(int Status, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body);

/// <summary>
/// Runs the parts of one batch, each as a request of its own on the connection of the batch. What parts share of the batch's request is read here, before any
/// begins: the server's own features are not made to be read by several at once.
/// </summary>
internal sealed partial class PartRunner
{
    /// <summary>
    /// What a part has from its batch. The token counts for every part (protocol 11.2); the others say who asks, and how answers shall look unless the part says
    /// otherwise.
    /// </summary>
    private static readonly string[] Inherited =
    [
        HeaderNames.Accept, HeaderNames.AcceptLanguage, HeaderNames.UserAgent, "client-request-id", "SdkVersion", "x-ms-throttle-priority",
    ];

    /// <summary>
    /// What a part cannot say for itself: who asks (protocol 11.2), where the request came in, and how its bytes are carried, which they are as JSON in the batch.
    /// </summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Authorization, HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TransferEncoding, HeaderNames.AcceptEncoding, HeaderNames.Connection,
        HeaderNames.KeepAlive, HeaderNames.Upgrade, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.Expect, HeaderNames.Origin, HeaderNames.Cookie,
        HeaderNames.ProxyAuthorization, HeaderNames.ProxyConnection, "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix",
    };

    private readonly PartPipeline _pipeline;
    private readonly IHttpContextFactory _contexts;
    private readonly ILogger _logger;
    private readonly GraphVersion _version;
    private readonly Predicate<Uri> _isOwn;
    private readonly HeaderDictionary _headers = [];
    private readonly string _scheme;
    private readonly string _protocol;
    private readonly IHttpConnectionFeature _connection;
    private readonly ITlsConnectionFeature? _tls;
    private readonly IHttpRequestLifetimeFeature _lifetime;

    public PartRunner(HttpContext batch, GraphVersion version)
    {
        IServiceProvider services = batch.RequestServices;
        _pipeline = services.GetRequiredService<PartPipeline>();
        _contexts = services.GetRequiredService<IHttpContextFactory>();
        _logger = services.GetRequiredService<ILogger<PartRunner>>();
        _version = version;

        HttpRequest request = batch.Request;
        foreach (string name in Inherited.Append(HeaderNames.Authorization).Append(HeaderNames.Host))
        {
            if (request.Headers.TryGetValue(name, out var values))
            {
                _headers[name] = values;
            }
        }

        _scheme = request.Scheme;
        _protocol = request.Protocol;
        ConnectionInfo connection = batch.Connection;
        _connection = new HttpConnectionFeature
        {
            ConnectionId = connection.Id,
            LocalIpAddress = connection.LocalIpAddress,
            LocalPort = connection.LocalPort,
            RemoteIpAddress = connection.RemoteIpAddress,
            RemotePort = connection.RemotePort,
        };
        _tls = batch.Features.Get<ITlsConnectionFeature>();
        _lifetime = new Lifetime(batch);

        _isOwn = new OwnOrigins(request).Contains;
    }

    /// <summary>Never throws: what goes wrong is the part's answer.</summary>
    /// <param name="part">What was sent.</param>
    /// <param name="failed">The part on which this one depends and which has failed; null when this one may run.</param>
    public async Task<PartAnswer> RunAsync(BatchPart part, BatchPart? failed)
    {
        var response = new PartResponse();
        HttpContext context = CreateContext(part, response);
        try
        {
            GraphError? refusal = failed is not null ? GraphErrors.FailedDependency(failed.Id) : Prepare(context, part);
            if (refusal is null)
            {
                await _pipeline.InvokeAsync(context);
            }
            else
            {
                RequestIdsMiddleware.Begin(context);
                await GraphErrorResult.WriteAsync(context, refusal);
            }

            await response.CompleteAsync();
            PartAnswer answer = new(response.StatusCode, response.Headers, HasBody(part, response) ? response.Written : default);
            if (!BatchAnswer.CanCarry(answer))
            {
                throw new InvalidDataException("The part's answer broke off.");
            }

            return answer;
        }
#pragma warning disable CA1031 // A part that fails outside of what turns failures into errors must not take its batch with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, RequestIds.Of(context).RequestId);
            return await FaultAsync(part);
        }
        finally
        {
            await EndAsync(context, response);
        }
    }

    private HttpContext CreateContext(BatchPart part, PartResponse response)
    {
        var headers = new HeaderDictionary();
        foreach (var header in _headers)
        {
            headers.Append(header.Key, header.Value);
        }

        foreach ((string name, string value) in part.Headers)
        {
            if (!Ignored.Contains(name))
            {
                headers[name] = value;
            }
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = part.Method,
            Scheme = _scheme,
            Protocol = _protocol,
            RawTarget = part.Url,
            Headers = headers,
            Body = Stream.Null,
        });
        features.Set<IHttpResponseFeature>(response);
        features.Set(response.BodyFeature);
        features.Set(_connection);
        features.Set(_lifetime);
        if (_tls is not null)
        {
            features.Set(_tls);
        }

        features.Set(part);
        return _contexts.Create(features);
    }

    /// <summary>Gives the request its path and body; the refusal when it can have none.</summary>
    private GraphError? Prepare(HttpContext context, BatchPart part)
    {
        ArraySegment<byte> content = default;
        GraphError? refusal = PartUrl.TryResolve(part.Url, _version, _isOwn, out PathString path, out QueryString query);
        refusal ??= part.TryReadContent(out content);
        if (refusal is not null)
        {
            return refusal;
        }

        HttpRequest request = context.Request;
        request.Path = path;
        request.QueryString = query;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(part.Body.Count > 0));
        string encoding = request.Headers.ContentEncoding.ToString();
        if (part.Body.Count > 0 && encoding.Length > 0 && !BatchPart.IsJson(part.ContentType))
        {
            // The batch holds room for the bytes that it has, not for what would become of them.
            return GraphErrors.UnsupportedEncoding(encoding);
        }

        if (part.Body.Count > 0)
        {
            request.ContentType = part.ContentType;
            request.ContentLength = content.Count;
            request.Body = new MemoryStream(content.Array!, content.Offset, content.Count, writable: false, publiclyVisible: true);
            if (BatchPart.IsJson(part.ContentType))
            {
                // The value stands in the batch as it is.
                request.Headers.ContentEncoding = default;
            }
        }

        return null;
    }

    private async Task<PartAnswer> FaultAsync(BatchPart part)
    {
        var response = new PartResponse();
        HttpContext context = CreateContext(part, response);
        RequestIdsMiddleware.Begin(context);
        await GraphErrorResult.WriteAsync(context, GraphErrors.GeneralException());
        await response.CompleteAsync();
        await EndAsync(context, response);
        return new PartAnswer(response.StatusCode, response.Headers, response.Written);
    }

    private async Task EndAsync(HttpContext context, PartResponse response)
    {
        try
        {
            await response.RunCompletedAsync();
        }
#pragma warning disable CA1031 // The answer stands; as with a server, what fails after it is only logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, RequestIds.Of(context).RequestId);
        }

        _contexts.Dispose(context);
    }

    /// <summary>Asked of the part, as the pipeline makes a GET of HEAD.</summary>
    private static bool HasBody(BatchPart part, PartResponse response) =>
        !HttpMethods.IsHead(part.Method) && response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);

    [LoggerMessage(3010, LogLevel.Error, "A part of a batch, request {RequestId}, failed.")]
    private partial void LogFault(Exception exception, string requestId);

    /// <summary>The client goes away for all parts at once.</summary>
    private sealed class Lifetime(HttpContext batch) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = batch.RequestAborted;

        public void Abort() => batch.Abort();
    }

    private sealed class BodyDetection(bool canHaveBody) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => canHaveBody;
    }
}

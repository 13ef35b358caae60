using System.Globalization;

namespace Tributary.Graph;

/// <summary>
/// The catalogue of wire errors: every status, code and text once. Codes and messages are those observed on the real service (external-connectors 2.4 and
/// 12.1, protocol 9 and 17) where one is known; the precise reason always goes to <c>innerError.message</c>.
/// </summary>
internal static partial class GraphErrors
{
    private const string Malformed = "The request is malformed or incorrect.";

    /// <summary>Enough for every honest mistake; past it an answer would grow with a hostile body.</summary>
    private const int MaxProblemsTold = 50;

    // ---- 400 -------------------------------------------------------------------------------------------------------------------------------

    /// <summary>A body or id that breaks the connector service's rules or its declared shape; every problem is named.</summary>
    public static GraphError Invalid(IReadOnlyList<Problem> problems)
    {
        Problem decisive = problems.FirstOrDefault(problem => problem.Kind == ProblemKind.Shape) ?? problems[0];
        string reason = string.Join(" ", problems.Take(MaxProblemsTold).Select(problem => $"{problem.Path}: {problem.Message}"));
        if (problems.Count > MaxProblemsTold)
        {
            reason += string.Create(CultureInfo.InvariantCulture, $" And {problems.Count - MaxProblemsTold} more.");
        }

        return decisive.Kind == ProblemKind.Shape
            ? new GraphError(400, "BadRequest", decisive.Message) { InnerCode = decisive.Code, Reason = reason }
            : new GraphError(400, "InvalidRequest", Malformed) { InnerCode = decisive.Code, Reason = reason };
    }

    public static GraphError Invalid(string path, string innerCode, string reason) =>
        Invalid([new Problem(ProblemKind.Rule, path, innerCode, reason)]);

    /// <summary>A body that is no JSON (protocol 6.3, observed text).</summary>
    public static GraphError UnreadableJson(string reason) =>
        new(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
        {
            Reason = reason,
        };

    /// <summary>A write without a JSON <c>Content-Type</c> (protocol 6.3, observed text).</summary>
    public static GraphError NotJsonContentType(string? contentType) =>
        new(400, "BadRequest", "Entity only allows writes with a JSON Content-Type header.")
        {
            Reason = string.IsNullOrEmpty(contentType) ? "The request has no Content-Type." : $"The Content-Type is '{contentType}'.",
        };

    public static readonly GraphError InvalidVersion = new(400, "BadRequest", "Invalid version.")
    {
        Reason = "The path must begin with /v1.0 or /beta.",
    };

    public static GraphError UnknownSegment(string segment) =>
        new(400, "BadRequest", $"Resource not found for the segment '{segment}'.");

    /// <summary>An option with <c>$</c> that OData does not have (protocol 19 item 4).</summary>
    public static GraphError UnknownQueryOption(string option) =>
        new(400, "BadRequest", $"The query parameter '{option}' is not supported.");

    /// <summary>A batch of which nothing can be executed (protocol 11.4, observed text).</summary>
    public static GraphError InvalidBatch(string reason) => new(400, "BadRequest", "Invalid batch payload format.") { Reason = reason };

    /// <summary>Protocol 11.4, observed text.</summary>
    public static GraphError BatchIdNotUnique(string id) => new(400, "BadRequest", $"Request Id {id} has to be unique in a batch.")
    {
        Reason = "Ids are compared ignoring case.",
    };

    /// <summary>Protocol 11.4, observed text.</summary>
    public static GraphError BatchTooLong(int limit) =>
        new(400, "BadRequest", "Number of requests inside batch exceeds the limit.")
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"A batch holds at most {limit} requests."),
        };

    /// <summary>Protocol 11.4; only the beginning of the message was observed.</summary>
    public static GraphError InvalidBatchDependency(string id, string reason) =>
        new(400, "BadRequest", $"Invalid dependency for request Id {id}.") { Reason = reason };

    /// <summary>A part of a batch whose <c>body</c> cannot be what its <c>Content-Type</c> says.</summary>
    public static GraphError InvalidBatchBody(string reason) =>
        new(400, "BadRequest", "The body of the request inside the batch cannot be read.") { Reason = reason };

    public static readonly GraphError NestedBatch = new(400, "BadRequest", "A batch cannot be nested in another batch.");

    /// <summary>A query option that cannot be read or obeyed; <paramref name="message"/> says why, the reason names the option.</summary>
    public static GraphError InvalidQueryOption(string option, string message) =>
        new(400, "BadRequest", message) { InnerCode = "invalidQueryOption", Reason = $"{option}: {message}" };

    /// <summary>A <c>$filter</c> that OData can read and this path does not answer (protocol 7, observed text).</summary>
    public static GraphError UnsupportedFilter(string reason) =>
        new(400, "BadRequest", "This query is not supported.") { InnerCode = "invalidQueryOption", Reason = $"$filter: {reason}" };

    /// <summary>An order that this path does not have (protocol 7, observed text).</summary>
    public static GraphError UnsupportedOrder(string reason) =>
        new(400, "Request_UnsupportedQuery", "Sorting not supported for current query.") { InnerCode = "invalidQueryOption", Reason = $"$orderby: {reason}" };

    /// <summary>Documented for relationships that cannot be expanded.</summary>
    public static GraphError ExpandNotSupported(string relationship) =>
        new(400, "ExpandNotSupported", $"Expand is not allowed for property '{relationship}' according to the entity schema.") { InnerCode = "invalidQueryOption" };

    /// <summary>Protocol 19 item 10.</summary>
    public static readonly GraphError InvalidSkipToken = new(400, "BadRequest", "The skip token is invalid or expired.")
    {
        InnerCode = "invalidQueryOption",
        Reason = "$skiptoken: It is taken from @odata.nextLink as it stands, with the same $filter and $orderby, within 24 hours.",
    };

    /// <summary>What the directory says of a body or id that it cannot take (https://learn.microsoft.com/graph/errors).</summary>
    public static GraphError InvalidDirectoryRequest(string message) => new(400, "Request_BadRequest", message);

    /// <summary>An object id that is no GUID (observed text, quoted by many who sent <c>undefined</c>).</summary>
    public static GraphError InvalidObjectId(string id) => InvalidDirectoryRequest($"Invalid object identifier '{id}'.");

    /// <summary><c>/me</c> with the token of an application (observed text).</summary>
    public static readonly GraphError MeNeedsUser = new(400, "BadRequest", "/me request is only valid with delegated authentication flow.");

    // ---- 401, 403 --------------------------------------------------------------------------------------------------------------------------

    /// <summary>Protocol 9.3; <paramref name="message"/> is one of the observed texts.</summary>
    public static GraphError InvalidToken(string message) =>
        new(401, "InvalidAuthenticationToken", message) { IsChallenge = true };

    /// <summary>The token is valid but lacks the permission (protocol 9.4; 19 item 3: 403, never the older 401).</summary>
    public static GraphError InsufficientPrivileges(string reason) =>
        new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.") { Reason = reason };

    /// <summary>O12: what the service said of a missing permission before it had the 403.</summary>
    public static readonly GraphError UnknownUnauthorized = new(401, "UnknownError", "") { IsChallenge = true };

    /// <summary>O14: the bare refusal of another application's connection.</summary>
    public static readonly GraphError AccessDenied = new(403, "AccessDenied", "Access denied");

    /// <summary>The connection's or the tenant's item quota is used up; existing items can still be updated and deleted.</summary>
    /// <param name="owner">Whose quota: <c>connection</c> or <c>tenant</c>.</param>
    /// <param name="limit">How many items that is.</param>
    public static GraphError QuotaExceeded(string owner, long limit) =>
        new(403, "Forbidden", "The item quota is exceeded.")
        {
            InnerCode = "QuotaExceeded",
            Reason = string.Create(CultureInfo.InvariantCulture, $"The {owner} holds {limit} items, which is the limit. Delete items to add others."),
        };

    // ---- 404, 405 --------------------------------------------------------------------------------------------------------------------------

    /// <summary>O1, O2: an entity that is not there, or that this caller may not know of. <paramref name="source"/> is its type's name.</summary>
    public static GraphError NotFound(string source) =>
        new(404, "ItemNotFound", "The requested resource does not exist.")
        {
            InnerCode = "ResourceNotFound",
            Source = source,
            Reason = $"'{source}' was not found.",
        };

    /// <summary>An object of the directory that is not there (protocol 9.5, observed text).</summary>
    public static GraphError DirectoryObjectNotFound(string id) =>
        new(404, "Request_ResourceNotFound", $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    /// <summary>O15, O16: a verb that generated clients offer but the service does not have; observed with an empty message.</summary>
    public static GraphError UnsupportedVerb(string reason) => new(404, "UnknownError", "") { Reason = reason };

    public static GraphError MethodNotAllowed(string allow) =>
        new(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.") { Allow = allow };

    /// <summary>A POST that says it is something else, and not what it may be.</summary>
    public static readonly GraphError UnknownTunnelledMethod =
        new(400, "BadRequest", "The header X-HTTP-Method must be PATCH, PUT or DELETE.");

    /// <summary>An <c>Accept</c> or <c>$format</c> that leaves out what the path can answer.</summary>
    public static GraphError NotAcceptable(string reason) =>
        new(406, "notAcceptable", "The requested format is not available.") { InnerCode = "invalidAcceptType", Reason = reason };

    // ---- 409 -------------------------------------------------------------------------------------------------------------------------------

    /// <summary>O3 to O5: a name or id that is taken, an id whose deletion still runs, a schema registration that is still busy.</summary>
    public static GraphError NameAlreadyExists(string reason) =>
        new(409, "NameAlreadyExists", "The specified resource name already exists.") { Reason = reason };

    /// <summary>U9: the connection is being deleted.</summary>
    public static GraphError OperationInProgress(string reason) =>
        new(409, "OperationInProgress", "An operation on this resource is already in progress.") { Reason = reason };

    // ---- 413, 414, 415, 424, 429, 431, 5xx ------------------------------------------------------------------------------------------------

    public static GraphError TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", "The request entity is too large.")
        {
            InnerCode = "maxFileSizeExceeded",
            Reason = string.Create(CultureInfo.InvariantCulture, $"The request body is over the limit of {limit} bytes."),
        };

    public static GraphError UrlTooLong(int limit) =>
        new(414, "RequestUriTooLong", "The request URI is too long.")
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"Path and query are over the limit of {limit} bytes."),
        };

    public static GraphError HeadersTooLarge(int limit) =>
        new(431, "RequestHeaderFieldsTooLarge", "The request headers are too large.")
        {
            Reason = string.Create(CultureInfo.InvariantCulture, $"The headers together are over the limit of {limit} bytes."),
        };

    /// <summary>What Kestrel refuses by itself while a body is read: too large, too slow, or no HTTP.</summary>
    public static GraphError BadHttpRequest(int status) => status switch
    {
        413 => new GraphError(413, "RequestEntityTooLarge", "The request entity is too large.") { InnerCode = "maxFileSizeExceeded" },
        408 => new GraphError(408, "RequestTimeout", "The request body did not arrive in time."),
        _ => new GraphError(status, "BadRequest", "The request is not valid HTTP."),
    };

    /// <summary>Inside a batch only (protocol 9.2 and 19 item 6).</summary>
    public static GraphError FailedDependency(string id) =>
        new(424, "FailedDependency", "The request was not executed because a request on which it depends has failed.")
        {
            Reason = $"The request with id '{id}' has failed.",
        };

    public static GraphError UnsupportedEncoding(string encoding) =>
        new(415, "UnsupportedMediaType", "The content encoding is not supported.")
        {
            Reason = $"The Content-Encoding '{encoding}' is not one of gzip, deflate, br.",
        };

    /// <summary>A limit is reached (protocol 10). The sample's "Please retry after" goes on to say when, and which limit.</summary>
    public static GraphError TooManyRequests(int retryAfterSeconds, string limit) =>
        new(429, "TooManyRequests", "Please retry again later.")
        {
            InnerCode = "429",
            InnerStatus = "429",
            Reason = string.Create(CultureInfo.InvariantCulture, $"Please retry after {retryAfterSeconds} s: {limit}"),
            RetryAfterSeconds = retryAfterSeconds,
        };

    public static GraphError GeneralException() =>
        new(500, "GeneralException", "There was an internal server error while processing the request.");

    /// <summary>What Tributary does not have yet is refused by name, never silently accepted.</summary>
    public static GraphError NotImplemented(string feature) =>
        new(501, "NotImplemented", $"{feature} is not implemented by this server.") { Reason = "See docs/compatibility.md for what is there." };

    /// <summary>What is there only when it was asked for at start.</summary>
    public static GraphError SwitchedOff(string feature, string option) =>
        new(501, "NotImplemented", $"{feature} is switched off.") { Reason = $"Start the server with {option} to have it." };

    /// <summary>The server cannot answer now and executed nothing (protocol 12: a 503 must mean "not executed").</summary>
    public static GraphError Unavailable(string reason, int retryAfterSeconds) =>
        new(503, "ServiceUnavailable", "The service is temporarily unavailable.") { Reason = reason, RetryAfterSeconds = Math.Max(1, retryAfterSeconds) };

    /// <summary>The disk or the configured maximum is full; nothing was written.</summary>
    public static readonly GraphError StorageFull = new(507, "quotaLimitReached", "There is no storage space left to complete the request.")
    {
        Reason = "The server's storage is full. Nothing was written.",
    };
}

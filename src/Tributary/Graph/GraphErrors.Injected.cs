namespace Tributary.Graph;

internal static partial class GraphErrors
{
    /// <summary>O18: where the message should be stands the page of the front door, as text. The words are ours.</summary>
    private const string FrontDoorPage =
        "<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><p>The service did not answer. Please try again later.</p></body></html>";

    /// <summary>
    /// An answer that the operator ordered (<c>/tributary/faults</c>). What was not said is what this server, and else Microsoft Graph (protocol 9.2 and 10),
    /// would send with that status, in the words of its table of statuses (https://learn.microsoft.com/graph/errors) where no text was seen. A status that neither of them
    /// has is told as the service tells what it does not know.
    /// </summary>
    public static GraphError Injected(int status, string? code = null, string? message = null)
    {
        GraphError usual = status switch
        {
            400 => new(status, "BadRequest", Malformed),
            401 => InvalidToken("Access token validation failure."),
            402 => new(status, "PaymentRequired", "The payment requirements for the API have not been met."),
            403 => InsufficientPrivileges(""),
            404 => NotFound(""),
            405 => MethodNotAllowed(""),
            406 => NotAcceptable(""),
            408 or 413 => BadHttpRequest(status),
            409 => NameAlreadyExists(""),
            410 => new(status, "resyncRequired", "The requested resource is no longer available at the server."),
            412 => new(status, "resourceModified", "A precondition provided in the request does not match the resource's current state."),
            414 => UrlTooLong(0),
            415 => UnsupportedEncoding(""),
            416 => new(status, "invalidRange", "The specified byte range is invalid or unavailable."),
            422 => new(status, "UnprocessableEntity", "Cannot process the request because it is semantically incorrect."),
            423 => new(status, "notAllowed", "The resource that is being accessed is locked."),
            424 => FailedDependency(""),
            429 => new(status, "TooManyRequests", "Please retry again later."),
            431 => HeadersTooLarge(0),
            500 => GeneralException(),
            501 => NotImplemented("What was asked for"),
            502 => new(status, "UnknownError", FrontDoorPage),
            503 => Unavailable("", 1),
            504 => new(status, "GatewayTimeout", "The server did not receive a timely response from the upstream server it needed to access."),
            507 => StorageFull,
            509 => new(status, "activityLimitReached", "Your app has been throttled for exceeding the maximum bandwidth cap."),
            _ => new(status, "UnknownError", ""),
        };

        // The documented sample of a throttled answer has these inside; of the others nothing is known to be the reason.
        bool isThrottled = status == 429;
        return new GraphError(status, code ?? usual.Code, message ?? usual.Message)
        {
            InnerCode = isThrottled ? "429" : null,
            Reason = isThrottled ? "Please retry after" : null,
            InnerStatus = isThrottled ? "429" : null,
            IsChallenge = usual.IsChallenge,
            RetryAfterSeconds = status switch { 429 => 10, 503 or 504 => 5, _ => null },
        };
    }
}

using Microsoft.AspNetCore.Connections;
using Tributary.Directories;
using Tributary.Storage;

namespace Tributary.Graph;

/// <summary>
/// Turns what went wrong below the endpoints into Graph's errors: broken machinery into 500, 503 or 507 with the request id and nothing else, and the bare
/// status codes of routing and Kestrel into bodies that Graph clients can read.
/// </summary>
internal sealed partial class GraphFailures(RequestDelegate next, ILogger<GraphFailures> logger)
{
    private const int RetryAfterSeconds = 5;

    public async Task InvokeAsync(HttpContext context)
    {
        GraphError? failure;
        try
        {
            await next(context);
            failure = BareStatusOrNull(context);
            if (failure is { Status: StatusCodes.Status405MethodNotAllowed } && HttpMethods.IsOptions(context.Request.Method))
            {
                GraphMethods.AnswerOptions(context.Response);
                return;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
            return;
        }
        catch (IOException exception) when (exception is ConnectionResetException || (exception is not BadHttpRequestException && context.RequestAborted.IsCancellationRequested))
        {
            // So it has here, while it was read from or written to.
            return;
        }
        catch (StorageFullException)
        {
            LogStorageFull();
            failure = GraphErrors.StorageFull;
        }
        catch (StorageUnavailableException exception)
        {
            LogStorageUnavailable(exception.Message, exception.InnerException?.Message);
            failure = GraphErrors.Unavailable(exception.Message, StorageUnavailableException.RetryAfterSeconds);
        }
        catch (TimeoutException exception)
        {
            LogBehind(exception.Message);
            failure = GraphErrors.Unavailable(exception.Message, RetryAfterSeconds);
        }
        catch (DirectoryUnavailableException exception)
        {
            LogDirectoryUnavailable(exception.Message, exception.InnerException);
            failure = GraphErrors.Unavailable(exception.Message, exception.RetryAfterSeconds);
        }
        catch (DirectoryQuestionRefusedException exception)
        {
            failure = GraphErrors.UnsupportedFilter(exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            failure = GraphErrors.BadHttpRequest(exception.StatusCode);
        }
#pragma warning disable CA1031 // The one handler that keeps a bug from showing more than its request id.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, RequestIds.Of(context).RequestId);
            failure = GraphErrors.GeneralException();
        }

        if (failure is not null && !context.Response.HasStarted)
        {
            await GraphErrorResult.WriteAsync(context, failure);
        }
    }

    /// <summary>Routing answers 404, 405 and 415 with a status and no body.</summary>
    private static GraphError? BareStatusOrNull(HttpContext context)
    {
        if (context.Response.HasStarted || context.Response.ContentLength is not null || context.Response.ContentType is not null)
        {
            return null;
        }

        return context.Response.StatusCode switch
        {
            StatusCodes.Status405MethodNotAllowed => GraphErrors.MethodNotAllowed(GraphMethods.AllowOf(context.Response.Headers.Allow.ToString())),
            _ => null,
        };
    }

    [LoggerMessage(3001, LogLevel.Error, "The storage is full; writes are refused until there is room.")]
    private partial void LogStorageFull();

    [LoggerMessage(3002, LogLevel.Warning, "A request was refused with 503: {Reason}")]
    private partial void LogBehind(string reason);

    [LoggerMessage(3004, LogLevel.Warning, "A request was refused with 503: {Reason}")]
    private partial void LogDirectoryUnavailable(string reason, Exception? exception);

    [LoggerMessage(3005, LogLevel.Error, "A request was refused with 503: {Reason} {Cause}")]
    private partial void LogStorageUnavailable(string reason, string? cause);

    [LoggerMessage(3003, LogLevel.Error, "Request {RequestId} failed.")]
    private partial void LogFault(Exception exception, string requestId);
}

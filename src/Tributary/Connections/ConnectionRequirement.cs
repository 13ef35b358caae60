using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>
/// What everything below a connection begins with, said once on its route group: the connection in the path is there, known to the caller for what the endpoint
/// does, and not going away; else the answer is 404 and the handler does not run.
/// </summary>
internal static class ConnectionRequirement
{
    /// <summary>For routes with <c>{connectionId}</c>; the handler gets what was found from <see cref="Connection"/>.</summary>
    public static RouteGroupBuilder RequireConnection(this RouteGroupBuilder group) => group.WithMetadata(Requirement.Instance).AddEndpointFilter(RequireAsync);

    /// <summary>
    /// Looks for the required connection right after the caller is known and answers nothing yet: limits that count the calls of a connection count those of callers
    /// who may know of it.
    /// </summary>
    public static IApplicationBuilder UseRequiredConnections(this IApplicationBuilder app) => app.Use(next => context =>
        context.GetEndpoint()?.Metadata.GetMetadata<Requirement>() is null ? next(context) : FindAsync(context, next));

    /// <summary>The required connection; null where there is none that the caller may know of, or none is required.</summary>
    public static StoredConnection? ConnectionOrNull(this HttpContext http) => http.Features.Get<StoredConnection>();

    /// <summary>The connection as it was when the request came. What is written relies on it at most until the writer's turn, so writes carry preconditions.</summary>
    public static StoredConnection Connection(this HttpContext http) =>
        http.Features.Get<StoredConnection>() ?? throw new InvalidOperationException("There is no connection: the endpoint's group does not require one.");

    /// <summary>
    /// The connection as it is now, or null when it has gone meanwhile or the caller may know of it no longer: for a write that was overtaken, or whose body took its
    /// time to arrive.
    /// </summary>
    public static async ValueTask<StoredConnection?> ConnectionAgainOrNullAsync(this HttpContext http)
    {
        ConnectionAccess access = http.RequestServices.GetRequiredService<ConnectionAccess>();
        string id = (string)http.Request.RouteValues["connectionId"]!;
        return await access.FindOrNullAsync(Caller.Of(http), AccessRules.OperationOf(http), id, http.RequestAborted) is { IsDeleting: false } connection ? connection : null;
    }

    private static async Task FindAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Set(await http.ConnectionAgainOrNullAsync());
        await next(http);
    }

    private static ValueTask<object?> RequireAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.ConnectionOrNull() is null ? ValueTask.FromResult<object?>(new GraphErrorResult(GraphErrors.NotFound("Connection"))) : next(context);

    private sealed class Requirement
    {
        public static readonly Requirement Instance = new();
    }
}

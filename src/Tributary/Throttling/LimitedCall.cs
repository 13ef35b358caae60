using Tributary.Auth;
using Tributary.Connections;

namespace Tributary.Throttling;

/// <summary>What the limits look at: who calls, what, and on which connection. All of it is known before the body is read.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Operation">The row of the permission table.</param>
/// <param name="Method">The verb.</param>
/// <param name="ConnectionId">
/// The id in the path as ids are compared, whether there is such a connection or not; empty for a text that can be none, so that made-up ones cost no limiter each;
/// null for other paths.
/// </param>
/// <param name="IsKnown">Whether the connection is there and the caller may know of it, where its endpoint asks for that.</param>
/// <param name="IsRetrieval">Whether it is a call to <c>/copilot/retrieval</c>.</param>
internal readonly record struct LimitedCall(Caller Caller, GraphOperation Operation, string Method, string? ConnectionId, bool IsKnown, bool IsRetrieval)
{
    private const string Batch = "/$batch";
    private const string Retrieval = "/copilot/retrieval";

    /// <summary>
    /// Null for what no limit counts: what is not Graph's (health, the operator's paths, the development issuer), and <c>$batch</c>, whose parts come this way
    /// one by one and are counted there (protocol 11.2).
    /// </summary>
    public static LimitedCall? OfOrNull(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint
            || endpoint.Metadata.GetMetadata<AccessRule>() is not AccessRule.Permission rule
            || Ends(endpoint, Batch))
        {
            return null;
        }

        return new LimitedCall(
            Caller.Of(context),
            rule.Operation,
            context.Request.Method,
            IdOrNull(context.Request.RouteValues["connectionId"] as string),
            context.ConnectionOrNull() is not null,
            Ends(endpoint, Retrieval));
    }

    private static string? IdOrNull(string? sent) =>
        sent is null ? null : sent.Length is < ConnectionRules.MinIdLength or > ConnectionRules.MaxIdLength ? "" : sent.ToLowerInvariant();

    private static bool Ends(RouteEndpoint endpoint, string path) => endpoint.RoutePattern.RawText?.EndsWith(path, StringComparison.OrdinalIgnoreCase) == true;
}

using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>
/// Before it answered 403, the service met a token without the needed permission with a 401 that says nothing (O12, U50). A client that takes every 401 for
/// an expired token then signs in again and again.
/// </summary>
internal static class MissingPermission401
{
    public static readonly Quirk Quirk = new(
        "missing-permission-401",
        "microsoft-graph-docs #14452, #15737; microsoft-graph-docs-contrib #2918",
        "A call under /external without the needed permission answers 401 UnknownError with an empty message instead of 403 with the reason.",
        IsInGraph: false);

    public static readonly GraphError Answer = GraphErrors.UnknownUnauthorized;
}

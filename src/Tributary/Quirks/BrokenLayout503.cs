using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>
/// A result layout that is no valid Adaptive Card answers 503, yet the connection is created (or updated) without its template; a client's automatic retry
/// of the create then meets 409. The issue is about <c>searchSettings</c>: a layout for eDiscovery is refused with 400 all the same.
/// </summary>
internal static class BrokenLayout503
{
    public static readonly Quirk Quirk = new(
        "broken-layout-503",
        "Known issue 19908 of Microsoft Graph",
        "A broken Adaptive Card as result layout answers 503 and creates the connection without the template; the retry answers 409.",
        IsInGraph: true);

    public static readonly GraphError Answer = GraphErrors.Unavailable("The service could not register the result layout.", retryAfterSeconds: 1);
}

using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>A 429 that does not say how long to wait, with another code, as was once recorded. Rehearses a client's own back-off.</summary>
internal static class ThrottledWithoutWait
{
    public static readonly Quirk Quirk = new(
        "throttled-without-wait",
        "microsoft-graph-docs-contrib #8469",
        "A 429 has the code BadRequest and no Retry-After.",
        IsInGraph: false);

    /// <summary>The 429 as it is told on this server.</summary>
    public static GraphError Apply(QuirkSet quirks, GraphError throttled) =>
        quirks.IsOn(Quirk) ? throttled with { Code = "BadRequest", RetryAfterSeconds = null } : throttled;
}

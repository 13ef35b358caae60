using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>
/// What is wrong with an item stays untold: the service answers "malformed" and often nothing useful inside (O11), which is what its users complain about most.
/// Rehearses whether a connector checks its items before it sends them.
/// </summary>
internal static class MalformedWithoutReason
{
    public static readonly Quirk Quirk = new(
        "malformed-without-reason",
        "pnp/cli-microsoft365 #6792; microsoft-graph-docs #12047",
        "The 400 InvalidRequest of an item write has neither code nor message inside, so that what is wrong must be guessed.",
        IsInGraph: true);

    /// <summary>The error as it is told on this request.</summary>
    public static GraphError Apply(HttpContext context, GraphError error) =>
        error is { Status: 400, Code: "InvalidRequest" }
        && context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is AccessRule.Permission { Operation: GraphOperation.ItemsWrite }
        && context.RequestServices.GetRequiredService<QuirkSet>().IsOn(Quirk)
            ? error with { InnerCode = null, Reason = null }
            : error;
}

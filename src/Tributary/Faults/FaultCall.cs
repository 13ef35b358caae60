using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Graph;

namespace Tributary.Faults;

/// <summary>What a rule may look at of a call. Neither token nor content is among it.</summary>
internal readonly record struct FaultCall(
    FaultKind Kind,
    string Method,
    string Path,
    GraphVersion? Version,
    string? TenantId,
    string? AppId,
    string? ConnectionId,
    string RequestId,
    RoutePattern? Route);

/// <summary>Marks an endpoint beside Graph's own that rules may have fail. What is not marked never does.</summary>
internal sealed record FaultTarget(FaultKind Kind);

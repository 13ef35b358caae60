using Microsoft.Extensions.Options;

namespace Tributary.Graph;

/// <summary>Additions to the real API that a setting turns on and off.</summary>
internal static class Switches
{
    /// <summary>Below this group, 501 with <paramref name="refusal"/> while the switch is off; said once, before anything else is looked at.</summary>
    public static RouteGroupBuilder RequireSwitch<TOptions>(this RouteGroupBuilder group, Func<TOptions, bool> isOn, GraphError refusal)
        where TOptions : class =>
        group.AddEndpointFilter((context, next) => isOn(context.HttpContext.RequestServices.GetRequiredService<IOptions<TOptions>>().Value)
            ? next(context)
            : ValueTask.FromResult<object?>(new GraphErrorResult(refusal)));
}

using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>
/// A connection of another application, asked for under an <c>…OwnedBy</c> permission, answers 403 without a reason instead of 404: both are reported of the
/// service (O14, U3). An id that no connection has stays 404, so the two can be told apart, as with the service.
/// </summary>
internal static class ForeignConnection403
{
    public static readonly Quirk Quirk = new(
        "foreign-connection-403",
        "Field notes of .NET connectors, 2026",
        "A connection that belongs to another application answers a bare 403 AccessDenied under an OwnedBy permission instead of 404.",
        IsInGraph: false);

    /// <summary>Goes after the authorization and before anything that reads a body. Adds nothing to the pipeline while the quirk is off.</summary>
    public static void UseForeignConnection403(this IApplicationBuilder app)
    {
        if (!app.ApplicationServices.GetRequiredService<QuirkSet>().IsOn(Quirk))
        {
            return;
        }

        ConnectionAccess access = app.ApplicationServices.GetRequiredService<ConnectionAccess>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is AccessRule.Permission rule
                && context.Request.RouteValues["connectionId"] is string id
                && await access.IsForeignAsync(Caller.Of(context), rule.Operation, id, context.RequestAborted))
            {
                await GraphErrorResult.WriteAsync(context, GraphErrors.AccessDenied);
                return;
            }

            await next(context);
        });
    }
}

using System.Globalization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Quirks;

namespace Tributary.Throttling;

/// <summary>ASP.NET Core's rate limiting middleware with our limits and Graph's answer (protocol 10, external-connectors 10.2).</summary>
internal static class ThrottlingSetup
{
    private const int ToldFromPercent = 80;

    public static void AddGraphThrottling(this IServiceCollection services)
    {
        services.AddSingleton<ThrottlingMetrics>();
        services.AddSingleton(provider => new GraphThrottle(
            Limit.Of(provider.GetRequiredService<IOptions<ThrottlingOptions>>().Value, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<ThrottlingMetrics>()));
        services.AddRateLimiter(_ => { });
    }

    /// <summary>
    /// Goes after the authorization, as the limits ask who calls, and before anything that reads a body, so that what is thrown back costs nothing. A part of a
    /// <c>$batch</c> that runs through this pipeline is counted like a call of its own. Adds nothing while every limit is off.
    /// </summary>
    public static void UseGraphThrottling(this IApplicationBuilder app)
    {
        GraphThrottle throttle = app.ApplicationServices.GetRequiredService<GraphThrottle>();
        if (throttle.Limits.Count == 0)
        {
            return;
        }

        QuirkSet quirks = app.ApplicationServices.GetRequiredService<QuirkSet>();
        ThrottlingMetrics metrics = app.ApplicationServices.GetRequiredService<ThrottlingMetrics>();
        app.UseRateLimiter(new RateLimiterOptions
        {
            GlobalLimiter = throttle,
            OnRejected = (rejected, _) =>
            {
                var refused = (Refused)rejected.Lease;
                metrics.Counted(refused.Limit!, isThrottled: true);
                return new ValueTask(AnswerAsync(rejected.HttpContext, quirks, refused.Limit!, refused.Wait));
            },
        });
    }

    /// <summary>
    /// Tells a client that comes near a limit how near (protocol 5): the share of it that is in use, of several limits the largest. The documented range begins at 0.8; it
    /// ends at 1.8, but here a call that is thrown back uses nothing, so that 1 is the most.
    /// </summary>
    public static void TellUse(HttpResponse response, int percent)
    {
        if (percent >= ToldFromPercent)
        {
            response.Headers["x-ms-throttle-limit-percentage"] = (percent / 100m).ToString("0.##", CultureInfo.InvariantCulture);
        }
    }

    private static Task AnswerAsync(HttpContext context, QuirkSet quirks, Limit limit, TimeSpan wait)
    {
        // Rounded up: a client that obeys must not meet the same refusal again. A fraction breaks the Python client, and it takes 0 for absent.
        int seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        var caller = Caller.Of(context);
        string resource = context.Request.RouteValues["connectionId"] as string ?? caller.UserId ?? caller.TenantId;
        context.Response.Headers["x-ms-throttle-scope"] = $"{limit.Scope}/{Uri.EscapeDataString(caller.AppId)}/{Uri.EscapeDataString(resource)}";
        context.Response.Headers["x-ms-throttle-information"] = limit.Information;
        TellUse(context.Response, 100);
        GraphError error = ThrottledWithoutWait.Apply(quirks, GraphErrors.TooManyRequests(seconds, $"{limit.Text} is the limit (Throttling:{limit.Name})."));
        if (FractionalRetryAfter.HeaderOrNull(quirks, error, wait) is { } fraction)
        {
            context.Response.Headers.RetryAfter = fraction;
            error = error with { RetryAfterSeconds = null };
        }

        return GraphErrorResult.WriteAsync(context, error);
    }
}

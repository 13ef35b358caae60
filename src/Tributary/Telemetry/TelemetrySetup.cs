using OpenTelemetry.Metrics;
using Tributary.Auth;

namespace Tributary.Telemetry;

/// <summary>OpenTelemetry: our own meter, and ASP.NET Core's for requests and connections.</summary>
internal static class TelemetrySetup
{
    public static void AddTributaryTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<TributaryMeter>();
        services.AddSingleton<CacheMetrics>();
        if (!options.Prometheus && !options.Otlp)
        {
            return;
        }

        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(TributaryMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
            if (options.Prometheus)
            {
                metrics.AddPrometheusExporter();
            }

            if (options.Otlp)
            {
                metrics.AddOtlpExporter();
            }
        });
    }

    public static void MapTelemetry(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetRequiredService<TelemetryOptions>().Prometheus)
        {
            endpoints.MapPrometheusScrapingEndpoint("/tributary/metrics").RequireOperator();
        }
    }
}

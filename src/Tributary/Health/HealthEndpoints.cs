using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tributary.Auth;
using Tributary.Storage;

namespace Tributary.Health;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the store can be read and written, so requests will not fail for the server's own sake.
/// </summary>
internal static class HealthEndpoints
{
    private const string Ready = "ready";

    public static void AddTributaryHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [Ready]);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymousCaller();
        endpoints.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymousCaller();
    }

    /// <summary>Goes through the writer's queue and to the disk like any write, so a full disk or a stuck writer shows.</summary>
    private sealed class StoreHealthCheck(ISqlDatabase database) : IHealthCheck
    {
        private const long ProbeBytes = 65_536;

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await database.WriteAsync(
                    session =>
                    {
                        session.Execute("INSERT INTO probe (filler) VALUES (zeroblob(@bytes))", ProbeBytes);
                        return session.Execute("DELETE FROM probe");
                    },
                    ProbeBytes,
                    cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (StorageFullException)
            {
                return HealthCheckResult.Unhealthy("The storage is full.");
            }
        }
    }
}

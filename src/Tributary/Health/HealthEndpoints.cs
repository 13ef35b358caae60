using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tributary.Auth;
using Tributary.Background;
using Tributary.Nodes;
using Tributary.Storage;

namespace Tributary.Health;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: the store can be read and written, so requests will not fail for the server's own sake, and
/// the node is neither still getting ready nor about to stop.
/// </summary>
internal static class HealthEndpoints
{
    private const string Ready = "ready";

    public static void AddTributaryHealth(this IServiceCollection services) =>
        services.AddSingleton<StoreHealthCheck>().AddHealthChecks()
        .AddCheck<StoreHealthCheck>("store", tags: [Ready])
        .AddCheck<NodeReadiness>("node", tags: [Ready]);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymousCaller();
        endpoints.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymousCaller();
    }

    /// <summary>
    /// Goes through the writer's queue and to the disk like any write, so a full disk or a stuck writer shows. Anybody may ask, so the next second's callers share
    /// what the first found out.
    /// </summary>
    private sealed class StoreHealthCheck(ISqlDatabase database, TimeProvider time, ILogger<StoreHealthCheck> logger) : IHealthCheck
    {
        /// <summary>Of chance, as what a database could press together would take no room.</summary>
        private static readonly byte[] Filler = RandomNumberGenerator.GetBytes(65_536);

        private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

        private readonly OutageLog _outage = new("The writing by which the store is checked", time, logger);
        private readonly Lock _lock = new();
        private Task<HealthCheckResult>? _last;
        private long _begun;

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Task<HealthCheckResult> probe;
            lock (_lock)
            {
                // Real time, as the operator may have stopped the server's. One that has not ended is as good as new: the writer is stuck.
                if (_last is null || (_last.IsCompleted && (_last.IsFaulted || Stopwatch.GetElapsedTime(_begun) >= Shared)))
                {
                    _begun = Stopwatch.GetTimestamp();
                    _last = ProbeAsync();
                }

                probe = _last;
            }

            return probe.WaitAsync(cancellationToken);
        }

        private async Task<HealthCheckResult> ProbeAsync()
        {
            try
            {
                await database.WriteAsync(
                    WriteScope.Store,
                    session =>
                    {
                        session.Execute("INSERT INTO probe (filler) VALUES (@filler)", Filler);
                        return session.Execute("DELETE FROM probe");
                    },
                    Filler.Length,
                    CancellationToken.None);
                _outage.Succeeded();
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is StorageFullException or StorageUnavailableException)
            {
                _outage.Failed(exception);
                return HealthCheckResult.Unhealthy(exception.Message);
            }
        }
    }
}

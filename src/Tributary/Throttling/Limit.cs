using System.Globalization;
using System.Threading.RateLimiting;
using Tributary.Auth;

namespace Tributary.Throttling;

/// <summary>Whose calls a limit counts together; what it does not tell apart is empty.</summary>
internal readonly record struct LimitKey(string Tenant = "", string App = "", string Connection = "", string User = "");

/// <summary>One limit that is in force, with a limiter for each partition that is in use. Those that are idle for ten seconds are dropped.</summary>
/// <param name="Name">The name of its option.</param>
/// <param name="Text">What is limited, for whoever reads the answer.</param>
/// <param name="Scope">The first two parts of <c>x-ms-throttle-scope</c> (protocol 10).</param>
/// <param name="Information">The value of <c>x-ms-throttle-information</c>.</param>
/// <param name="KeyOf">The partition that a call belongs to, or null when the limit does not count it.</param>
/// <param name="Limiters">The partitions.</param>
internal sealed record Limit(
    string Name, string Text, string Scope, string Information, Func<LimitedCall, LimitKey?> KeyOf, PartitionedRateLimiter<LimitKey> Limiters)
{
    private const string Writes = "WriteLimitExceeded";
    private const string Units = "ResourceUnitLimitExceeded";

    /// <summary>Those that the options switch on.</summary>
    public static IEnumerable<Limit> Of(ThrottlingOptions options, TimeProvider time)
    {
        if (options.ConcurrentCalls > 0)
        {
            yield return new Limit(
                nameof(options.ConcurrentCalls),
                Told(options.ConcurrentCalls, "calls of an application on a connection at the same time"),
                "Tenant_Application/ReadWrite",
                Units,
                call => call.ConnectionId is { } id ? new LimitKey(call.Caller.TenantId, call.Caller.AppId, id) : null,
                Partitioned(() => new ConcurrentCallsLimiter(options.ConcurrentCalls, options.ConcurrencyRetryAfter, time)));
        }

        if (options.ItemWritesPerSecond > 0)
        {
            yield return new Limit(
                nameof(options.ItemWritesPerSecond),
                Told(options.ItemWritesPerSecond, "items a second in a connection"),
                "Tenant/Write",
                Writes,
                call => call is { ConnectionId: { } id, Operation: GraphOperation.ItemsWrite } && (HttpMethods.IsPut(call.Method) || HttpMethods.IsPatch(call.Method))
                    ? new LimitKey(call.Caller.TenantId, App: call.IsKnown ? "" : call.Caller.AppId, Connection: id)
                    : null,
                Windows(options.ItemWritesPerSecond, TimeSpan.FromSeconds(1), time));
        }

        if (options.ItemReadsPerSecond > 0)
        {
            yield return new Limit(
                nameof(options.ItemReadsPerSecond),
                Told(options.ItemReadsPerSecond, "items read a second by an application in a connection"),
                "Tenant_Application/Read",
                Units,
                call => call is { ConnectionId: { } id, Operation: GraphOperation.ItemsRead } ? new LimitKey(call.Caller.TenantId, call.Caller.AppId, id) : null,
                Windows(options.ItemReadsPerSecond, TimeSpan.FromSeconds(1), time));
        }

        if (options.GroupCallsPerSecond > 0)
        {
            yield return new Limit(
                nameof(options.GroupCallsPerSecond),
                Told(options.GroupCallsPerSecond, "calls a second to the external groups of a tenant"),
                "Tenant/ReadWrite",
                Units,
                call => call.Operation is GraphOperation.GroupsRead or GraphOperation.GroupsWrite ? new LimitKey(call.Caller.TenantId) : null,
                Windows(options.GroupCallsPerSecond, TimeSpan.FromSeconds(1), time));
        }

        if (options.RetrievalsPerHour > 0)
        {
            yield return new Limit(
                nameof(options.RetrievalsPerHour),
                Told(options.RetrievalsPerHour, "retrievals of a user in an hour"),
                "Tenant_Application/Read",
                Units,
                call => call is { IsRetrieval: true, Caller.UserId: { } user } ? new LimitKey(call.Caller.TenantId, User: user) : null,
                Windows(options.RetrievalsPerHour, TimeSpan.FromHours(1), time));
        }

        if (options.AppCallsPerTenSeconds > 0)
        {
            yield return new Limit(
                nameof(options.AppCallsPerTenSeconds),
                Told(options.AppCallsPerTenSeconds, "calls of an application in 10 seconds"),
                "Application/ReadWrite",
                Units,
                call => new LimitKey(App: call.Caller.AppId),
                Windows(options.AppCallsPerTenSeconds, TimeSpan.FromSeconds(10), time));
        }

        if (options.TenantCallsPerTenSeconds > 0)
        {
            yield return new Limit(
                nameof(options.TenantCallsPerTenSeconds),
                Told(options.TenantCallsPerTenSeconds, "calls in a tenant in 10 seconds"),
                "Tenant/ReadWrite",
                Units,
                call => new LimitKey(call.Caller.TenantId),
                Windows(options.TenantCallsPerTenSeconds, TimeSpan.FromSeconds(10), time));
        }
    }

    private static PartitionedRateLimiter<LimitKey> Windows(int permits, TimeSpan window, TimeProvider time) =>
        Partitioned(() => new SlidingWindow(permits, window, time));

    private static PartitionedRateLimiter<LimitKey> Partitioned(Func<RateLimiter> limiter) =>
        PartitionedRateLimiter.Create<LimitKey, LimitKey>(key => RateLimitPartition.Get(key, _ => limiter()));

    private static string Told(int limit, string what) => string.Create(CultureInfo.InvariantCulture, $"{limit} {what}");
}

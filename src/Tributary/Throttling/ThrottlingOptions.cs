namespace Tributary.Throttling;

/// <summary>
/// Section <c>Throttling</c>: how many calls are let through before the rest is answered 429. 0 switches a limit off, as all are unless set; the profile
/// <c>graph</c> sets the published numbers (external-connectors 10).
/// </summary>
internal sealed class ThrottlingOptions : ICheckedOptions
{
    public const string Section = "Throttling";

    /// <summary>Calls of one application on one connection that run at the same time; published: 25.</summary>
    public int ConcurrentCalls { get; set; }

    /// <summary>Items that are put or patched in one connection in any second, by whomever; last published: 25.</summary>
    public int ItemWritesPerSecond { get; set; }

    /// <summary>GETs of single items of one application on one connection in any second. "Repeated use" is throttled; no number is published.</summary>
    public int ItemReadsPerSecond { get; set; }

    /// <summary>Calls to external groups and members of one tenant in any second; published: 1,000.</summary>
    public int GroupCallsPerSecond { get; set; }

    /// <summary>Calls of one user to retrieval in any hour; published: 200.</summary>
    public int RetrievalsPerHour { get; set; }

    /// <summary>Calls of one application over all tenants in any ten seconds; published for all of Graph: 130,000.</summary>
    public int AppCallsPerTenSeconds { get; set; }

    /// <summary>Calls of all applications of one tenant in any ten seconds; nothing is published.</summary>
    public int TenantCallsPerTenSeconds { get; set; }

    /// <summary>
    /// What <c>Retry-After</c> says when too many calls run at once: nobody knows when one of them will end. The documented sample says 10 seconds (U41).
    /// </summary>
    public TimeSpan ConcurrencyRetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<string> Problems()
    {
        foreach ((string name, int value) in ((string, int)[])
        [
            (nameof(ConcurrentCalls), ConcurrentCalls),
            (nameof(ItemWritesPerSecond), ItemWritesPerSecond),
            (nameof(ItemReadsPerSecond), ItemReadsPerSecond),
            (nameof(GroupCallsPerSecond), GroupCallsPerSecond),
            (nameof(RetrievalsPerHour), RetrievalsPerHour),
            (nameof(AppCallsPerTenSeconds), AppCallsPerTenSeconds),
            (nameof(TenantCallsPerTenSeconds), TenantCallsPerTenSeconds),
        ])
        {
            if (value < 0)
            {
                yield return $"Throttling:{name} is {value}; it must be 0 for no limit, or more.";
            }
        }

        if (ConcurrencyRetryAfter < TimeSpan.FromSeconds(1) || ConcurrencyRetryAfter > TimeSpan.FromHours(1))
        {
            yield return $"Throttling:ConcurrencyRetryAfter is {ConcurrencyRetryAfter}; it must be from 00:00:01 to 01:00:00.";
        }
    }
}

using System.Threading.RateLimiting;

namespace Tributary.Throttling;

/// <summary>Leave that nothing has to be given back for.</summary>
internal sealed class Granted : RateLimitLease
{
    public static readonly Granted Instance = new();

    private Granted()
    {
    }

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}

/// <summary>No leave, and how long to wait for it.</summary>
/// <param name="wait">After it the same call would get leave, if nobody else called.</param>
/// <param name="limit">The limit that asks for that wait; null when only one is asked.</param>
internal sealed class Refused(TimeSpan wait, Limit? limit) : RateLimitLease
{
    public TimeSpan Wait => wait;

    public Limit? Limit => limit;

    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames => [MetadataName.RetryAfter.Name];

    public static Refused After(TimeSpan wait) => new(wait, null);

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        bool isKnown = metadataName == MetadataName.RetryAfter.Name;
        metadata = isKnown ? wait : null;
        return isKnown;
    }
}

using System.Threading.RateLimiting;

namespace Tributary.Throttling;

/// <summary>Leave to go on.</summary>
/// <param name="percent">How much of its limit is in use, this call included, in whole percent; 0 where none counts it.</param>
internal abstract class Leave(int percent) : RateLimitLease
{
    public int Percent => percent;

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => [];

    /// <summary>Rounded down, so that nothing is said to be reached that is not.</summary>
    public static int PercentOf(int used, int limit) => (int)(100L * used / limit);

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}

/// <summary>Leave that nothing has to be given back for.</summary>
internal sealed class Granted(int percent) : Leave(percent)
{
    public static readonly Granted Instance = new(0);
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

using System.Diagnostics.Metrics;

namespace Tributary.Telemetry;

/// <summary>How often each cache had what it was asked for: <c>access</c> (bitmaps of visible access lists), <c>token</c>, <c>schema</c>, <c>membership</c>.</summary>
internal sealed class CacheMetrics(TributaryMeter meter)
{
    private readonly Counter<long> _lookups =
        meter.Meter.CreateCounter<long>("tributary.cache.lookups", "{lookup}", "Look-ups in a cache, by cache and whether it had the answer.");

    public void Looked(string cache, bool isHit)
    {
        if (_lookups.Enabled)
        {
            _lookups.Add(1, new KeyValuePair<string, object?>("cache", cache), new KeyValuePair<string, object?>("hit", isHit));
        }
    }
}

using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Throttling;

/// <summary>How many calls each limit counted, and how many it threw back.</summary>
internal sealed class ThrottlingMetrics(TributaryMeter meter)
{
    private readonly Counter<long> _calls =
        meter.Meter.CreateCounter<long>("tributary.throttling.calls", "{call}", "Calls that a limit counted, by limit and whether they were answered 429 for it.");

    public void Counted(Limit limit, bool isThrottled)
    {
        if (_calls.Enabled)
        {
            _calls.Add(1, new KeyValuePair<string, object?>("limit", limit.Name), new KeyValuePair<string, object?>("throttled", isThrottled));
        }
    }
}

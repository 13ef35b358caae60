using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Access.Log;

/// <summary>Whether the access log is written.</summary>
internal sealed class AccessLogMetrics(TributaryMeter meter)
{
    private readonly Counter<long> _lines = meter.Meter.CreateCounter<long>("tributary.access_log.lines", "{line}", "Lines of the access log that are on the disk.");
    private readonly Counter<long> _failures = meter.Meter.CreateCounter<long>("tributary.access_log.failures", "{failure}", "Attempts to write the access log that failed.");

    public void Written(int lines) => _lines.Add(lines);

    public void Failed() => _failures.Add(1);
}

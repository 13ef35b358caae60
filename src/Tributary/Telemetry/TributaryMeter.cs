using System.Diagnostics.Metrics;

namespace Tributary.Telemetry;

/// <summary>The meter <c>Tributary</c>, which every instrument of ours belongs to. Without a listener an instrument costs next to nothing.</summary>
internal sealed class TributaryMeter : IDisposable
{
    public const string Name = "Tributary";

    public Meter Meter { get; } = new(Name);

    public void Dispose() => Meter.Dispose();
}

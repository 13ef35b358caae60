using System.Diagnostics.Metrics;

namespace Tributary.Telemetry;

/// <summary>The meter <c>Tributary</c>, which every instrument of ours belongs to. Without a listener an instrument costs next to nothing.</summary>
internal sealed class TributaryMeter : IDisposable
{
    public const string Name = "Tributary";

    /// <summary>For durations in seconds, from a thousandth on. Without them exporters count by bounds that are made for milliseconds, and all that is quicker than five seconds is alike.</summary>
    public static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public Meter Meter { get; } = new(Name);

    public void Dispose() => Meter.Dispose();
}

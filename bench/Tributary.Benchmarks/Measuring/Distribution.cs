using System.Diagnostics;

namespace Tributary.Benchmarks.Measuring;

/// <summary>Durations, sorted, in milliseconds.</summary>
internal sealed class Distribution
{
    private readonly double[] _milliseconds;

    private Distribution(double[] milliseconds)
    {
        Array.Sort(milliseconds);
        _milliseconds = milliseconds;
    }

    public static Distribution OfTicks(IEnumerable<long> stopwatchTicks) => new([.. stopwatchTicks.Select(ticks => ticks * 1000.0 / Stopwatch.Frequency)]);

    public static Distribution OfMilliseconds(IEnumerable<double> milliseconds) => new([.. milliseconds]);

    public int Count => _milliseconds.Length;

    public double Min => _milliseconds[0];

    public double Median => Percentile(0.5);

    public double Max => _milliseconds[^1];

    public double Percentile(double share) => _milliseconds[Math.Min(Count - 1, (int)(share * Count))];
}

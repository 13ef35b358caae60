using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Indexing;

/// <summary>What the indexes tell: how much was taken in, how long a refresh takes, how often one had to be rebuilt, and what was left out.</summary>
internal sealed class IndexMetrics
{
    private readonly Meter _meter;
    private readonly Counter<int> _applied;
    private readonly Histogram<double> _refresh;
    private readonly Counter<int> _rebuilt;
    private readonly Counter<int> _skipped;
    private readonly Counter<int> _failed;

    public IndexMetrics(TributaryMeter meter, CacheMetrics caches)
    {
        Caches = caches;
        _meter = meter.Meter;
        _applied = _meter.CreateCounter<int>("tributary.index.items", "{item}", "Items taken into an index.");
        _refresh = _meter.CreateHistogram<double>("tributary.index.refresh.duration", "s", "Making what was taken in visible to searches.", tags: null, TributaryMeter.Seconds);
        _rebuilt = _meter.CreateCounter<int>("tributary.index.rebuilds", "{index}", "Indexes that were built anew from the store.");
        _skipped = _meter.CreateCounter<int>("tributary.index.skipped", "{item}", "Items that could not be indexed.");
        _failed = _meter.CreateCounter<int>("tributary.index.failures", "{failure}", "Times an index broke and was opened again.");
    }

    public CacheMetrics Caches { get; }

    /// <summary>Reports what is open and how far the worst of them is behind; read when somebody collects.</summary>
    public void Observe(Func<int> open, Func<long> lag)
    {
        _meter.CreateObservableGauge("tributary.index.open", open, "{index}", "Indexes that are open.");
        _meter.CreateObservableGauge("tributary.index.lag", lag, "{change}", "Changes by which the index that is furthest behind follows its feed.");
    }

    public void Applied(int items) => _applied.Add(items);

    public void Refreshed(TimeSpan duration) => _refresh.Record(duration.TotalSeconds);

    public void Rebuilt() => _rebuilt.Add(1);

    public void Skipped() => _skipped.Add(1);

    public void Failed() => _failed.Add(1);
}

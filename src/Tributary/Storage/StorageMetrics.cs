using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Storage;

/// <summary>What the store's writer tells: how many writes wait, how many share a commit, how long a commit takes.</summary>
internal sealed class StorageMetrics
{
    private readonly UpDownCounter<int> _queue;
    private readonly Histogram<int> _commitSize;
    private readonly Histogram<double> _commitDuration;

    public StorageMetrics(TributaryMeter meter)
    {
        _queue = meter.Meter.CreateUpDownCounter<int>("tributary.store.queue", "{write}", "Writes that wait for their commit.");
        _commitSize = meter.Meter.CreateHistogram<int>("tributary.store.commit.size", "{write}", "Writes that shared one commit.");
        _commitDuration = meter.Meter.CreateHistogram<double>("tributary.store.commit.duration", "s", "From the first statement of a commit until it is durable.", tags: null, TributaryMeter.Seconds);
    }

    public void Queued(int change) => _queue.Add(change);

    public void Committed(int writes, TimeSpan duration)
    {
        _commitSize.Record(writes);
        _commitDuration.Record(duration.TotalSeconds);
    }
}

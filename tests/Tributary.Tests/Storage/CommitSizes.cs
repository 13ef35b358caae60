using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Tests.Storage;

/// <summary>How many writes each commit held, and how many wait, from now on. Listens to the metric of one server or database only: tests run beside each other.</summary>
internal sealed class CommitSizes : IDisposable
{
    private const string Size = "tributary.store.commit.size";
    private const string Queue = "tributary.store.queue";

    private readonly MeterListener _listener = new();
    private int _waiting;

    public CommitSizes(TributaryMeter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter.Meter) && instrument.Name is Size or Queue)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) =>
        {
            if (instrument.Name == Size)
            {
                Sizes.Add(value);
            }
            else
            {
                Interlocked.Add(ref _waiting, value);
            }
        });
        _listener.Start();
    }

    public ConcurrentBag<int> Sizes { get; } = [];

    public int Waiting => Volatile.Read(ref _waiting);

    public void Dispose() => _listener.Dispose();
}

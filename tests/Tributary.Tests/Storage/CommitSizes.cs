using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Tests.Storage;

/// <summary>How many writes each commit held, from now on. Listens to the metric of one server or database only: tests run beside each other.</summary>
internal sealed class CommitSizes : IDisposable
{
    private readonly MeterListener _listener = new();

    public CommitSizes(TributaryMeter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter.Meter) && instrument.Name == "tributary.store.commit.size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, size, _, _) => Sizes.Add(size));
        _listener.Start();
    }

    public ConcurrentBag<int> Sizes { get; } = [];

    public void Dispose() => _listener.Dispose();
}

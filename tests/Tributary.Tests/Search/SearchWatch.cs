using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Telemetry;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

/// <summary>
/// Listens to what a server measures: how its searches ended, and the moment when one, in the middle of its work, looks up the caller's visible access lists.
/// </summary>
internal sealed class SearchWatch : IDisposable
{
    private readonly MeterListener _listener = new();

    public SearchWatch(TestServer server)
    {
        Meter meter = server.Services.GetRequiredService<TributaryMeter>().Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name is "tributary.searches" or "tributary.cache.lookups")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(OnMeasured);
        _listener.Start();
    }

    /// <summary>Runs on the thread of the search, which goes on when it returns.</summary>
    public Action InTheMiddle { get; set; } = () => { };

    /// <summary>How searches ended, in order.</summary>
    public ConcurrentQueue<string> Outcomes { get; } = [];

    public void Dispose() => _listener.Dispose();

    private void OnMeasured(Instrument instrument, long measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach ((string name, object? value) in tags)
        {
            if (name == "outcome")
            {
                Outcomes.Enqueue((string)value!);
            }
            else if (name == "cache" && value is "access")
            {
                InTheMiddle();
            }
        }
    }
}

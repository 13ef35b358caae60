using System.Diagnostics.Metrics;
using Tributary.Telemetry;

namespace Tributary.Search;

/// <summary>How searches ended: <c>answered</c>, <c>refused</c> (too broad), <c>timeout</c>, <c>abandoned</c> (the client had gone), <c>unlogged</c> (the access log cannot be written).</summary>
internal sealed class SearchMetrics(TributaryMeter meter)
{
    private readonly Counter<long> _searches = meter.Meter.CreateCounter<long>("tributary.searches", "{search}", "Searches, by how they ended.");

    public void Ended(string outcome) => _searches.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}

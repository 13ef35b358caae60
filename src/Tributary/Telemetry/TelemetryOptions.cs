namespace Tributary.Telemetry;

/// <summary>Section <c>Telemetry</c>. Nothing is collected, and no start-up time is spent, unless somebody is told to listen.</summary>
internal sealed class TelemetryOptions : ICheckedOptions
{
    public const string Section = "Telemetry";

    /// <summary>Serve the metrics at <c>/tributary/metrics</c> in Prometheus' format, to the operator.</summary>
    public bool Prometheus { get; set; }

    /// <summary>Send the metrics to the OpenTelemetry collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names.</summary>
    public bool Otlp { get; set; }

    public IEnumerable<string> Problems() => [];
}

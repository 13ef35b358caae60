using System.Text.Json.Serialization;

namespace Tributary.Tests.Compatibility;

/// <summary>What a row of the ledger rests on.</summary>
internal enum Standing
{
    /// <summary>Stated by the official reference.</summary>
    [JsonStringEnumMemberName("documented")]
    Documented,

    /// <summary>Follows from the published service metadata.</summary>
    [JsonStringEnumMemberName("metadata")]
    Metadata,

    /// <summary>Seen on the real service by somebody who published it.</summary>
    [JsonStringEnumMemberName("observed")]
    Observed,

    /// <summary>Nothing public settles it; this is our choice.</summary>
    [JsonStringEnumMemberName("proposal")]
    Proposal,
}

/// <summary>How this server compares with the real service.</summary>
internal enum Parity
{
    [JsonStringEnumMemberName("same")]
    Same,

    [JsonStringEnumMemberName("differs by switch")]
    DiffersBySwitch,

    [JsonStringEnumMemberName("differs")]
    Differs,

    [JsonStringEnumMemberName("missing")]
    Missing,

    [JsonStringEnumMemberName("unverified")]
    Unverified,
}

/// <summary>What every row of the ledger owes: its standing, the comparison, where that is on record, and the tests that prove what we do.</summary>
internal record Evidence
{
    public required Standing Standing { get; init; }

    public required Parity Parity { get; init; }

    /// <summary>The section of the specification, empty for what only we say.</summary>
    public string Source { get; init; } = "";

    /// <summary><c>Class.Method</c> of tests, without the namespace.</summary>
    public required IReadOnlyList<string> Tests { get; init; }

    /// <summary>What is to be known besides, or empty.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A point on which the documentation, the real service or we decide something.</summary>
internal sealed record RuleRow : Evidence
{
    public required string Area { get; init; }

    public required string Point { get; init; }

    public required string Does { get; init; }
}

/// <summary>What is known of one verb on one path.</summary>
internal sealed record EndpointRow : Evidence
{
    /// <summary>As in <c>GET /external/connections</c>: without the version where there is one.</summary>
    public required string Endpoint { get; init; }

    /// <summary><c>v1.0, beta</c>, one of them, or <c>none</c> outside of Graph.</summary>
    public required string Versions { get; init; }

    /// <summary>Whether the metadata has the path; false for what stands beside the model, such as <c>$batch</c>.</summary>
    public bool IsInModel { get; init; } = true;
}

/// <summary>What is known of one entry of a catalogue of errors.</summary>
internal sealed record ErrorRow : Evidence
{
    /// <summary>The entry as <see cref="ErrorCatalogue"/> names it.</summary>
    public required string Entry { get; init; }
}

/// <summary>A type or member of the model of which more is to be said than that it is published.</summary>
internal sealed record MemberRow : Evidence
{
    /// <summary>The type's name without <c>microsoft.graph.</c>, and the member's after a dot; a published one that is not in the model is <c>missing</c>.</summary>
    public required string Member { get; init; }
}

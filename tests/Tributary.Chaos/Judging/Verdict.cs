using System.Globalization;

namespace Tributary.Chaos.Judging;

/// <summary>What a run comes to.</summary>
internal sealed record Verdict
{
    public required IReadOnlyList<Violation> Violations { get; init; }

    public required int Requests { get; init; }

    public required int Acknowledged { get; init; }

    public required int Unknown { get; init; }

    public required int Unavailable { get; init; }

    public required int Searches { get; init; }

    public required int Unjudged { get; init; }

    public required long MustShow { get; init; }

    public required long MustHide { get; init; }

    public required int Observations { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Requests} requests, of which {Unavailable} were answered 503 or not at all: {Acknowledged} writes acknowledged, {Unknown} of unknown outcome, {Searches} searches answered.
        Searches had to show an item {MustShow} times and to hide one {MustHide} times; {Observations} more times they told which of several possible states it was in. {Unjudged} were not judged.
        {Violations.Count} violations.
        """);
}

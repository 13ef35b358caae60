using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Recording;

/// <summary>A line of a run's file. Times are microseconds of one monotonic clock, from the run's beginning.</summary>
internal abstract record RunEntry;

/// <summary>The first line: what the run was told to do and who there is, so that the file alone can be judged.</summary>
/// <param name="Text">The command line that repeats it.</param>
/// <param name="Nodes">How many nodes were asked.</param>
/// <param name="Late">How long after its end an attempt of unknown outcome may still take effect.</param>
/// <param name="People">Who searches.</param>
internal sealed record RunHeader(string Text, int Nodes, long Late, IReadOnlyList<Person> People) : RunEntry;

/// <summary>Something that was done to the servers, for whoever reads the file.</summary>
internal sealed record RunEvent(long Time, string Text) : RunEntry;

/// <summary>A request and what came of it.</summary>
internal sealed record Exchange : RunEntry
{
    public required long Begin { get; init; }

    public required long End { get; init; }

    public int Node { get; init; }

    /// <summary>Name of the user, or <see cref="World.Application"/>.</summary>
    public required string Caller { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string? Body { get; init; }

    /// <summary>Null when no whole answer came: <see cref="Failure"/> then says why.</summary>
    public int? Status { get; init; }

    public Failure Failure { get; init; }

    /// <summary>Seconds of <c>Retry-After</c>.</summary>
    public double? RetryAfter { get; init; }

    public string? Answer { get; init; }

    /// <summary>What it was for, where that matters to the judge: <see cref="FinalTag"/>, or a series of pages.</summary>
    public string? Tag { get; init; }

    /// <summary>Read after everything was quiet.</summary>
    public const string FinalTag = "final";

    /// <summary>Pages that together are all that a user sees on a node; the same tag on each of them.</summary>
    public static string SweepTag(string user, int node) => $"sweep {user} {node}";
}

/// <summary>Why there is no answer.</summary>
internal enum Failure
{
    None,

    /// <summary>There was no connection to send it by, so it was not done.</summary>
    Unsent,

    /// <summary>The connection broke after it was sent, or within the answer.</summary>
    Broken,

    /// <summary>The client waited no longer.</summary>
    Timeout,
}

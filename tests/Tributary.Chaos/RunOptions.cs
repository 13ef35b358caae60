using System.Globalization;

namespace Tributary.Chaos;

/// <summary>What a run is told.</summary>
internal sealed record RunOptions
{
    public required Provider Provider { get; init; }

    public required int Seed { get; init; }

    /// <summary>How long is written and searched while things are broken; making ready, getting quiet and the last reading come on top.</summary>
    public required TimeSpan Duration { get; init; }

    public required int Nodes { get; init; }

    public required int Writers { get; init; }

    public required int Searchers { get; init; }

    public required TimeSpan Pause { get; init; }

    /// <summary>See <see cref="Recording.RunHeader.Late"/>.</summary>
    public required TimeSpan Late { get; init; }

    /// <summary>The built server's assembly.</summary>
    public required string Server { get; init; }

    /// <summary>New folder for data, logs and the run's file.</summary>
    public required string Folder { get; init; }

    /// <summary>Repeats the run, as far as two runs of several processes can be the same.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"run --provider {Provider} --seed {Seed} --seconds {Duration.TotalSeconds} --nodes {Nodes} --writers {Writers} --searchers {Searchers} --pause {Pause.TotalMilliseconds} --late {Late.TotalSeconds}");
}

/// <summary>The store under the nodes.</summary>
internal enum Provider
{
    Sqlite,
    Postgres,
}

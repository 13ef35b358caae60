using Tributary.Graph;
using Tributary.Operations;

namespace Tributary.Faults;

/// <summary>What a rule has fail.</summary>
internal enum FaultKind
{
    /// <summary>A request to Graph's paths, once its token was accepted and its path found.</summary>
    Request = 0,

    /// <summary>A request to the token endpoint of the development issuer.</summary>
    Token = 1,

    /// <summary>The operation that an accepted schema starts.</summary>
    SchemaOperation = 2,
}

/// <summary>When a fault strikes.</summary>
internal enum FaultMoment
{
    /// <summary>Instead of the work: nothing is done.</summary>
    Before = 0,

    /// <summary>The work is done and its answer lost, as when a gateway gives up: a client that tries again meets what it has done itself.</summary>
    After = 1,
}

/// <summary>A rule as the operator wrote it; <see cref="FaultRuleReader"/> made sure that its parts go together.</summary>
internal sealed record FaultRule
{
    public string? DisplayName { get; init; }

    public FaultKind Kind { get; init; }

    public FaultMatch Match { get; init; } = new();

    /// <summary>The first call that may fail, of those that match, counted from 1.</summary>
    public int FromCall { get; init; } = 1;

    /// <summary>The last one; null: there is no last.</summary>
    public int? ToCall { get; init; }

    /// <summary>How many of them fail; null: all.</summary>
    public double? Probability { get; init; }

    /// <summary>With <see cref="Probability"/>: decides which calls they are, the same ones each time.</summary>
    public int Seed { get; init; }

    /// <summary>How often the rule may strike; null: without end.</summary>
    public int? Count { get; init; }

    /// <summary>From when on it does not strike, by the server's clock.</summary>
    public DateTimeOffset? Expires { get; init; }

    public FaultMoment When { get; init; }

    /// <summary>How long the answer is kept back, or the work with <see cref="FaultMoment.Before"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The answer instead of the endpoint's own; null: that one.</summary>
    public FaultAnswer? Answer { get; init; }

    /// <summary>The connection is cut without an answer.</summary>
    public bool Abort { get; init; }

    /// <summary>Bytes of the answer's body that are sent, though its length is declared in full; null: all.</summary>
    public int? TruncateAt { get; init; }

    /// <summary>For <see cref="FaultKind.SchemaOperation"/>: with what the operation fails.</summary>
    public PublicError? OperationError { get; init; }
}

/// <summary>Which calls a rule counts. What is null matches all.</summary>
internal sealed record FaultMatch
{
    public IReadOnlyList<string>? Methods { get; init; }

    public FaultPath? Path { get; init; }

    public GraphVersion? Version { get; init; }

    public string? TenantId { get; init; }

    public string? AppId { get; init; }

    public string? ConnectionId { get; init; }

    public bool Takes(in FaultCall call) =>
        (Methods is null || Methods.Contains(call.Method, StringComparer.OrdinalIgnoreCase))
        && (Version is null || Version == call.Version)
        && (TenantId is null || TenantId.Equals(call.TenantId, StringComparison.OrdinalIgnoreCase))
        && (AppId is null || AppId.Equals(call.AppId, StringComparison.OrdinalIgnoreCase))
        && (ConnectionId is null || ConnectionId.Equals(call.ConnectionId, StringComparison.Ordinal))
        && (Path is null || Path.Matches(call.Path, call.Route));
}

/// <summary>An answer to send: in the shape of the path, Graph's or the issuer's, or a body as it is.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Error">The error to shape; null: <paramref name="Body"/>, or what is said there with the status.</param>
/// <param name="Body">The bytes to send as they are, or null.</param>
/// <param name="IsJson">Whether those are JSON.</param>
/// <param name="Headers">Set over the usual ones.</param>
internal sealed record FaultAnswer(
    int Status, FaultError? Error, ReadOnlyMemory<byte>? Body, bool IsJson, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>An error as the operator wrote it; what is null is what is said with the status.</summary>
/// <param name="Code">Of Graph's error, or OAuth's <c>error</c>.</param>
/// <param name="Message">Of Graph's error, or OAuth's <c>error_description</c>.</param>
/// <param name="Inner">Graph's <c>innerError</c>; the issuer has none.</param>
internal sealed record FaultError(string? Code, string? Message, FaultInnerError? Inner);

internal sealed record FaultInnerError(string? Code, string? Message);

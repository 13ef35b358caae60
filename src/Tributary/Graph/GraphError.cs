namespace Tributary.Graph;

/// <summary>
/// An error as the wire shows it (protocol 9.1). Made by <see cref="GraphErrors"/> only, so that no code or text is typed twice.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code"><c>error.code</c>; clients branch on it.</param>
/// <param name="Message"><c>error.message</c>, to the letter of what the real service sends.</param>
internal sealed record GraphError(int Status, string Code, string Message)
{
    /// <summary><c>innerError.code</c>, or null.</summary>
    public string? InnerCode { get; init; }

    /// <summary><c>innerError.source</c>: the kind of resource that was not found, or null.</summary>
    public string? Source { get; init; }

    /// <summary><c>innerError.message</c>: the precise reason, with the JSON path where there is one, or null.</summary>
    public string? Reason { get; init; }

    /// <summary><c>innerError.status</c>, which only the 429 was seen with, or null.</summary>
    public string? InnerStatus { get; init; }

    /// <summary><c>Retry-After</c> in whole seconds, at least 1 (a fraction breaks the Python client), or null for no header.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The value of <c>Allow</c> on 405, or null.</summary>
    public string? Allow { get; init; }

    /// <summary>Whether <c>WWW-Authenticate</c> is sent (401).</summary>
    public bool IsChallenge { get; init; }

    /// <summary>What the challenge asks a new token to claim, for clients that said they understand it; or null.</summary>
    public string? Claims { get; init; }
}

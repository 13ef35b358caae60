namespace MarkdownConnector;

/// <summary>What one run was asked to do. Secrets are not among it: they come from the environment (<see cref="SignIn"/>).</summary>
internal sealed record ConnectorOptions
{
    public required DirectoryInfo Folder { get; init; }

    /// <summary>The server's root, without <c>/v1.0</c>. A loopback address means Tributary; any other is taken for Microsoft Graph itself.</summary>
    public required Uri Url { get; init; }

    public required string ConnectionId { get; init; }

    public required string TenantId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The people who search, as user principal names; a column each in the table of hits.</summary>
    public required IReadOnlyList<string> Searchers { get; init; }

    public required IReadOnlyList<string> Searches { get; init; }

    /// <summary>Items on their way at one time. Microsoft Graph allows 25 concurrent calls on one connection.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Documents that name no address of their own get this one, followed by their path in the folder.</summary>
    public required Uri DocumentsUrl { get; init; }

    public required bool Delete { get; init; }

    public bool IsLocal => Url.IsLoopback;
}

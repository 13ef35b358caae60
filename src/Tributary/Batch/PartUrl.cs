using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>
/// Where the url of a part leads (protocol 11.1): below the versioned root of its batch and nowhere else, however it is written. Unescaped characters are taken
/// as they stand, as clients unescape what they put into a batch.
/// </summary>
internal static class PartUrl
{
    /// <summary>As long as the request line of a single request may be.</summary>
    public const int MaxLength = 8192;

    /// <param name="url">Relative to the versioned root, with or without slash or version; or absolute with it, of this server or of Graph itself.</param>
    /// <param name="version">The version of the batch.</param>
    /// <param name="isOwn">Whether an absolute URL's scheme, host and port are this server's, see <see cref="OwnOrigins"/>.</param>
    /// <param name="path">The path, unescaped as a server sees it.</param>
    /// <param name="query">The query as it stands.</param>
    /// <returns>The refusal of the part, or null.</returns>
    public static GraphError? TryResolve(string url, GraphVersion version, Predicate<Uri> isOwn, out PathString path, out QueryString query)
    {
        path = default;
        query = default;
        if (url.Length > MaxLength)
        {
            return GraphErrors.UrlTooLong(MaxLength);
        }

        int start = LengthOfOrigin(url);
        if (start > 0 && ReasonAgainstOrNull(url[..start], isOwn) is { } reason)
        {
            return NotHere(url, reason);
        }

        if (GraphPaths.DotSegmentOrNull(url[start..]) is { } dots)
        {
            return GraphErrors.UnknownSegment(dots);
        }

        int mark = url.IndexOf('?', start);
        string raw = mark < 0 ? url[start..] : url[start..mark];
        query = mark < 0 || mark == url.Length - 1 ? default : new QueryString(url[mark..]);
        List<string> segments = [];
        foreach (string segment in Unescape(raw).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            segments.Add(segment);
        }

        if (segments.Count > 0 && segments[0].Equals(version.Segment(), StringComparison.OrdinalIgnoreCase))
        {
            segments.RemoveAt(0);
        }
        else if (start > 0)
        {
            // A relative one is below the version of its batch; this one says that it is not.
            return NotHere(url, $"The URL is absolute, and its path does not begin with /{version.Segment()}, the version of its batch.");
        }

        // What the clients' own middleware would have made of it, had it seen the part (protocol 11.1).
        if (segments is ["users", "me-token-to-replace", ..])
        {
            segments.RemoveAt(0);
            segments[0] = "me";
        }

        path = new PathString($"/{version.Segment()}/{string.Join('/', segments)}");
        return null;
    }

    private static string? ReasonAgainstOrNull(string origin, Predicate<Uri> isOwn) =>
        !Uri.TryCreate(origin, UriKind.Absolute, out Uri? url) ? "The URL is absolute, and its host is none. Leave out scheme and host."
        : url.UserInfo.Length > 0 || origin.Contains('@', StringComparison.Ordinal) ? "The URL is absolute, and names a user. The token of the batch says who asks."
        : !isOwn(url) ? "The URL is absolute, and its scheme, host and port are not this server's. Leave them out."
        : null;

    private static GraphError NotHere(string url, string reason) =>
        GraphErrors.UnknownSegment(url[..(url.IndexOf(':', StringComparison.Ordinal) + 1)]) with { Reason = reason };

    /// <summary>Scheme and host at the beginning of an absolute URL; 0 for a relative one.</summary>
    private static int LengthOfOrigin(string url)
    {
        int scheme = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
        int end = scheme == 0 ? 0 : url.AsSpan(scheme).IndexOfAny("/?#");
        return end < 0 ? url.Length : scheme + end;
    }

    /// <summary>As the server unescapes a single request's path: <c>%2F</c> stays, so does what is no escape.</summary>
    private static string Unescape(string path)
    {
        try
        {
            return PathString.FromUriComponent("/" + path).Value!;
        }
        catch (InvalidOperationException)
        {
            // An escaped NUL. No path has one.
            return path;
        }
    }
}

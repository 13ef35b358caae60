using Microsoft.AspNetCore.Routing.Patterns;

namespace Tributary.Faults;

/// <summary>
/// A path after the version, of which a segment may be <c>*</c> or <c>{name}</c> for any one, and the last <c>**</c> for any that follow. As in routing,
/// what the API names is compared ignoring case, and ids are not.
/// </summary>
internal sealed class FaultPath
{
    private const int LongestPath = 1000;
    private const string Rest = "**";

    private readonly string[] _segments;
    private readonly bool _hasRest;

    private FaultPath(string text, string[] segments)
    {
        Text = text;
        _hasRest = segments[^1] == Rest;
        _segments = _hasRest ? segments[..^1] : segments;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The path, or what is wrong with it.</summary>
    public static (FaultPath? Path, string? Problem) Parse(string text)
    {
        if (text.Length > LongestPath)
        {
            return (null, $"The path is longer than {LongestPath} characters.");
        }

        if (!text.StartsWith('/') || text.Length == 1)
        {
            return (null, "The path must begin with '/' and name something, such as /external/connections/{id}/items/*.");
        }

        if (text.Contains('?', StringComparison.Ordinal))
        {
            return (null, "The path has a query; rules do not look at it.");
        }

        string[] segments = text[1..].Split('/');
        if (Is(segments[0], "v1.0") || Is(segments[0], "beta"))
        {
            return (null, "The path must begin after the version; 'version' says which.");
        }

        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i].Length == 0)
            {
                return (null, "The path has an empty segment.");
            }

            if (segments[i] == Rest && i < segments.Length - 1)
            {
                return (null, "'**' can only be the last segment.");
            }

            if (!IsWildcard(segments[i]) && segments[i] != Rest && segments[i].AsSpan().ContainsAny('*', '{', '}'))
            {
                return (null, $"The segment '{segments[i]}' is neither '*', '**', '{{name}}' nor plain text.");
            }
        }

        return (new FaultPath(text, segments), null);
    }

    public bool Matches(string path, RoutePattern? route)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);

        // The first is the version.
        if (_hasRest ? segments.Length - 1 < _segments.Length : segments.Length - 1 != _segments.Length)
        {
            return false;
        }

        for (int i = 0; i < _segments.Length; i++)
        {
            bool isName = route is not null && i + 1 < route.PathSegments.Count && LiteralOrNull(route.PathSegments[i + 1]) is not null;
            StringComparison comparison = isName ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            if (!IsWildcard(_segments[i]) && !_segments[i].Equals(segments[i + 1], comparison))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a request to this endpoint could match; a path that fits none is a mistake.</summary>
    public bool MayMatch(RoutePattern route)
    {
        int length = route.PathSegments.Count - 1;
        if (_hasRest ? length < _segments.Length : length != _segments.Length)
        {
            return false;
        }

        for (int i = 0; i < _segments.Length; i++)
        {
            if (!IsWildcard(_segments[i]) && LiteralOrNull(route.PathSegments[i + 1]) is { } literal && !Is(literal, _segments[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string? LiteralOrNull(RoutePatternPathSegment segment) => segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : null;

    private static bool IsWildcard(string segment) =>
        segment == "*" || (segment.Length > 2 && segment[0] == '{' && segment[^1] == '}' && !segment.AsSpan(1, segment.Length - 2).ContainsAny('{', '}', '*'));

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}

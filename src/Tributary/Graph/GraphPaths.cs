using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Tributary.Graph;

/// <summary>
/// Brings the ways in which Graph lets a path be written to the one that is mapped: keys in parentheses (<c>/connections('x')</c>) become segments,
/// namespace-qualified actions (<c>/search/microsoft.graph.query</c>) lose their namespace, doubled slashes are one, <c>/connections</c> is
/// <c>/external/connections</c>. Letter case of segments is the router's business, and ids keep theirs.
/// </summary>
internal static class GraphPaths
{
    private const string Namespace = "microsoft.graph.";

    /// <summary>What <c>$metadata</c> declares as the short form of the namespace.</summary>
    private const string NamespaceAlias = "graph.";
    private const string Alias = "connections";

    /// <summary>What the SDKs of Kiota call the signed-in user; their own middleware makes <c>/me</c> of it, where it was not taken out.</summary>
    private const string MeToken = "me-token-to-replace";

    /// <summary>How the key <c>appId</c> begins.</summary>
    public const string AppKey = "appId=";

    /// <summary>
    /// The bound actions. Nothing else loses its namespace: a key that begins like one is another key, and <c>…/items/microsoft.graph.T1</c> must not reach
    /// the item <c>T1</c>.
    /// </summary>
    private static readonly HashSet<string> Actions = new(StringComparer.OrdinalIgnoreCase)
    {
        "query", "retrieval", "addActivities", "getByIds", "getMemberGroups", "getMemberObjects",
    };

    /// <summary>Names after which a key stands, as a segment of its own or in parentheses. A key may look like anything, so it is left as it is.</summary>
    private static readonly HashSet<string> Collections = new(StringComparer.OrdinalIgnoreCase)
    {
        "connections", "items", "groups", "members", "operations", "activities", "users", "servicePrincipals", "applications", "organization",
        "transitiveMembers", "memberOf", "transitiveMemberOf",
    };

    /// <summary>Collections whose entities have <c>appId</c> as a key too; such a key goes on as it is written, <c>appId='…'</c>.</summary>
    private static readonly HashSet<string> KeyedByApp = new(StringComparer.OrdinalIgnoreCase) { "servicePrincipals", "applications" };

    public static IApplicationBuilder UseGraphPaths(this IApplicationBuilder app)
    {
        bool connectionsRoot = app.ApplicationServices.GetRequiredService<IOptions<GraphOptions>>().Value.ConnectionsRoot;
        return app.Use(next => context =>
        {
            if (DotSegmentOrNull(context.Features.Get<IHttpRequestFeature>()?.RawTarget) is { } dots)
            {
                return GraphErrorResult.WriteAsync(context, GraphErrors.UnknownSegment(dots));
            }

            string path = context.Request.Path.Value ?? "";
            if (NeedsWork(path))
            {
                // Made by hand: the conversion from a string would decode a second time.
                context.Request.Path = new PathString(Normalise(path, connectionsRoot));
            }

            return next(context);
        });
    }

    /// <summary>Whether a path begins with a version that there is.</summary>
    public static bool IsVersioned(string? path)
    {
        ReadOnlySpan<char> rest = path.AsSpan().TrimStart('/');
        int end = rest.IndexOf('/');
        return IsVersion(end < 0 ? rest : rest[..end]);
    }

    public static bool IsVersion(ReadOnlySpan<char> segment) =>
        segment.Equals("v1.0", StringComparison.OrdinalIgnoreCase) || segment.Equals("beta", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The first segment of a request target that is <c>.</c> or <c>..</c>, escaped or not; null for none. A server resolves them after it has decoded the path, so
    /// that <c>DELETE …/items/%2E%2E</c> would delete the connection; clients resolve what they mean by them before they send.
    /// </summary>
    public static string? DotSegmentOrNull(string? target)
    {
        if (target is null || !(target.Contains("/.", StringComparison.Ordinal) || target.Contains("%2e", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        ReadOnlySpan<char> path = target.AsSpan();
        path = path.IndexOfAny('?', '#') is >= 0 and var end ? path[..end] : path;
        foreach (Range range in path.Split('/'))
        {
            if (path[range].Length <= "%2e%2e".Length && path[range].ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is ("." or "..") and var dots)
            {
                return dots;
            }
        }

        return null;
    }

    /// <param name="path">Percent-decoded once, but for <c>%2F</c>, as Kestrel gives it.</param>
    /// <param name="connectionsRoot">Whether <c>/connections</c> is there.</param>
    public static string Normalise(string path, bool connectionsRoot = true)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || !IsVersion(segments[0]))
        {
            return "/" + string.Join('/', segments);
        }

        var result = new StringBuilder(path.Length + Alias.Length).Append('/').Append(segments[0]);
        bool isKey = false;
        for (int i = 1; i < segments.Length; i++)
        {
            string segment = segments[i];
            if (i == 1 && segments.Length > 2 && segments[2] == MeToken && segment.Equals("users", StringComparison.OrdinalIgnoreCase))
            {
                result.Append("/me");
                i++;
                continue;
            }

            if (isKey)
            {
                result.Append('/').Append(segment);
                isKey = false;
                continue;
            }

            string? key = KeyOrNull(segment, out int nameLength);
            string name = segment[..nameLength];
            if (i == 1 && connectionsRoot && name.Equals(Alias, StringComparison.OrdinalIgnoreCase))
            {
                result.Append("/external");
            }

            bool isQualified = name.StartsWith(Namespace, StringComparison.OrdinalIgnoreCase) || name.StartsWith(NamespaceAlias, StringComparison.OrdinalIgnoreCase);
            bool isAction = isQualified && Actions.Contains(name[(name.LastIndexOf('.') + 1)..]);
            result.Append('/').Append(isAction ? name[(name.LastIndexOf('.') + 1)..] : name);
            if (key is not null)
            {
                result.Append('/').Append(key);
            }
            else
            {
                isKey = Collections.Contains(name);
            }
        }

        return result.ToString();
    }

    /// <summary>The key of <c>name('key')</c> or <c>name(id='key')</c> with its quotes undoubled; null for what is not quite that.</summary>
    private static string? KeyOrNull(string segment, out int nameLength)
    {
        nameLength = segment.Length;
        int open = segment.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || segment[^1] != ')')
        {
            return null;
        }

        ReadOnlySpan<char> literal = segment.AsSpan(open + 1, segment.Length - open - 2);
        if (literal.StartsWith("id=", StringComparison.OrdinalIgnoreCase))
        {
            literal = literal["id=".Length..];
        }

        if (literal.StartsWith(AppKey, StringComparison.OrdinalIgnoreCase) && KeyedByApp.Contains(segment[..open]))
        {
            nameLength = open;
            return literal.ToString();
        }

        if (literal.Length < 3 || literal[0] != '\'' || literal[^1] != '\'')
        {
            return null;
        }

        string quoted = literal[1..^1].ToString();
        string key = quoted.Replace("''", "'", StringComparison.Ordinal);
        if (quoted.Replace("''", "", StringComparison.Ordinal).Contains('\'', StringComparison.Ordinal))
        {
            return null;
        }

        nameLength = open;
        return key;
    }

    private static bool NeedsWork(string path) =>
        path.Contains('(', StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal)
        || path.Contains(NamespaceAlias, StringComparison.OrdinalIgnoreCase) || path.Contains(MeToken, StringComparison.Ordinal) || IsAlias(path);

    private static bool IsAlias(string path)
    {
        int second = path.IndexOf('/', 1 <= path.Length ? 1 : 0);
        return second > 0 && path.AsSpan(second + 1).StartsWith(Alias, StringComparison.OrdinalIgnoreCase);
    }
}

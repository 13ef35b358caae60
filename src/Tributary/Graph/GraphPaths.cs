using System.Text;

namespace Tributary.Graph;

/// <summary>
/// Brings the ways in which Graph lets a path be written to the one that is mapped: keys in parentheses (<c>/connections('x')</c>) become segments,
/// namespace-qualified actions (<c>/search/microsoft.graph.query</c>) lose their namespace, doubled slashes are one. Letter case of segments is the router's
/// business, and ids keep theirs.
/// </summary>
internal static class GraphPaths
{
    private const string Namespace = "microsoft.graph.";

    /// <summary>
    /// The bound actions. Nothing else loses its namespace: a key that begins like one is another key, and <c>…/items/microsoft.graph.T1</c> must not reach
    /// the item <c>T1</c>.
    /// </summary>
    private static readonly HashSet<string> Actions = new(StringComparer.OrdinalIgnoreCase) { "query", "retrieval", "addActivities" };

    public static IApplicationBuilder UseGraphPaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        string path = context.Request.Path.Value ?? "";
        if (NeedsWork(path))
        {
            // The server has decoded it; the conversion from a string would do so again, and make another key of it.
            context.Request.Path = new PathString(Normalise(path));
        }

        return next(context);
    });

    public static string Normalise(string path)
    {
        var result = new StringBuilder(path.Length);
        int place = 0;
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            int open = segment.IndexOf("('", StringComparison.Ordinal);
            if (open > 0 && segment.EndsWith("')", StringComparison.Ordinal) && segment.Length > open + 4)
            {
                place += 2;
                result.Append('/').Append(segment, 0, open);
                result.Append('/').Append(segment[(open + 2)..^2].Replace("''", "'", StringComparison.Ordinal));
                continue;
            }

            // After the version, names of collections and actions stand at even places and keys at odd ones: external, connections, {key}, items, {key}, action.
            bool mayBeAction = place++ % 2 == 0 && segment.StartsWith(Namespace, StringComparison.OrdinalIgnoreCase);
            string name = segment[(segment.LastIndexOf('.') + 1)..];
            result.Append('/').Append(mayBeAction && Actions.Contains(name) ? name : segment);
        }

        return result.Length == 0 ? "/" : result.ToString();
    }

    private static bool NeedsWork(string path) =>
        path.Contains("('", StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal)
        || path.Contains(Namespace, StringComparison.OrdinalIgnoreCase);
}

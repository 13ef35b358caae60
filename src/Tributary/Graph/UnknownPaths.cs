using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Auth.DevIssuer;
using Tributary.Batch;
using Tributary.Directories.Scim;

namespace Tributary.Graph;

/// <summary>
/// Answers requests that no endpoint takes: no or an unknown version, or the first segment that the mapped paths do not have (protocol 1). Before any look at
/// the token, as on the real service.
/// </summary>
internal static class UnknownPaths
{
    /// <summary>Goes right after routing. No fallback route does this: it would take requests of the wrong verb too, which must hear 405.</summary>
    public static void UseUnknownPaths(this WebApplication app)
    {
        var root = new Lazy<Node>(() => Tree(app));
        app.Use((context, next) => context.GetEndpoint() is null ? RefuseAsync(context, root.Value) : next(context));
    }

    private static Task RefuseAsync(HttpContext context, Node root) =>
        ScimResult.IsScim(context) ? ScimResult.Of(ScimErrors.NoSuchPath).ExecuteAsync(context)
        : IssuerPaths.Has(context) ? IssuerErrors.WriteAsync(context, EntraError.NoSuchPath(context.Request.Path.Value ?? ""))
        : GraphErrorResult.WriteAsync(context, ErrorIn(context, ErrorOf(context.Request.Method, context.Request.Path.Value ?? "/", root)));

    /// <summary>As a part of a batch an unknown path was seen to be 404 with an empty message (protocol 9.5).</summary>
    private static GraphError ErrorIn(HttpContext context, GraphError error) =>
        error.Status == StatusCodes.Status400BadRequest && context.Features.Get<BatchPart>() is not null ? GraphErrors.UnsupportedVerb(error.Message) : error;

    private static GraphError ErrorOf(string method, string path, Node root)
    {
        if (HttpMethods.IsConnect(method))
        {
            // It names a host and no path, and no path here is a tunnel.
            return GraphErrors.MethodNotAllowed("");
        }

        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || !GraphPaths.IsVersion(segments[0]))
        {
            return GraphErrors.InvalidVersion;
        }

        Node node = root;
        foreach (string segment in segments)
        {
            if (node.NextOrNull(segment) is not { } next)
            {
                return GraphErrors.UnknownSegment(segment);
            }

            node = next;
        }

        return GraphErrors.UnknownSegment(segments[^1]);
    }

    private static Node Tree(WebApplication app)
    {
        var root = new Node();
        foreach (RouteEndpoint endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            Node node = root;
            foreach (RoutePatternPathSegment segment in endpoint.RoutePattern.PathSegments)
            {
                node = segment.Parts is [RoutePatternLiteralPart literal]
                    ? node.Literals.TryGetValue(literal.Content, out Node? known) ? known : node.Literals[literal.Content] = new Node()
                    : segment.Parts is [RoutePatternParameterPart { IsCatchAll: true }] ? new Node() : node.Parameter ??= new Node();
            }
        }

        return root;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Node? Parameter { get; set; }

        public Node? NextOrNull(string segment) => Literals.GetValueOrDefault(segment) ?? Parameter;
    }
}

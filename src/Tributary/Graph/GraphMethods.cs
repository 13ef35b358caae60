namespace Tributary.Graph;

/// <summary>The verbs that every path has without being mapped for them: HEAD where there is GET, and OPTIONS (protocol 19 items 11, 12, 14).</summary>
internal static class GraphMethods
{
    private const string TunnelHeader = "X-HTTP-Method";
    private static readonly string[] Tunnelled = [HttpMethods.Patch, HttpMethods.Put, HttpMethods.Delete];

    /// <summary>
    /// Goes before routing. HEAD runs what GET runs, permissions included, so that the headers cannot differ; Kestrel remembers how the request began and
    /// sends no body.
    /// </summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) => app.Use(next => context =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    });

    /// <summary>
    /// Goes before routing. A client behind a proxy that knows GET and POST only says in <c>X-HTTP-Method</c> what its POST is (protocol 12); it is that from here on,
    /// for permissions and limits too. Another value is refused, as the request would do something else than it says.
    /// </summary>
    public static IApplicationBuilder UseTunnelledMethods(this IApplicationBuilder app) => app.Use(next => context =>
    {
        HttpRequest request = context.Request;
        string method = request.Headers[TunnelHeader].ToString();
        if (method.Length == 0 || !HttpMethods.IsPost(request.Method) || !GraphPaths.IsVersioned(request.Path.Value))
        {
            return next(context);
        }

        if (Tunnelled.FirstOrDefault(known => known.Equals(method, StringComparison.OrdinalIgnoreCase)) is not { } tunnelled)
        {
            return GraphErrorResult.WriteAsync(context, GraphErrors.UnknownTunnelledMethod);
        }

        request.Method = tunnelled;
        return next(context);
    });

    /// <summary>The value of <c>Allow</c> for a path that routing knows with these verbs.</summary>
    public static string AllowOf(string routed)
    {
        var methods = new SortedSet<string>(
            routed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.Ordinal) { HttpMethods.Options };
        if (methods.Contains(HttpMethods.Get))
        {
            methods.Add(HttpMethods.Head);
        }

        return string.Join(", ", methods);
    }

    /// <summary>Answers OPTIONS that is no CORS preflight: 200, what is allowed, and no look at the token, as for 405.</summary>
    public static void AnswerOptions(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.Headers.Allow = AllowOf(response.Headers.Allow.ToString());
        response.ContentLength = 0;
    }
}

using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.TakeOver;

/// <summary>
/// Gives each host that is taken over the paths that the real one has, and no other. Goes right after routing. Hosts that are not taken over keep all paths.
/// </summary>
internal sealed class HostPaths(RequestDelegate next, TakenOverHosts hosts)
{
    private const string UserInfo = "/oidc/userinfo";

    /// <summary>First segments of what is the server's own or another host's.</summary>
    private static readonly HashSet<string> NoLoginPaths = new(StringComparer.OrdinalIgnoreCase) { "health", "tributary", "oidc", "metadata" };

    public async Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        HostKind kind = hosts.KindOf(request.Host.Host);
        if (kind is HostKind.Graph or HostKind.Login && !request.IsHttps)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{request.Host.Host} answers over https only.");
            return;
        }

        if (kind == HostKind.Graph && !GraphPaths.IsVersioned(path) && !path.Equals(UserInfo, StringComparison.OrdinalIgnoreCase))
        {
            // What Graph says of paths that it does not have is said further down.
            context.SetEndpoint(null);
        }

        bool isElsewhere = kind switch
        {
            // Below a tenant the issuer itself says that there is no such path.
            HostKind.Login => (context.GetEndpoint() is null && !IssuerPaths.Has(context)) || GraphPaths.IsVersioned(path) || NoLoginPaths.Contains(FirstSegment(path)),
            HostKind.InstanceMetadata => context.GetEndpoint() is null || FirstSegment(path) != "metadata",
            _ => false,
        };
        if (isElsewhere)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"Tributary answers as {request.Host.Host} and has no path {path} there.");
            return;
        }

        await next(context);
    }

    private static string FirstSegment(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";

    private static Task RefuseAsync(HttpContext context, int status, string reason) => PlainAnswer.WriteAsync(context, status, reason);
}

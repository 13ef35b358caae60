using Microsoft.AspNetCore.Connections.Features;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.TakeOver;

/// <summary>
/// Gives each host that is taken over the paths that the real one has, and no other. Goes right after routing. Hosts that are not taken over keep all paths. Who
/// was shown the certificate of the one kind is not answered as a host of the other.
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
        if (IsCloud(kind) && !request.IsHttps)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{request.Host.Host} answers over https only.");
            return;
        }

        if (IsMisdirected(context, kind))
        {
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest,
                $"The certificate of this connection is not for {request.Host.Host}: ask by a TLS connection that names that host (SNI).");
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

    /// <summary>
    /// Whether TLS was asked for a host that is taken over and HTTP for another, or the other way round (RFC 9110 7.4). Hosts of one cloud share a certificate, and
    /// HTTP/2 may ask all of them by one connection. No TLS, no name: plain http, and https without TLS through the proxy, whose target Kestrel has compared.
    /// </summary>
    private bool IsMisdirected(HttpContext context, HostKind asked) =>
        context.Features.Get<ITlsHandshakeFeature>() is { } tls && IsCloud(hosts.KindOf(tls.HostName ?? "")) != IsCloud(asked);

    private static bool IsCloud(HostKind kind) => kind is HostKind.Graph or HostKind.Login;

    private static string FirstSegment(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";

    private static Task RefuseAsync(HttpContext context, int status, string reason) => PlainAnswer.WriteAsync(context, status, reason);
}

using Microsoft.AspNetCore.Http.Features;

namespace Tributary.TakeOver.Proxy;

/// <summary>Marks a connection to the proxy that speaks plain HTTP, so that each of its requests must name a host that is taken over.</summary>
internal sealed class ProxiedConnection
{
    public static readonly ProxiedConnection Instance = new();

    private ProxiedConnection()
    {
    }
}

/// <summary>
/// Requests that name their whole URL to the proxy (RFC 9112 3.2.2): <c>http://169.254.169.254/…</c>, and <c>https://graph.microsoft.com/…</c>, as clients send it
/// that know no CONNECT (older axios). Every request is looked at, as a connection may carry several. Goes before everything that looks at host or scheme.
/// </summary>
internal sealed class ProxyRequests(RequestDelegate next, TakenOverHosts hosts)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ProxiedConnection>() is null)
        {
            return next(context);
        }

        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (HttpMethods.IsConnect(context.Request.Method))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest, "CONNECT must be the first request of its connection.");
        }

        // Kestrel has held the Host header to be that of the target.
        if (!Uri.TryCreate(target, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return RefuseAsync(context, StatusCodes.Status400BadRequest,
                "This is Tributary's proxy, which takes requests as proxies do: set HTTPS_PROXY and HTTP_PROXY to its address. The API itself is served elsewhere.");
        }

        HostKind kind = hosts.KindOf(url.IdnHost);
        if (kind == HostKind.Other)
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden, ConnectProxy.Refusal(url.IdnHost, hosts));
        }

        if (!url.IsDefaultPort)
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden, $"Tributary has taken over {url.IdnHost} and answers there on its own port only, not on {url.Port}.");
        }

        context.Request.Scheme = url.Scheme;
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.Headers.Connection = "close";
        return PlainAnswer.WriteAsync(context, status, reason);
    }
}

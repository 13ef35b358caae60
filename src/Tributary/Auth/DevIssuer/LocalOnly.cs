using System.Net;
using Tributary.TakeOver;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// Who reaches the development issuer gets any token, so only programs on this machine may. A connection from here is not enough: a reverse proxy's
/// is one too (forwarding headers), and so is that of a browser which shows somebody's page (Host under DNS rebinding, Origin, Sec-Fetch-Site).
/// </summary>
internal static class LocalOnly
{
    /// <summary>Why the request is refused, or null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isPage">Whether a person may be sent here by a page of another site, as any program's sign-in page is reached.</param>
    public static string? Refuse(HttpContext context, bool isPage = false)
    {
        if (!IsLoopback(context.Connection.RemoteIpAddress) || !IsLoopback(context.Connection.LocalIpAddress))
        {
            return "The development issuer answers on loopback connections only.";
        }

        TakenOverHosts? takenOver = context.RequestServices.GetService<TakenOverHosts>();
        if (!LocalNames.IsLocalHost(context.Request.Host.Value) && takenOver?.IsIssuersHost(context.Request) is not true)
        {
            return takenOver is null
                ? "The development issuer answers to the hosts localhost, 127.0.0.1 and [::1] only."
                : $"The development issuer answers to the hosts localhost, 127.0.0.1, [::1] and, over https, {string.Join(", ", takenOver.Names)} only.";
        }

        if (context.Request.Headers.Keys.FirstOrDefault(ForwardingHeaders.Has) is { } header)
        {
            return $"The development issuer does not answer through a proxy (header {header}).";
        }

        // nginx adds no header by itself (seen: 1.22), and speaks a version of HTTP that no client of today does.
        if (HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            return "The development issuer does not answer through a proxy, and HTTP/1.0 is what some speak: ask by HTTP/1.1 or HTTP/2.";
        }

        return RefuseForeignPage(context.Request, $"{context.Request.Scheme}://{context.Request.Host.Value}", isPage);
    }

    /// <summary>Why a request that a web page made a browser send is refused, or null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ownOrigin">Scheme and host of this server, as a browser sees them.</param>
    /// <param name="isPage">As in <see cref="Refuse"/>.</param>
    public static string? RefuseForeignPage(HttpRequest request, string ownOrigin, bool isPage)
    {
        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && origin != ownOrigin)
        {
            return "The development issuer does not answer to web pages of another origin.";
        }

        // Browsers tell on links and images too, which have no Origin. A client that is no browser does not send it.
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "" or "same-origin" or "none")
        {
            return null;
        }

        // The whole window goes to the page then, and the page that sent it there sees nothing of it: no frame, no script, no image.
        bool isNavigation = HttpMethods.IsGet(request.Method)
            && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate"
            && request.Headers["Sec-Fetch-Dest"].ToString() == "document";
        return isPage && isNavigation ? null : "The development issuer does not answer to web pages of another site.";
    }

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}

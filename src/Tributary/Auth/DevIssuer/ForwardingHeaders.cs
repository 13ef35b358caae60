namespace Tributary.Auth.DevIssuer;

/// <summary>
/// Request headers that reverse proxies, tunnels and delivery networks add and programs do not, whatever their value. Those of Apache httpd, lighttpd and Varnish
/// were seen; the others are from the documentation of whoever adds them. Some add none: see docs/identity.md.
/// </summary>
internal static class ForwardingHeaders
{
    private static readonly string[] Names =
    [
        // Of many.
        "Forwarded", "Via", "CDN-Loop", "X-Real-IP", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "X-Remote-IP", "X-Remote-Addr",
        "X-ProxyUser-Ip", "X-Scheme", "X-Url-Scheme", "Front-End-Https", "X-Host",

        // Loop protection for TRACE and OPTIONS (RFC 9110 7.6.2), which IIS' Application Request Routing puts on every request.
        "Max-Forwards",

        // Varnish, Heroku, Render, Sucuri, Imperva, DigitalOcean, Alibaba Cloud.
        "X-Varnish", "X-Request-Start", "Rndr-Id", "Render-Proxy-TTL", "X-Sucuri-ClientIP", "Incap-Client-IP", "DO-Connecting-IP", "Ali-CDN-Real-IP", "CDN-Src-IP",

        // AWS and Google Cloud: load balancers, CloudFront.
        "X-Amzn-Trace-Id", "X-Amz-Cf-Id", "X-Cloud-Trace-Context",

        // Azure's Application Gateway and App Service.
        "X-AppGW-Trace-Id", "Disguised-Host", "WAS-Default-Hostname", "X-SITE-DEPLOYMENT-ID",

        // WebLogic's plug-ins.
        "Proxy-Client-IP",
    ];

    private static readonly string[] Prefixes =
    [
        // X-Forwarded alone too. Apache, Caddy, Traefik, YARP, lighttpd, ngrok, dev tunnels of Visual Studio and VS Code, and nearly everybody.
        "X-Forwarded",

        // What ASP.NET Core's own handling of such headers leaves behind, and what IIS, ingress-nginx and others say of the request as it was.
        "X-Original-",

        // Envoy, IIS' Application Request Routing, Cloudflare and its tunnels, Fly.io, Fastly, Vercel, Netlify, Render, Railway, Akamai.
        "X-Envoy-", "X-ARR-", "CF-", "Fly-", "Fastly-", "X-Vercel-", "X-Nf-", "X-Render-", "X-Railway-", "X-Akamai-", "Akamai-",

        // Azure Front Door, App Engine, CloudFront, WebLogic, Tailscale's serve and funnel, ngrok.
        "X-Azure-", "X-FD-", "X-Appengine-", "CloudFront-", "WL-Proxy-", "Tailscale-", "ngrok-", "X-ngrok-",
    ];

    public static bool Has(string header) =>
        Array.Exists(Names, name => name.Equals(header, StringComparison.OrdinalIgnoreCase))
        || Array.Exists(Prefixes, prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

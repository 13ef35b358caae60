using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class ForwardingHeadersTests
{
    [Theory]
    [InlineData("Apache httpd 2.4, seen", "X-Forwarded-For X-Forwarded-Host X-Forwarded-Server")]
    [InlineData("lighttpd 1.4, seen", "X-Forwarded-For X-Host X-Forwarded-Host X-Forwarded-Proto")]
    [InlineData("Varnish 7.1, seen", "X-Forwarded-For X-Varnish")]
    [InlineData("Caddy, YARP, ngrok, dev tunnels", "X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Prefix X-Forwarded")]
    [InlineData("Traefik", "X-Forwarded-Port X-Forwarded-Server X-Real-Ip")]
    [InlineData("ingress-nginx", "X-Scheme X-Original-Forwarded-For X-Original-URI")]
    [InlineData("Envoy", "x-envoy-expected-rq-timeout-ms x-envoy-external-address x-forwarded-proto")]
    [InlineData("IIS, Application Request Routing", "X-ARR-LOG-ID X-ARR-SSL X-ARR-ClientIP X-ARR-ClientCert X-Original-URL Max-Forwards")]
    [InlineData("Cloudflare and cloudflared", "CF-Connecting-IP CF-Ray CF-Visitor CF-IPCountry CF-Warp-Tag-ID CF-EW-Via CF-Worker CDN-Loop")]
    [InlineData("Fly.io", "Fly-Client-IP Fly-Forwarded-Port Fly-Region Fly-Request-Id")]
    [InlineData("Fastly", "Fastly-Client-IP Fastly-FF Fastly-SSL CDN-Loop")]
    [InlineData("Vercel, Netlify, Render, Railway", "x-vercel-id x-vercel-forwarded-for x-nf-client-connection-ip x-nf-request-id X-Render-Origin-Server Rndr-Id Render-Proxy-TTL X-Railway-Edge")]
    [InlineData("AWS", "X-Amzn-Trace-Id X-Amz-Cf-Id CloudFront-Viewer-Address Via")]
    [InlineData("Google Cloud", "X-Cloud-Trace-Context X-Appengine-User-IP Via")]
    [InlineData("Azure", "X-Azure-ClientIP X-Azure-SocketIP X-Azure-Ref X-Azure-FDID X-FD-HealthProbe X-AppGW-Trace-Id Disguised-Host WAS-Default-Hostname X-SITE-DEPLOYMENT-ID")]
    [InlineData("Akamai", "True-Client-IP Akamai-Origin-Hop X-Akamai-Edgescape")]
    [InlineData("Tailscale, ngrok", "Tailscale-User-Login Tailscale-Funnel-Request ngrok-skip-browser-warning")]
    [InlineData("Heroku", "X-Request-Start Via")]
    [InlineData("WebLogic", "WL-Proxy-Client-IP WL-Proxy-SSL Proxy-Client-IP")]
    [InlineData("standards", "Forwarded Via CDN-Loop")]
    public void What_a_proxy_adds_tells_of_it_in_any_letter_case(string proxy, string headers)
    {
        foreach (string header in headers.Split(' '))
        {
            Assert.True(ForwardingHeaders.Has(header), $"{proxy}: {header}");
            Assert.True(ForwardingHeaders.Has(header.ToUpperInvariant()), $"{proxy}: {header}");
            Assert.True(ForwardingHeaders.Has(header.ToLowerInvariant()), $"{proxy}: {header}");
        }
    }

    [Theory]
    [InlineData("every client", "Host User-Agent Accept Accept-Encoding Accept-Language Content-Type Content-Length Transfer-Encoding Expect Connection Keep-Alive Authorization")]
    [InlineData("a client of our own proxy", "Proxy-Connection Proxy-Authorization")]
    [InlineData("browsers", "Cookie Origin Referer Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-Dest Sec-CH-UA Upgrade-Insecure-Requests DNT Priority Cache-Control Pragma")]
    [InlineData("MSAL", "x-client-SKU x-client-Ver x-client-OS x-client-CPU x-client-current-telemetry x-client-last-telemetry x-ms-lib-capability x-ms-PKeyAuth X-AnchorMailbox x-app-name x-app-ver return-client-request-id")]
    [InlineData("Azure.Identity", "x-ms-client-request-id x-ms-return-client-request-id Metadata X-IDENTITY-HEADER")]
    [InlineData("Graph's clients", "client-request-id SdkVersion Prefer ConsistencyLevel")]
    [InlineData("tracing of programs", "traceparent tracestate baggage Request-Id Correlation-Context X-Request-Id X-Correlation-Id")]
    [InlineData("what only begins alike", "X-Envoy X-Original ViaX CFO Flying X-Forward")]
    public void What_a_program_sends_by_itself_does_not(string program, string headers)
    {
        foreach (string header in headers.Split(' '))
        {
            Assert.False(ForwardingHeaders.Has(header), $"{program}: {header}");
        }
    }
}

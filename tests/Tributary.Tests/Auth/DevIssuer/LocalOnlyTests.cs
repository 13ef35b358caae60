using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class LocalOnlyTests
{
    private const string Tenant = DevDefaults.TenantId;
    private static readonly Dictionary<string, string> Form = new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = DevDefaults.AppId,
        ["client_secret"] = "any",
        ["scope"] = ".default",
    };

    private static async Task AssertRefusedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("AADSTS53003", body, StringComparison.Ordinal);
        Assert.DoesNotContain("access_token", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", body, StringComparison.Ordinal);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Null(response.Headers.Location);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    /// <summary>A good request to every endpoint that the issuer maps, so that a new one is held to this as well.</summary>
    private static async Task<IReadOnlyList<Func<HttpRequestMessage>>> EveryEndpointAsync(AuthHost host)
    {
        string token = await (await host.PostTokenAsync(Tenant, Form)).ReadJsonAsync() is { } answer ? answer.GetProperty("access_token").GetString()! : "";
        string secret = ManagedIdentitySecret.Read(host.DataDirectory);
        List<Func<HttpRequestMessage>> requests = [];
        foreach (RouteEndpoint endpoint in host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
            if (path.StartsWith("/rows/", StringComparison.Ordinal) || GraphPaths.IsVersioned(path) || path is "/open" or "/forgotten" or "/operator")
            {
                continue;
            }

            string query = path.EndsWith("/token", StringComparison.Ordinal)
                ? "?resource=https://graph.microsoft.com&api-version=" + (path == ManagedIdentityEndpoints.AppServicePath ? "2019-08-01" : "2018-02-01")
                : path.EndsWith("/authorize", StringComparison.Ordinal)
                    ? $"?client_id={DevDefaults.AppId}&response_type=code&scope=User.Read&redirect_uri=http://localhost:8400/"
                : path.EndsWith("/instance", StringComparison.Ordinal) ? $"?authorization_endpoint={host.Url}/common/oauth2/v2.0/authorize"
                : "";
            string address = path.Replace("{tenant}", Tenant, StringComparison.Ordinal).Replace("{user}", "a@b", StringComparison.Ordinal) + query;
            foreach (string method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                requests.Add(() => new HttpRequestMessage(new HttpMethod(method), address)
                {
                    Content = method == "POST" ? new FormUrlEncodedContent(Form) : null,
                    Headers = { { "Authorization", "Bearer " + token }, { "Metadata", "true" }, { "X-IDENTITY-HEADER", secret } },
                });
            }
        }

        Assert.True(requests.Count >= 23, "The issuer's endpoints are not found any more.");
        return requests;
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "https")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Forwarded-Anything", "")]
    [InlineData("X-Original-For", "192.0.2.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("CF-Connecting-IP", "192.0.2.1")]
    [InlineData("X-Client-IP", "127.0.0.1")]
    [InlineData("Client-IP", "127.0.0.1")]
    [InlineData("X-Cluster-Client-IP", "127.0.0.1")]
    [InlineData("True-Client-IP", "127.0.0.1")]
    [InlineData("CF-Connecting-IPv6", "127.0.0.1")]
    [InlineData("CF-Pseudo-IPv4", "127.0.0.1")]
    [InlineData("Fastly-Client-IP", "127.0.0.1")]
    [InlineData("X-Remote-IP", "127.0.0.1")]
    [InlineData("X-Remote-Addr", "127.0.0.1")]
    [InlineData("X-ProxyUser-Ip", "127.0.0.1")]
    [InlineData("X-Appengine-User-IP", "127.0.0.1")]
    [InlineData("X-Azure-ClientIP", "127.0.0.1")]
    [InlineData("X-Azure-SocketIP", "127.0.0.1")]
    [InlineData("Ali-CDN-Real-IP", "127.0.0.1")]
    [InlineData("CDN-Src-IP", "127.0.0.1")]
    [InlineData("WL-Proxy-Client-IP", "127.0.0.1")]
    [InlineData("Proxy-Client-IP", "127.0.0.1")]
    [InlineData("X-Envoy-External-Address", "127.0.0.1")]
    [InlineData("x-envoy-internal", "127.0.0.1")]
    [InlineData("X-Envoy-Anything", "127.0.0.1")]
    [InlineData("X-Forwarded", "for=192.0.2.1")]
    [InlineData("CF-Ray", "8f0c2a4e5b1d4c8a-FRA")]
    [InlineData("Fly-Region", "fra")]
    [InlineData("X-ARR-LOG-ID", "00000000-0000-0000-0000-000000000000")]
    [InlineData("Max-Forwards", "10")]
    [InlineData("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "anything")]
    [InlineData("Host", "tributary.example")]
    [InlineData("Host", "localhost.example:5080")]
    [InlineData("Host", "127.0.0.1.example")]
    [InlineData("Host", "192.0.2.1")]
    [InlineData("Host", "[::2]")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:1")]
    public async Task A_request_that_may_come_from_elsewhere_is_refused(string header, string value)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (Func<HttpRequestMessage> make in await EveryEndpointAsync(host))
        {
            HttpRequestMessage request = make();
            Add(request);
            await AssertRefusedAsync(await host.Client.SendAsync(request));
        }

        void Add(HttpRequestMessage request)
        {
            if (header == "Host")
            {
                request.Headers.Host = value;
            }
            else
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        }
    }

    [Fact]
    public async Task HTTP_of_the_version_that_proxies_speak_and_clients_do_not_is_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (Func<HttpRequestMessage> make in await EveryEndpointAsync(host))
        {
            HttpRequestMessage request = make();
            (request.Version, request.VersionPolicy) = (HttpVersion.Version10, HttpVersionPolicy.RequestVersionExact);
            await AssertRefusedAsync(await host.Client.SendAsync(request));
        }
    }

    [Fact]
    public async Task The_same_requests_from_this_machine_are_answered()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (Func<HttpRequestMessage> make in await EveryEndpointAsync(host))
        {
            string body = await (await host.Client.SendAsync(make())).Content.ReadAsStringAsync();

            Assert.DoesNotContain("AADSTS53003", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cross-site", "navigate", "document", true)]
    [InlineData("same-site", "navigate", "document", true)]
    [InlineData("cross-site", "navigate", "iframe", false)]
    [InlineData("cross-site", "no-cors", "image", false)]
    [InlineData("cross-site", "cors", "empty", false)]
    [InlineData("same-site", "navigate", "", false)]
    public async Task A_page_of_another_site_may_send_the_whole_window_to_a_page_of_the_issuer_and_to_nothing_else(string site, string mode, string destination, bool isLet)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        foreach (Func<HttpRequestMessage> make in await EveryEndpointAsync(host))
        {
            HttpRequestMessage request = make();
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", destination);
            string path = request.RequestUri!.OriginalString.Split('?')[0];
            bool isPage = request.Method == HttpMethod.Get
                && (path.EndsWith("/authorize", StringComparison.Ordinal) || path.EndsWith("/logout", StringComparison.Ordinal)
                    || path is "/common/oauth2/deviceauth" or "/common/oauth2/nativeclient");
            HttpResponseMessage response = await host.Client.SendAsync(request);
            if (isPage && isLet)
            {
                Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
            }
            else
            {
                await AssertRefusedAsync(response);
            }
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5080")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]:65535")]
    public async Task Every_local_name_is_answered_and_what_it_issues_is_accepted(string name)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, Form, request => request.Headers.Host = name);

        string token = (await response.ReadJsonAsync()).GetProperty("access_token").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(Tributary.Auth.GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task The_servers_own_page_may_ask_and_gets_no_cors_headers()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, Form, request => request.Headers.Add("Origin", host.Url));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("X-Envoy", "x")]
    [InlineData("X-Client-Ver", "1")]
    public async Task What_says_nothing_of_elsewhere_is_answered(string header, string value)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.PostTokenAsync(Tenant, Form, request => request.Headers.TryAddWithoutValidation(header, value));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("192.0.2.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:127.0.0.1")]
    [InlineData(null, "127.0.0.1")]
    [InlineData("127.0.0.1", null)]
    public async Task Both_ends_of_the_connection_must_be_loopback(string? remote, string? local)
    {
        await using AuthHost host = await AuthHost.StartAsync(before: app => app.Use((HttpContext context, RequestDelegate next) =>
        {
            context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
            context.Connection.LocalIpAddress = local is null ? null : IPAddress.Parse(local);
            return next(context);
        }));

        await AssertRefusedAsync(await host.PostTokenAsync(Tenant, Form));
    }

    [Fact]
    public async Task Forced_on_an_open_server_it_still_answers_to_this_machine_only()
    {
        IPAddress? outer = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(outer is null, "This machine has no other address than loopback.");
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Development:Enabled"] = "true" }, url: "http://0.0.0.0:0");
        int port = new Uri(host.Url).Port;

        async Task<HttpResponseMessage> Ask(IPAddress address) => await host.Client.SendAsync(new(HttpMethod.Post, $"http://{address}:{port}/{Tenant}/oauth2/v2.0/token")
        {
            Content = new FormUrlEncodedContent(Form),
            Headers = { Host = "localhost" },
        });

        Assert.Equal(HttpStatusCode.OK, (await Ask(IPAddress.Loopback)).StatusCode);
        await AssertRefusedAsync(await Ask(outer));
    }
}

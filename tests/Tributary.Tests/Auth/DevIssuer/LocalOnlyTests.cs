using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class LocalOnlyTests
{
    private const string Tenant = DevDefaults.TenantId;
    private static readonly string[] Paths =
    [
        $"/{Tenant}/v2.0/.well-known/openid-configuration", $"/{Tenant}/discovery/v2.0/keys", $"/{Tenant}/oauth2/v2.0/authorize", "/common/userrealm/a@b",
    ];

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
        JsonElement answer = await response.ReadJsonAsync();
        Assert.Equal(("access_denied", 53003), (answer.GetProperty("error").GetString(), answer.GetProperty("error_codes")[0].GetInt32()));
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
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

        await AssertRefusedAsync(await host.PostTokenAsync(Tenant, Form, request => Add(request)));
        foreach (string path in Paths)
        {
            HttpRequestMessage request = new(HttpMethod.Get, path);
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

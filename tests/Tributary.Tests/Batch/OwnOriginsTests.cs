using System.Text.Json;
using Tributary.Tests.Hosting;
using Tributary.Tests.TakeOver;

namespace Tributary.Tests.Batch;

/// <summary>Absolute URLs inside of a batch: those that mean this server, under any of its names, and no others.</summary>
public sealed class OwnOriginsTests(OwnOriginsTests.TwoDoors fixture) : IClassFixture<OwnOriginsTests.TwoDoors>
{
    private const string Elsewhere = "The URL is absolute, and its scheme, host and port are not this server's. Leave them out.";
    private const string Version = "The URL is absolute, and its path does not begin with /v1.0, the version of its batch.";
    private const string User = "The URL is absolute, and names a user. The token of the batch says who asks.";
    private const string NoHost = "The URL is absolute, and its host is none. Leave out scheme and host.";

    [Theory]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://127.0.0.1:{0}")]
    [InlineData("HTTP://LocalHost:{0}")]
    [InlineData("http://[::1]:{0}")]
    [InlineData("http://localhost:{1}")]
    [InlineData("http://127.0.0.1:{1}")]
    [InlineData("http://tributary.example.org:{0}")]
    [InlineData("http://Tributary.Example.ORG:{1}")]
    [InlineData("http://graph.example.org:{0}")]
    [InlineData("https://graph.example.org")]
    [InlineData("https://graph.example.org:443")]
    [InlineData("https://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.com:443")]
    [InlineData("https://dod-graph.microsoft.us")]
    public async Task A_url_of_one_of_its_names_is_this_server(string origin) => Assert.Null(await ReasonAsync(origin + "/v1.0/external/connections"));

    [Theory]
    [InlineData("https://localhost:{0}")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.1:65535")]
    [InlineData("http://graph.example.org")]
    [InlineData("https://graph.example.org:444")]
    [InlineData("https://tributary.example.org")]
    [InlineData("https://tributary.example.org:{0}")]
    [InlineData("http://tributary.example.org")]
    [InlineData("http://other.example.org:{0}")]
    [InlineData("http://localhost.example.org:{0}")]
    [InlineData("https://graph.microsoft.com:444")]
    [InlineData("http://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.com.example.org")]
    [InlineData("https://login.microsoftonline.com")]
    public async Task A_url_of_another_name_scheme_or_port_is_not(string origin) => Assert.Equal(Elsewhere, await ReasonAsync(origin + "/v1.0/external/connections"));

    [Theory]
    [InlineData("https://user@graph.microsoft.com/v1.0/external/connections", User)]
    [InlineData("http://user:secret@localhost:{0}/v1.0/external/connections", User)]
    [InlineData("http://@localhost:{0}/v1.0/external/connections", User)]
    [InlineData("http://localhost:{0}@example.org/v1.0/external/connections", User)]
    [InlineData("http://localhost:{0}/external/connections", Version)]
    [InlineData("http://localhost:{0}", Version)]
    [InlineData("http://localhost:{0}/", Version)]
    [InlineData("http://localhost:{0}?v1.0", Version)]
    [InlineData("https://graph.microsoft.com/beta/external/connections", Version)]
    [InlineData("https://graph.microsoft.com/external/v1.0/connections", Version)]
    [InlineData("http://", NoHost)]
    [InlineData("http:///v1.0/external/connections", NoHost)]
    [InlineData("http://localhost:99999/v1.0/external/connections", NoHost)]
    public async Task A_url_with_a_user_or_without_its_version_is_refused_with_the_reason(string url, string reason) => Assert.Equal(reason, await ReasonAsync(url));

    [Theory]
    [InlineData("alias.example.org:8080", "http://alias.example.org:8080", true)]
    [InlineData("alias.example.org:8080", "https://alias.example.org:8080", true)]
    [InlineData("alias.example.org:8080", "http://ALIAS.example.org:8080", true)]
    [InlineData("alias.example.org:8080", "http://localhost:8080", true)]
    [InlineData("alias.example.org:8080", "http://127.0.0.1:8080", true)]
    [InlineData("alias.example.org:8080", "http://tributary.example.org:8080", false)]
    [InlineData("alias.example.org:8080", "https://localhost:8080", false)]
    [InlineData("alias.example.org:8080", "http://alias.example.org", false)]
    [InlineData("alias.example.org:8080", "http://alias.example.org:{0}", false)]
    [InlineData("alias.example.org", "http://alias.example.org", true)]
    [InlineData("alias.example.org", "https://alias.example.org", true)]
    [InlineData("alias.example.org", "https://alias.example.org:8443", false)]
    [InlineData("alias.example.org", "http://alias.example.org:443", false)]
    public async Task The_name_and_port_by_which_the_client_came_are_its_too(string host, string origin, bool isOwn) =>
        Assert.Equal(isOwn ? null : Elsewhere, await ReasonAsync(fixture.Plain, origin + "/v1.0/external/connections", host));

    [Fact]
    public async Task A_part_that_is_refused_does_nothing_and_leaves_the_others_alone()
    {
        Answer answer = await fixture.Server.BatchAsync(
            """
            { "id": "1", "method": "POST", "url": "https://example.org/v1.0/external/connections", "headers": { "Content-Type": "application/json" }, "body": { "id": "elsewhere", "name": "E" } },
            { "id": "2", "method": "GET", "url": "https://graph.microsoft.com/v1.0/external/connections/elsewhere" }
            """);

        answer.ShouldHold(400, 404);
        Assert.Equal("Resource not found for the segment 'https:'.", answer.Responses()[0].Message());
    }

    [Fact]
    public async Task A_name_that_is_taken_over_is_its_own_at_the_ports_where_it_listens_and_those_of_the_sign_in_are_not()
    {
        await using TakeOverServer server = await TakeOverServer.StartAsync();
        string token = await server.TokenAsync();
        string https = server.HttpsPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        (string Url, bool IsOwn)[] rows =
        [
            ("https://graph.microsoft.com/v1.0/external/connections", true), ($"https://graph.microsoft.com:{https}/v1.0/external/connections", true),
            ($"https://localhost:{https}/v1.0/external/connections", true), ($"http://localhost:{https}/v1.0/external/connections", false),
            ("http://graph.microsoft.com/v1.0/external/connections", false), ("https://login.microsoftonline.com/v1.0/external/connections", false),
            ($"https://login.microsoftonline.com:{https}/v1.0/external/connections", false), ($"https://sts.windows.net:{https}/v1.0/external/connections", false),
        ];

        Answer answer = await server.Server.BatchAsync(string.Join(',', rows.Select((row, i) => BatchServer.Get($"{i}", row.Url))), token: token);

        answer.ShouldHold([.. rows.Select(row => row.IsOwn ? 200 : 400)]);
    }

    /// <summary>The reason by which the part is refused; null when it is answered.</summary>
    private Task<string?> ReasonAsync(string url) => ReasonAsync(fixture.Server, url, host: null);

    private static async Task<string?> ReasonAsync(TestServer server, string url, string? host)
    {
        string[] ports = [.. server.Urls.Select(address => new Uri(address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        string part = BatchServer.Get("1", string.Format(System.Globalization.CultureInfo.InvariantCulture, url, ports));
        Answer answer = await server.SendAsync(HttpMethod.Post, "/v1.0/$batch", $$"""{"requests":[{{part}}]}""", null, host is null ? [] : [("Host", host)]);
        JsonElement response = Assert.Single(answer.Responses());
        Assert.Contains(response.Status(), (int[])[200, 400]);
        return response.Status() == 200 ? null : response.Reason();
    }

    /// <summary>A server that listens on two ports, is called two names, and known to the world by one; and one without settings, which answers to every name.</summary>
    public sealed class TwoDoors : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        internal TestServer Plain { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync(
                "Urls=http://127.0.0.1:0;http://127.0.0.2:0", "PublicUrl=https://graph.example.org", "AllowedHosts=graph.example.org;tributary.example.org;127.0.0.1");
            Plain = await TestServer.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Plain.DisposeAsync();
        }
    }
}

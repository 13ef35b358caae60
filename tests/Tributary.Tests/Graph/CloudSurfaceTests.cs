using System.Net;
using System.Text.Json;
using Tributary.Auth;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>What is there in which cloud (protocol 2), over HTTP with tokens of that cloud.</summary>
public sealed class CloudSurfaceTests
{
    private const string SearchBody = """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/x"], "query": { "queryString": "x" } } ] }""";

    [Theory]
    [InlineData("Global", true, true)]
    [InlineData("UsGovernment", true, false)]
    [InlineData("UsGovernmentDod", true, false)]
    [InlineData("China", false, false)]
    public async Task Each_cloud_has_what_its_metadata_names(string name, bool hasExternal, bool hasRetrieval)
    {
        NationalCloud cloud = NationalCloud.FindOrNull(name)!;
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(cloud);
        await using TestServer server = await StartAsync(entra, cloud);

        foreach (string version in (string[])["v1.0", "beta"])
        {
            foreach (string path in (string[])["external/connections", "connections", "external/connections/x/items/y", "external/Connections('x')/schema", "external"])
            {
                Answer answer = await server.GetAsync($"/{version}/{path}", App(cloud));
                Assert.Equal((path, !hasExternal), (path, IsUnknown(answer, "external")));
            }

            Answer retrieval = await server.PostAsync($"/{version}/copilot/retrieval", "{}", User(cloud));
            Assert.True(hasRetrieval ? retrieval.Status == 501 : IsUnknown(retrieval, "copilot"), retrieval.ToString());

            (await server.PostAsync($"/{version}/search/query", SearchBody, User(cloud))).ShouldBe(200);

            string service = (await server.GetAsync($"/{version}", App(cloud))).ShouldBe(200).Body;
            string metadata = (await server.GetAsync($"/{version}/$metadata", App(cloud))).ShouldBe(200).Body;
            Assert.Equal(hasExternal, service.Contains("\"external\"", StringComparison.Ordinal));
            Assert.Equal(hasExternal, metadata.Contains("<Singleton Name=\"external\"", StringComparison.Ordinal));
            Assert.Contains("\"search\"", service, StringComparison.Ordinal);
            Assert.Contains("<Singleton Name=\"search\"", metadata, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_unknown_to_parts_of_a_batch_and_without_a_token_too()
    {
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(NationalCloud.China);
        await using TestServer server = await StartAsync(entra, NationalCloud.China);

        Answer batch = await server.PostAsync(
            "/v1.0/$batch",
            """
            { "requests": [
              { "id": "1", "method": "GET", "url": "/external/connections" },
              { "id": "2", "method": "GET", "url": "/connections('x')" },
              { "id": "3", "method": "POST", "url": "/search/query", "headers": { "Content-Type": "application/json" },
                "body": { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/x"], "query": { "queryString": "x" } } ] } } ] }
            """,
            User(NationalCloud.China));
        HttpResponseMessage anonymous = await server.Http.GetAsync("/v1.0/external/connections", TestContext.Current.CancellationToken);

        var parts = batch.ShouldBe(200).Json.GetProperty("responses").EnumerateArray().ToDictionary(part => part.GetProperty("id").GetString()!);
        Assert.All((string[])["1", "2"], id =>
        {
            // As a part of a batch every path that is not there is 404, with the segment inside.
            Assert.Equal(404, parts[id].GetProperty("status").GetInt32());
            Assert.Equal(
                "Resource not found for the segment 'external'.",
                parts[id].GetProperty("body").GetProperty("error").GetProperty("innerError").GetProperty("message").GetString());
        });
        Assert.Equal(200, parts["3"].GetProperty("status").GetInt32());
        Assert.Equal(400, (int)anonymous.StatusCode);
    }

    [Fact]
    public async Task The_operator_may_have_all_of_it_everywhere()
    {
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(NationalCloud.China);
        await using TestServer server = await StartAsync(entra, NationalCloud.China, "Graph:WholeInEveryCloud=true");

        (await server.GetAsync("/v1.0/external/connections", App(NationalCloud.China))).ShouldBe(200);
        (await server.PostAsync("/v1.0/copilot/retrieval", "{}", User(NationalCloud.China))).ShouldBe(501);
        Assert.Contains("<Singleton Name=\"external\"", (await server.GetAsync("/v1.0/$metadata", App(NationalCloud.China))).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UsGovernment", "graph.microsoft.us", true)]
    [InlineData("UsGovernment", "graph.microsoft.com", false)]
    [InlineData("Global", "graph.microsoft.com", true)]
    [InlineData("China", "microsoftgraph.chinacloudapi.cn", true)]
    [InlineData("China", "evil.example", false)]
    public async Task Links_may_carry_the_clouds_own_host(string name, string host, bool isCarried)
    {
        NationalCloud cloud = NationalCloud.FindOrNull(name)!;
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(cloud);
        await using TestServer server = await StartAsync(entra, cloud);

        Assert.Equal(isCarried, await CarriesAsync(server, host));
    }

    [Fact]
    public async Task Hosts_that_are_configured_are_all_that_links_may_carry()
    {
        await using TestProvider entra = await TestProvider.StartAsEntraAsync(NationalCloud.Global);
        await using TestServer server = await StartAsync(entra, NationalCloud.Global, "AllowedHosts=graph.contoso.example");

        Assert.False(await CarriesAsync(server, "graph.microsoft.com"));
        Assert.True(await CarriesAsync(server, "graph.contoso.example"));
    }

    private static async Task<bool> CarriesAsync(TestServer server, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0");
        request.Headers.Host = host;
        using HttpResponseMessage response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            // ASP.NET Core itself turns away hosts that are not configured, once any is.
            return false;
        }

        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return body.RootElement.GetProperty("@odata.context").GetString() == $"http://{host}/v1.0/$metadata";
    }

    private static bool IsUnknown(Answer answer, string segment) =>
        answer.Status == 400 && answer.ErrorCode == "BadRequest" && answer.ErrorMessage == $"Resource not found for the segment '{segment}'.";

    private static Task<TestServer> StartAsync(TestProvider entra, NationalCloud cloud, params string[] settings) =>
        TestServer.StartAsync([.. entra.EntraSettings(cloud).Select(setting => $"{setting.Key}={setting.Value}"), .. settings]);

    private static string App(NationalCloud cloud) => TokenBuilder.OfEntra(cloud, DateTimeOffset.UtcNow).Signed();

    private static string User(NationalCloud cloud) =>
        TokenBuilder.OfEntra(cloud, DateTimeOffset.UtcNow).Delegated("ExternalItem.Read.All", administrator: false).Signed();
}

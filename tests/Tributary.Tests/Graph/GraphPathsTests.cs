using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class GraphPathsTests
{
    [Theory]
    [InlineData("/v1.0/external/connections('contosohr')", "/v1.0/external/connections/contosohr")]
    [InlineData("/v1.0/external/connections('contosohr')/items('T1')", "/v1.0/external/connections/contosohr/items/T1")]
    [InlineData("/v1.0/external/connections/contosohr/items('O''Brien')", "/v1.0/external/connections/contosohr/items/O'Brien")]
    [InlineData("/v1.0/external/connections('contosohr')/schema", "/v1.0/external/connections/contosohr/schema")]
    [InlineData("/v1.0/external/connections(id='A')/groups(ID='g')/members('m')", "/v1.0/external/connections/A/groups/g/members/m")]
    [InlineData("/v1.0/users('a(b)')", "/v1.0/users/a(b)")]
    [InlineData("/v1.0/users('$x@y.test')/memberOf('m')", "/v1.0/users/$x@y.test/memberOf/m")]
    [InlineData("/v1.0/servicePrincipals(appId='a')", "/v1.0/servicePrincipals/appId='a'")]
    [InlineData("/v1.0/applications(APPID='a')", "/v1.0/applications/APPID='a'")]
    public void A_key_in_parentheses_becomes_a_segment(string path, string expected) => Assert.Equal(expected, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0/external/connections('')")]
    [InlineData("/v1.0/external/connections('a")]
    [InlineData("/v1.0/external/connections(a)")]
    [InlineData("/v1.0/external/('a')")]
    [InlineData("/v1.0/external/connections('a'b')")]
    [InlineData("/v1.0/external/connections(''')")]
    [InlineData("/v1.0/external/connections/a('b')/items/T('1')")]
    [InlineData("/other/external/connections('a')")]
    [InlineData("/v1.0/external/connections(appId='a')")]
    public void What_is_no_key_stays(string path) => Assert.Equal(path, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("//v1.0//external///connections//a", "/v1.0/external/connections/a")]
    [InlineData("/v1.0/external/connections/", "/v1.0/external/connections")]
    [InlineData("//", "/")]
    public void Doubled_slashes_are_one(string path, string expected) => Assert.Equal(expected, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0/connections", "/v1.0/external/connections")]
    [InlineData("/BETA/Connections('a')/items/b", "/BETA/external/Connections/a/items/b")]
    [InlineData("/v1.0/connections/connections", "/v1.0/external/connections/connections")]
    public void The_second_root_of_connections_is_the_first_one(string path, string expected)
    {
        Assert.Equal(expected, GraphPaths.Normalise(path));
        Assert.DoesNotContain("external", GraphPaths.Normalise(path, connectionsRoot: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1.0/users/me-token-to-replace", "/v1.0/me")]
    [InlineData("/beta/users/me-token-to-replace/memberOf/m", "/beta/me/memberOf/m")]
    [InlineData("/v1.0/groups/me-token-to-replace", "/v1.0/groups/me-token-to-replace")]
    [InlineData("/v1.0/external/connections/users/items/me-token-to-replace", "/v1.0/external/connections/users/items/me-token-to-replace")]
    public void The_SDKs_placeholder_for_the_signed_in_user_is_me(string path, string expected) => Assert.Equal(expected, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0", true)]
    [InlineData("//Beta//external", true)]
    [InlineData("/v1.0/", true)]
    [InlineData("/v1.01/external", false)]
    [InlineData("/health/v1.0", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_path_is_Graphs_if_it_begins_with_a_version(string? path, bool isVersioned) => Assert.Equal(isVersioned, GraphPaths.IsVersioned(path));

    [Theory]
    [InlineData("/v1.0/search/microsoft.graph.query", "/v1.0/search/query")]
    [InlineData("/v1.0/search/Microsoft.Graph.Query", "/v1.0/search/Query")]
    [InlineData("/v1.0/copilot/microsoft.graph.retrieval", "/v1.0/copilot/retrieval")]
    [InlineData(
        "/v1.0/external/connections('c')/items('i')/microsoft.graph.externalConnectors.addActivities", "/v1.0/external/connections/c/items/i/addActivities")]
    public void An_action_loses_its_namespace(string path, string expected) => Assert.Equal(expected, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0/external/connections/microsoft.graph.contosohr")]
    [InlineData("/v1.0/external/connections/contosohr/items/microsoft.graph.T1")]
    [InlineData("/v1.0/external/connections/contosohr/items/microsoft.graph.query")]
    [InlineData("/v1.0/external/connections/contosohr/microsoft.graph.items/T1")]
    public void A_key_or_collection_keeps_what_looks_like_a_namespace(string path) => Assert.Equal(path, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0/search/graph.query", "/v1.0/search/query")]
    [InlineData("/v1.0/search/Graph.Query", "/v1.0/search/Query")]
    [InlineData("/v1.0/external/connections/a/items/graph.query", "/v1.0/external/connections/a/items/graph.query")]
    [InlineData("/v1.0/search/paragraph.query", "/v1.0/search/paragraph.query")]
    public void An_action_may_be_qualified_by_the_alias_of_the_namespace(string path, string expected) => Assert.Equal(expected, GraphPaths.Normalise(path));

    [Theory]
    [InlineData("/v1.0/external/connections/a/items/..", "..")]
    [InlineData("/v1.0/external/connections/a/items/%2E%2e", "..")]
    [InlineData("/v1.0/external/connections/a/items/.%2E?x", "..")]
    [InlineData("/v1.0/./external", ".")]
    [InlineData("/v1.0/%2e/external", ".")]
    [InlineData("http://localhost/v1.0/external/connections/a/items/..", "..")]
    [InlineData("/v1.0/external/connections/a/items/...", null)]
    [InlineData("/v1.0/external/connections/a/items/a..b", null)]
    [InlineData("/v1.0/external/connections/a/items/%252E%252E", null)]
    [InlineData("/v1.0/external/connections?$filter=id eq '/../'", null)]
    [InlineData("/v1.0/external/connections/a/items/%2E%2E%2E", null)]
    [InlineData("*", null)]
    public void A_dot_segment_is_found_however_it_is_written(string target, string? expected) => Assert.Equal(expected, GraphPaths.DotSegmentOrNull(target));

    [Theory]
    [InlineData("DELETE", "items/%2E%2E")]
    [InlineData("DELETE", "items/..")]
    [InlineData("DELETE", "groups/team/members/.%2e")]
    [InlineData("GET", "items/%2e%2e/schema")]
    public async Task A_dot_segment_leads_nowhere_and_changes_nothing(string method, string path)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();
        (await server.PostAsync("/v1.0/external/connections/contosohr/groups", """{ "id": "team" }""")).ShouldBe(201);

        string answer = await RawHttp.SendAsync(
            server.Http.BaseAddress!,
            $"{method} /v1.0/external/connections/contosohr/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {await server.AppTokenAsync()}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("Resource not found for the segment '..'.", answer, StringComparison.Ordinal);
        (await server.GetAsync("/v1.0/external/connections/contosohr")).ShouldBe(200);
        (await server.GetAsync("/v1.0/external/connections/contosohr/groups/team")).ShouldBe(200);
    }
}

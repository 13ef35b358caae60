using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

/// <summary>The documented sequence of known issue 19908, and what happens without the quirk (external-connectors 3.2.4).</summary>
public class BrokenLayout503Tests
{
    private const string Connections = "/v1.0/external/connections";
    private const string Broken = """{ "searchResultTemplates": [ { "id": "good", "priority": 1, "layout": {} }, { "id": "bad", "priority": 2, "layout": { "type": "AdaptiveCard", "body": {} } } ] }""";
    private const string Good = """{ "searchResultTemplates": [ { "id": "good", "priority": 1, "layout": {} } ] }""";
    private static readonly string Create = $$"""{ "id": "contosohr", "name": "Contoso HR", "searchSettings": {{Broken}} }""";

    [Fact]
    public async Task By_default_a_broken_layout_is_400_with_its_path_and_nothing_is_created()
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.PostAsync(Connections, Create);

        answer.ShouldBe(400, "InvalidRequest");
        Assert.Equal("InvalidAdaptiveCard", answer.InnerCode);
        Assert.Contains("$.searchSettings.searchResultTemplates[1].layout.version: ", answer.Reason, StringComparison.Ordinal);
        Assert.Contains("$.searchSettings.searchResultTemplates[1].layout.body: ", answer.Reason, StringComparison.Ordinal);
        (await server.GetAsync(Connections + "/contosohr")).ShouldBe(404);
    }

    [Fact]
    public async Task With_the_quirk_create_is_503_and_then_409_and_the_connection_is_there_without_the_template()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");

        Answer first = await server.PostAsync(Connections, Create);
        Answer second = await server.PostAsync(Connections, Create);

        first.ShouldBe(503, "ServiceUnavailable");
        Assert.Equal("1", first.Headers.GetValues("Retry-After").Single());
        second.ShouldBe(409, "NameAlreadyExists");
        JsonElement connection = (await server.GetAsync(Connections + "/contosohr")).ShouldBe(200).Json;
        Assert.Equal("Contoso HR", connection.GetProperty("name").GetString());
        Assert.Equal("draft", connection.GetProperty("state").GetString());
        Assert.Equal("""{"searchResultTemplates":[{"id":"good","priority":1,"layout":{},"rules":[]}]}""", connection.GetProperty("searchSettings").GetRawText());
    }

    [Fact]
    public async Task With_the_quirk_a_connection_whose_only_template_is_broken_has_no_settings()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");

        (await server.PostAsync(Connections, Create.Replace("{ \"id\": \"good\", \"priority\": 1, \"layout\": {} }, ", "", StringComparison.Ordinal))).ShouldBe(503, "ServiceUnavailable");

        JsonElement connection = (await server.GetAsync(Connections + "/contosohr")).ShouldBe(200).Json;
        Assert.Equal(JsonValueKind.Null, connection.GetProperty("searchSettings").ValueKind);
    }

    [Theory]
    [InlineData("\"x\"", "null")]
    [InlineData("\"x\"", Good)]
    [InlineData("\"x\"", Broken)]
    [InlineData("{ \"type\": \"AdaptiveCard\", \"version\": \"1.3\", \"body\": [] }", "null")]
    [InlineData("{ \"type\": \"AdaptiveCard\", \"version\": \"1.3\", \"body\": [] }", Good)]
    public async Task With_the_quirk_a_broken_layout_for_eDiscovery_is_400_all_the_same_and_changes_nothing(string layout, string searchSettings)
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");
        string settings = $$""" "searchSettings": {{searchSettings}}, "complianceSettings": { "eDiscoveryResultTemplates": [ { "id": "a", "priority": 1, "layout": {{layout}} } ] } """;
        (await server.PostAsync(Connections, """{ "id": "earlier1", "name": "Earlier" }""")).ShouldBe(201);

        Answer created = await server.PostAsync("/beta/external/connections", $$"""{ "id": "contosohr", "name": "Contoso HR", {{settings}} }""");
        Answer updated = await server.PatchAsync("/beta/external/connections/earlier1", $$"""{ "description": "New", {{settings}} }""");

        foreach (Answer answer in (Answer[])[created, updated])
        {
            answer.ShouldBe(400, "InvalidRequest");
            Assert.Contains("$.complianceSettings.eDiscoveryResultTemplates[0].layout", answer.Reason, StringComparison.Ordinal);
        }

        (await server.GetAsync(Connections + "/contosohr")).ShouldBe(404);
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync(Connections + "/earlier1")).Json.GetProperty("description").ValueKind);
    }

    [Fact]
    public async Task With_the_quirk_sound_layouts_for_eDiscovery_are_kept_beside_a_broken_result_layout()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");

        (await server.PostAsync(
            "/beta/external/connections",
            $$"""{ "id": "contosohr", "name": "N", "searchSettings": {{Broken}}, "complianceSettings": { "eDiscoveryResultTemplates": [ { "id": "a", "priority": 1, "layout": {} } ] } }""")).ShouldBe(503);

        Assert.Equal(
            """{"eDiscoveryResultTemplates":[{"id":"a","priority":1,"layout":{},"rules":[]}]}""",
            (await server.GetAsync("/beta/external/connections/contosohr")).Json.GetProperty("complianceSettings").GetRawText());
    }

    [Fact]
    public async Task With_the_quirk_an_update_is_503_its_rest_is_applied_and_the_earlier_template_stays()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");
        (await server.PostAsync("/beta/external/connections", $$"""{ "id": "contosohr", "name": "Contoso HR", "searchSettings": {{Good}}, "complianceSettings": { "eDiscoveryResultTemplates": [] } }""")).ShouldBe(201);

        (await server.PatchAsync(Connections + "/contosohr", $$"""{ "description": "New", "searchSettings": {{Broken}} }""")).ShouldBe(503, "ServiceUnavailable");

        JsonElement connection = (await server.GetAsync("/beta/external/connections/contosohr")).Json;
        Assert.Equal("New", connection.GetProperty("description").GetString());
        Assert.Equal("""{"searchResultTemplates":[{"id":"good","priority":1,"layout":{},"rules":[]}]}""", connection.GetProperty("searchSettings").GetRawText());
        Assert.Equal("""{"eDiscoveryResultTemplates":[]}""", connection.GetProperty("complianceSettings").GetRawText());
    }

    [Fact]
    public async Task With_the_quirk_anything_else_that_is_wrong_is_still_400_and_nothing_is_created()
    {
        await using TestServer server = await TestServer.StartAsync("Quirks:broken-layout-503=true");

        Answer answer = await server.PostAsync(Connections, $$"""{ "id": "contosohr", "searchSettings": {{Broken}} }""");

        answer.ShouldBe(400, "InvalidRequest");
        Assert.Contains("$.name: ", answer.Reason, StringComparison.Ordinal);
        Assert.Contains("$.searchSettings.searchResultTemplates[1].layout.version: ", answer.Reason, StringComparison.Ordinal);
        (await server.GetAsync(Connections + "/contosohr")).ShouldBe(404);
    }
}

using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

public class UnknownMembersTests
{
    private const string Root = "/v1.0/external/connections";
    private const string Acl = """[ { "type": "everyone", "value": "everyone", "accessType": "grant", "extra": 1 } ]""";

    [Theory]
    [InlineData("Graph:UnknownMembers=Refuse")]
    [InlineData("Storage:Durable=false")]
    public async Task A_member_that_its_type_does_not_declare_is_refused_by_default(string setting)
    {
        await using TestServer server = await TestServer.StartAsync(setting);
        await server.CreateReadyConnectionAsync();

        foreach ((string method, string path, string body, string member) in ((string, string, string, string)[])
            [("POST", Root, """{ "id": "second01", "name": "Second", "colour": "red" }""", "colour"),
             ("POST", Root, """{ "id": "second01", "name": "Second", "enabledContentExperiences": "search" }""", "enabledContentExperiences"),
             ("PATCH", Root + "/contosohr", """{ "colour": "red" }""", "colour"),
             ("PATCH", Root + "/contosohr/schema", """{ "properties": [ { "name": "more", "type": "string", "colour": "red" } ] }""", "colour"),
             ("PUT", Root + "/contosohr/items/T1", $$"""{ "acl": {{Acl}}, "properties": { "title": "T" } }""", "extra"),
             ("POST", Root + "/contosohr/groups", """{ "id": "group1", "colour": "red" }""", "colour")])
        {
            Answer answer = await server.SendAsync(new HttpMethod(method), path, body);

            answer.ShouldBe(400, "BadRequest");
            Assert.StartsWith($"The property '{member}' does not exist on type 'microsoft.graph.externalConnectors.", answer.ErrorMessage, StringComparison.Ordinal);
        }
    }

    /// <summary>The members that only beta has, in each of the bodies that may hold one.</summary>
    [Theory]
    [InlineData("POST", "", """{ "id": "second01", "name": "Second", "enabledContentExperiences": "search" }""", "enabledContentExperiences")]
    [InlineData("POST", "", """{ "id": "second01", "name": "Second", "COMPLIANCESETTINGS": { "eDiscoveryResultTemplates": [] } }""", "complianceSettings")]
    [InlineData("POST", "", """{ "id": "second01", "name": "Second", "connectorId": "3c1f1c6e-6a54-4a5a-b7a5-6a2d3a3f4e5b", "ingestedItemsCount": 1 }""", "ingestedItemsCount")]
    [InlineData("PATCH", "/contosohr", """{ "enabledContentExperiences": "search" }""", "enabledContentExperiences")]
    [InlineData("PATCH", "/contosohr/schema", """{ "properties": [ { "name": "more", "type": "string", "rankingHint": { "importanceScore": "high" } } ] }""", "rankingHint")]
    [InlineData("PATCH", "/contosohr/schema", """{ "properties": [ { "name": "more", "type": "string", "isExactMatchRequired": true } ] }""", "isExactMatchRequired")]
    public async Task A_member_of_beta_alone_is_refused_on_v1_with_where_to_send_it(string method, string path, string body, string member)
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();

        Answer answer = (await server.SendAsync(new HttpMethod(method), Root + path, body)).ShouldBe(400, "BadRequest");

        Assert.Contains($" In /beta it has '{member}', in /v1.0 it has not: send it to /beta, or leave it out.", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.StartsWith("$", answer.Reason, StringComparison.Ordinal);
        Assert.Contains($".{member}: The property", answer.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(400, (await server.SendAsync(new HttpMethod(method), Root.Replace("v1.0", "beta", StringComparison.Ordinal) + path, body)).Status);
    }

    [Fact]
    public async Task What_neither_version_has_is_not_sent_to_the_other()
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = (await server.PostAsync(Root, """{ "id": "second01", "name": "Second", "colour": "red" }""")).ShouldBe(400);

        Assert.DoesNotContain("/beta", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_read_past_where_that_is_asked_for()
    {
        await using TestServer server = await TestServer.StartAsync("Graph:UnknownMembers=ignore");

        (await server.PostAsync(Root, """{ "id": "contosohr", "name": "Name", "colour": "red", "enabledContentExperiences": "search" }""")).ShouldBe(201);
        (await server.PatchAsync(Root + "/contosohr", """{ "colour": "red", "description": "New" }""")).ShouldBe(204);
        (await server.PatchAsync(
            Root + "/contosohr/schema",
            """{ "baseType": "microsoft.graph.externalItem", "colour": 1, "properties": [ { "name": "title", "type": "string", "colour": "red" } ] }""")).ShouldBe(202);
        (await server.PutAsync(Root + "/contosohr/items/T1", $$"""{ "acl": {{Acl}}, "colour": {}, "properties": { "title": "T" } }""")).ShouldBe(200);
        (await server.PostAsync(Root + "/contosohr/groups", """{ "id": "group1", "colour": "red" }""")).ShouldBe(201);
        (await server.PatchAsync(Root + "/contosohr/groups/group1", """{ "displayName": "G", "colour": "red" }""")).ShouldBe(204);
        (await server.PostAsync(Root + "/contosohr/groups/group1/members", """{ "id": "other1", "type": "externalGroup", "colour": "red" }""")).ShouldBe(201);

        Answer connection = await server.GetAsync(Root + "/contosohr");
        Assert.Equal("New", connection.Json.GetProperty("description").GetString());
        Assert.DoesNotContain("colour", connection.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("colour", (await server.GetAsync(Root + "/contosohr/items/T1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_past_members_does_not_reach_what_else_is_wrong()
    {
        await using TestServer server = await TestServer.StartAsync("Graph:UnknownMembers=Ignore");
        await server.CreateReadyConnectionAsync();

        (await server.PostAsync(Root, """{ "id": "second01", "name": 7, "colour": "red" }""")).ShouldBe(400);
        (await server.PostAsync(Root, """{ "id": "second01", "name": "S", "colour": 1, "colour": 2 }""")).ShouldBe(400);
        (await server.PutAsync(
            Root + "/contosohr/items/T1",
            $$"""{ "acl": {{Acl}}, "properties": { "title": "T", "notInTheSchema": "x" } }""")).ShouldBe(400);
    }
}

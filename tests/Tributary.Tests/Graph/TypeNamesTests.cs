using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>The names of types that <c>@odata.type</c> takes (external-connectors 2.5): the full ones, and the short one of items.</summary>
public sealed class TypeNamesTests(TypeNamesTests.Fixture fixture) : IClassFixture<TypeNamesTests.Fixture>
{
    private const string Connection = "/beta/external/connections/contosohr";
    private const string Acl = """ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" } """;
    private const string Template = """ "id": "a", "priority": 1, "layout": {} """;
    private const string Resolver = """ "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver", "priority": 1, "itemId": "{n}" """;
    private const string MatchInfo = """ "baseUrls": ["https://x.example"], "urlPattern": "/(?<n>[0-9]+)" """;
    private const string By = """ "performedBy": { "type": "externalGroup", "id": "g" } """;

    /// <summary>Where each type stands in a body, its annotation in place of TYPE.</summary>
    public static TheoryData<string, string, string, string> Bodies => new()
    {
        { "externalConnection", "PATCH", "", "{ TYPE }" },
        { "configuration", "PATCH", "", """{ "configuration": { TYPE, "authorizedAppIds": [] } }""" },
        { "activitySettings", "PATCH", "", """{ "activitySettings": { TYPE } }""" },
        { "itemIdResolver", "PATCH", "", $$"""{ "activitySettings": { "urlToItemResolvers": [ { TYPE, "priority": 1, "itemId": "{n}", "urlMatchInfo": { {{MatchInfo}} } } ] } }""" },
        { "urlMatchInfo", "PATCH", "", $$"""{ "activitySettings": { "urlToItemResolvers": [ { {{Resolver}}, "urlMatchInfo": { TYPE, {{MatchInfo}} } } ] } }""" },
        { "searchSettings", "PATCH", "", """{ "searchSettings": { TYPE } }""" },
        { "displayTemplate", "PATCH", "", $$"""{ "searchSettings": { "searchResultTemplates": [ { TYPE, {{Template}} } ] } }""" },
        {
            "propertyRule", "PATCH", "",
            $$"""{ "searchSettings": { "searchResultTemplates": [ { {{Template}}, "rules": [ { TYPE, "operation": "equals", "property": "p", "values": ["v"], "valuesJoinedBy": "or" } ] } ] } }"""
        },
        { "complianceSettings", "PATCH", "", """{ "complianceSettings": { TYPE } }""" },
        { "schema", "PATCH", "/schema", """{ TYPE, "properties": [ { "name": "more", "type": "string" } ] }""" },
        { "property", "PATCH", "/schema", """{ "properties": [ { TYPE, "name": "more", "type": "string" } ] }""" },
        { "rankingHint", "PATCH", "/schema", """{ "properties": [ { "name": "more", "type": "string", "rankingHint": { TYPE, "importanceScore": "low" } } ] }""" },
        { "externalItem", "PUT", "/items/T1", $$"""{ TYPE, {{Acl}} }""" },
        { "acl", "PUT", "/items/T1", "{ " + Acl.Replace("[ { ", "[ { TYPE, ", StringComparison.Ordinal) + " }" },
        { "properties", "PUT", "/items/T1", "{ " + Acl.Replace("\"properties\": { ", "\"properties\": { TYPE, ", StringComparison.Ordinal) + " }" },
        { "externalItemContent", "PUT", "/items/T1", $$"""{ {{Acl}}, "content": { TYPE, "type": "text", "value": "x" } }""" },
        { "externalItemInformationProtectionLabel", "PUT", "/items/T1", $$"""{ {{Acl}}, "informationProtectionLabel": { TYPE } }""" },
        { "externalActivity", "POST", "/items/T0/addActivities", $$"""{ "activities": [ { TYPE, "type": "viewed", "startDateTime": "2026-01-10T08:00:00Z", {{By}} } ] }""" },
        {
            "identity", "POST", "/items/T0/addActivities",
            """{ "activities": [ { "type": "viewed", "startDateTime": "2026-01-10T08:00:00Z", "performedBy": { TYPE, "type": "externalGroup", "id": "g" } } ] }"""
        },
        { "externalGroup", "PATCH", "/groups/team", "{ TYPE }" },
        { "externalGroupMember", "POST", "/groups/team/members", """{ TYPE, "id": "NEW", "type": "externalGroup" }""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task The_full_name_is_taken_with_and_without_its_sign_and_in_any_letter_case(string type, string method, string path, string body)
    {
        foreach (string name in (string[])[$"#microsoft.graph.externalConnectors.{type}", $"microsoft.graph.externalConnectors.{type}", $"#Microsoft.Graph.ExternalConnectors.{type}"])
        {
            Answer answer = await SendAsync(name, method, path, body);

            Assert.True(answer.Status is 200 or 201 or 202 or 204, $"{name}: {answer}");
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task No_other_name_is(string type, string method, string path, string body)
    {
        string[] names = [$"microsoft.graph.{type}", $"microsoft.graph.externalConnector.{type}", type, $"microsoft.graph.externalConnectors.{type}s", ""];
        foreach (string name in names.Where(name => name != "microsoft.graph.externalItem"))
        {
            Answer answer = await SendAsync("#" + name, method, path, body);

            answer.ShouldBe(400, "InvalidRequest");
            Assert.Equal("DeserializationError", answer.InnerCode);
            Assert.Contains(
                type == "properties" ? $".@odata.type: Requested value '#{name}' was not found." : $".@odata.type: A type named '{name}' could not be resolved by the model.",
                answer.Reason,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("#microsoft.graph.externalItem")]
    [InlineData("microsoft.graph.externalItem")]
    public async Task An_item_has_a_short_name_besides(string name) =>
        (await SendAsync(name, "PUT", "/items/T1", $$"""{ TYPE, {{Acl}} }""")).ShouldBe(200);

    [Theory]
    [InlineData("acl", "#Collection(String)")]
    [InlineData("properties", "#nonsense")]
    public async Task Beside_a_declared_member_an_annotation_says_nothing_and_is_read_past(string member, string annotation)
    {
        string body = "{ " + Acl.Replace($"\"{member}\":", $"\"{member}@odata.type\": \"{annotation}\", \"{member}\":", StringComparison.Ordinal) + " }";

        Assert.DoesNotContain(annotation, (await fixture.Server.PutAsync(Connection + "/items/T1", body)).ShouldBe(200).Body, StringComparison.Ordinal);
    }

    private Task<Answer> SendAsync(string name, string method, string path, string body) => fixture.Server.SendAsync(
        new HttpMethod(method),
        Connection + path,
        body.Replace("TYPE", $"\"@odata.type\": \"{name}\"", StringComparison.Ordinal).Replace("NEW", Guid.NewGuid().ToString("N"), StringComparison.Ordinal));

    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync();
            await Server.CreateReadyConnectionAsync();
            (await Server.PutAsync(Connection + "/items/T0", $$"""{ {{Acl}} }""")).ShouldBe(200);
            (await Server.PostAsync(Connection + "/groups", """{ "id": "team" }""")).ShouldBe(201);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Items;

/// <summary>Properties that name people, and connections for people, from the schema to search (external-connectors 4.9 and 6.7).</summary>
public class PeopleAndPrincipalTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Everyone = """[{"type":"everyone","value":"everyone","accessType":"grant"}]""";

    private TestServer Server => shared.Server;

    [Theory]
    [InlineData("v1.0", """{"principals":[{"upn":"bo@contoso.com"},{"externalName":"Cy"}]}""", "")]
    [InlineData("beta", """{"@odata.type":"#microsoft.graph.externalConnectors.principalCollection","principals":[{"upn":"bo@contoso.com"},{"externalName":"Cy"}]}""", "")]
    [InlineData("v1.0", """[{"upn":"bo@contoso.com"},{"externalName":"Cy"}]""", ""","reviewers@odata.type":"Collection(microsoft.graph.externalConnectors.principal)" """)]
    public async Task Principals_are_echoed_as_sent_and_found_by_their_names(string version, string reviewers, string annotation)
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(
            id,
            """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "owner", "type": "principal", "isQueryable": true, "isRetrievable": true, "labels": ["createdBy"] },
              { "name": "reviewers", "type": "principalCollection", "isQueryable": true, "isRetrievable": true } ] }
            """);
        const string Owner =
            """{"@odata.type":"microsoft.graph.externalConnectors.principal","externalName":"A. Lovelace","externalId":"emp1815","entraDisplayName":"Ada Lovelace","entraId":"0b1d35d0-72ec-47dd-92f2-fb9c40936555","email":"ada@contoso.com","upn":"al@contoso.com","tenantId":"t"}""";

        Answer put = await Server.PutAsync(
            $"/{version}/external/connections/{id}/items/T1", $$"""{"acl":{{Everyone}},"properties":{"owner":{{Owner}},"reviewers":{{reviewers}}{{annotation}}} }""");

        JsonElement properties = put.ShouldBe(200).Json.GetProperty("properties");
        Assert.Equal(Owner, properties.GetProperty("owner").GetRawText());
        Assert.Equal(reviewers, properties.GetProperty("reviewers").GetRawText());
        Assert.Equal(put.Body, (await Server.GetAsync($"/{version}/external/connections/{id}/items/T1")).ShouldBe(200).Body);
        foreach ((string query, int total) in new[]
        {
            ("owner:\"Ada Lovelace\"", 1), ("owner:\"A. Lovelace\"", 1), ("owner:\"ada@contoso.com\"", 1), ("owner:\"al@contoso.com\"", 1),
            ("owner:emp1815", 0), ("owner:\"bo@contoso.com\"", 0),
            ("reviewers:\"bo@contoso.com\"", 1), ("reviewers:Cy", 1), ("reviewers:\"Ada Lovelace\"", 0),
        })
        {
            Answer found = (await Server.SearchAsync(query, source: $"/external/connections/{id}")).ShouldBe(200);
            Assert.True(found.Total == total, $"{query}: {found}");
        }

        (await Server.PatchAsync($"/{version}/external/connections/{id}/items/T1", """{"properties":{"owner":{"entraDisplayName":"Di"}}}""")).ShouldBe(200);
        Assert.Equal(0, (await Server.SearchAsync("owner:\"Ada Lovelace\"", source: $"/external/connections/{id}")).Total);
        Assert.Equal(1, (await Server.SearchAsync("owner:Di", source: $"/external/connections/{id}")).Total);
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task An_item_of_a_person_keeps_its_values_unread_and_grants_everyone(string version)
    {
        string id = shared.NewId();
        (await Server.PostAsync($"/{version}/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "contentCategory": "people" }""")).ShouldBe(201);
        const string Plain = """{ "name": "account", "type": "string" }""";
        const string Labelled = """{ "name": "account", "type": "string", "labels": ["personAccount"] }, { "name": "emails", "type": "stringCollection", "labels": ["personEmails"] }""";
        string schema = $"/{version}/external/connections/{id}/schema";
        Assert.Equal("PersonAccountRequired", (await Server.PatchAsync(schema, Body(Plain))).ShouldBe(400).InnerCode);
        (await Server.PatchAsync(schema, Body(Labelled))).ShouldBe(202);
        string item = $"/{version}/external/connections/{id}/items/P1";

        // Four addresses where three count, one of them no JSON: the service ignores what it cannot use and refuses nothing of it.
        const string Properties =
            """{"account":"{\"userPrincipalName\":\"ada@contoso.com\"}","emails@odata.type":"Collection(String)","emails":["{\"address\":\"a@b\"}","no JSON","{}","{}"]}""";
        Answer put = await Server.PutAsync(item, $$"""{"acl":{{Everyone}},"properties":{{Properties}},"content":{"type":"text","value":"unused"} }""");

        Assert.Equal(Properties, put.ShouldBe(200).Json.GetProperty("properties").GetRawText());
        const string NotEveryone = """[{"type":"everyoneExceptGuests","value":"everyone","accessType":"grant"}]""";
        Assert.Equal("InvalidAcl", (await Server.PutAsync(item, $$"""{"acl":{{NotEveryone}},"properties":{{Properties}} }""")).ShouldBe(400).InnerCode);
        Assert.Equal("InvalidAcl", (await Server.PatchAsync(item, $$"""{"acl":{{NotEveryone}} }""")).ShouldBe(400).InnerCode);
        (await Server.PatchAsync(item, """{"content":null}""")).ShouldBe(200);

        static string Body(string properties) => $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ {{properties}} ] }""";
    }

    /// <summary>What an item was checked by includes the connection's own settings: a change of those between check and write is met by checking again.</summary>
    [Fact]
    public async Task A_put_that_meets_a_change_of_the_connection_is_held_against_what_it_is_then()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/beta/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""")).ShouldBe(201);
        (await Server.PatchAsync($"/beta/external/connections/{id}/schema", TestServer.DefaultSchema)).ShouldBe(202);
        const string Html = """{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"t"},"content":{"type":"html","value":"<p>"}}""";

        Task<int[]> puts = Task.WhenAll(Enumerable.Range(0, 40).Select(async i => (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T{i}", Html)).Status));
        (await Server.PatchAsync($"/beta/external/connections/{id}", """{ "enabledContentExperiences": "compliance" }""")).ShouldBe(204);
        int[] statuses = await puts;

        Assert.All(statuses, status => Assert.Contains(status, (int[])[200, 400]));
        Assert.Equal(
            statuses.Count(status => status == 200),
            (await Server.GetAsync($"/beta/external/connections/{id}")).Json.GetProperty("ingestedItemsCount").GetInt64());
        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/late", Html)).ShouldBe(400, "InvalidRequest");
    }
}

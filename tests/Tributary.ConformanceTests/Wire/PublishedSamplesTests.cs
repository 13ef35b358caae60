using System.Text.Json;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Wire;

/// <summary>Bodies in the forms in which published samples and hand-written clients send them, which are looser than the metadata.</summary>
public sealed class PublishedSamplesTests(ServerFixture server)
{
    private readonly Tenant _tenant = server.NewTenant();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_connection_with_an_empty_list_of_apps_gets_its_creator(string version)
    {
        Answer answer = await _tenant.SendAsync(
            HttpMethod.Post,
            $"/{version}/external/connections",
            """{ "id": "samplesolutiongallery", "name": "Sample Solution Gallery", "description": "Samples", "configuration": { "authorizedAppIds": [] } }""");

        answer.ShouldBe(201);
        Assert.Single(answer.Json.GetProperty("configuration").GetProperty("authorizedAppIds").EnumerateArray());
    }

    /// <summary>The sample of the schema's reference page: Booleans and a collection as text, types with a capital.</summary>
    [Theory]
    [InlineData("PATCH", "v1.0")]
    [InlineData("POST", "v1.0")]
    [InlineData("PATCH", "beta")]
    [InlineData("POST", "beta")]
    public async Task A_schema_as_the_reference_page_writes_it_is_understood(string method, string version)
    {
        await CreateAsync();

        Answer accepted = await _tenant.SendAsync(
            new HttpMethod(method),
            $"/{version}/external/connections/contosohr/schema",
            """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "ticketTitle", "type": "String", "isSearchable": "true", "isRetrievable": "true", "labels": [ "title" ] },
              { "name": "priority", "type": "String", "isQueryable": "true", "isRetrievable": "true", "isSearchable": "false" },
              { "name": "assignee", "type": "String", "isRetrievable": "True", "aliases": "creator" },
              { "name": "tags", "type": "StringCollection", "isQueryable": "true", "isRetrievable": true },
              { "name": "opened", "type": "DateTime", "isQueryable": true, "isRetrievable": "true", "labels": [ "CreatedDateTime" ] } ] }
            """,
            ("Prefer", "respond-async"));

        accepted.ShouldBe(202);
        JsonElement[] properties = [.. (await _tenant.SendAsync(HttpMethod.Get, "/v1.0/external/connections/contosohr/schema")).ShouldBe(200).Json.GetProperty("properties").EnumerateArray()];
        Assert.Equal(["string", "string", "string", "stringCollection", "dateTime"], properties.Select(property => property.GetProperty("type").GetString()));
        Assert.Equal([true, false, false, false, false], properties.Select(property => property.GetProperty("isSearchable").GetBoolean()));
        Assert.Equal([true, true, true, true, true], properties.Select(property => property.GetProperty("isRetrievable").GetBoolean()));
        Assert.Equal("creator", Assert.Single(properties[2].GetProperty("aliases").EnumerateArray()).GetString());
        Assert.Equal("createdDateTime", Assert.Single(properties[4].GetProperty("labels").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task A_schema_by_POST_without_a_preference_is_answered_with_itself()
    {
        await CreateAsync();

        Answer answer = await _tenant.SendAsync(
            HttpMethod.Post,
            "/beta/external/connections/contosohr/schema",
            """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "title", "type": "String", "isSearchable": "true" } ] }""");

        answer.ShouldBe(201);
        Assert.Equal("microsoft.graph.externalItem", answer.Json.GetProperty("baseType").GetString());
    }

    /// <summary>The sample of the page for creating an item: capitals in the access list, the tenant's id or the word itself, annotations first.</summary>
    [Theory]
    [InlineData("""{ "type": "user", "value": "e811976d-83df-4cbd-8b9b-5215b18aa874", "accessType": "grant" }""", "user")]
    [InlineData("""{ "type": "User", "value": "e811976d-83df-4cbd-8b9b-5215b18aa874", "accessType": "Grant" }""", "user")]
    [InlineData("""{ "type": "Group", "value": "14c3b1f1-2b0d-4b0f-8f3a-0d6c3b1a9e11", "accessType": "Deny" }""", "group")]
    [InlineData("""{ "type": "Everyone", "value": "everyone", "accessType": "Grant" }""", "everyone")]
    [InlineData("""{ "type": "everyone", "value": "67a141d8-cf4e-4528-ba07-bed21bfacd2d", "accessType": "grant" }""", "everyone")]
    [InlineData("""{ "type": "EveryoneExceptGuests", "value": "everyone", "accessType": "grant" }""", "everyoneExceptGuests")]
    [InlineData("""{ "type": "externalGroup", "value": "14m1b9c38qe647f6a", "accessType": "deny" }""", "externalGroup")]
    [InlineData("""{ "type": "ExternalGroup", "value": "14m1b9c38qe647f6a", "accessType": "Deny" }""", "externalGroup")]
    public async Task An_access_list_entry_may_be_written_with_capitals(string entry, string type)
    {
        await CreateReadyAsync();

        Answer answer = await PutAsync("v1.0", $$"""{ "acl": [ {{entry}} ], "properties": { "title": "Error in the payment gateway" } }""");

        answer.ShouldBe(200);
        Assert.Equal(type, answer.Json.GetProperty("acl")[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task An_external_group_in_the_older_form_of_beta_is_one()
    {
        await CreateReadyAsync();

        Answer answer = await PutAsync(
            "beta",
            """{ "acl": [ { "type": "Group", "value": "nightshift", "accessType": "Grant", "identitySource": "External" } ], "properties": { "title": "Error" } }""");

        answer.ShouldBe(200);
        Assert.Equal("externalGroup", answer.Json.GetProperty("acl")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{ "title": "Error", "title@odata.type": "String", "tags@odata.type": "Collection(String)", "tags": ["a", "b"] }""")]
    [InlineData("""{ "tags": ["a", "b"], "title@odata.type": "String", "title": "Error", "tags@odata.type": "Collection(String)" }""")]
    [InlineData("""{ "tags@odata.type": "Collection(String)", "title@odata.type": "#String", "title": "Error", "tags": ["a", "b"] }""")]
    [InlineData("""{ "@odata.type": "microsoft.graph.externalConnectors.properties", "tags@odata.type": "#Collection(Edm.String)", "tags": ["a", "b"], "title": "Error" }""")]
    public async Task Annotations_may_stand_anywhere(string properties)
    {
        await CreateReadyAsync();

        Answer answer = await PutAsync("v1.0", $$"""{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": {{properties}} }""");

        answer.ShouldBe(200);
        Assert.Equal(["a", "b"], answer.Json.GetProperty("properties").GetProperty("tags").EnumerateArray().Select(value => value.GetString()!));
        Assert.Equal(1, (await FindAsync("tags:b")).Total);
    }

    /// <summary>The item of the page itself, with the types that its models name.</summary>
    [Fact]
    public async Task A_whole_item_with_type_names_is_understood()
    {
        await CreateReadyAsync();

        Answer answer = await PutAsync(
            "v1.0",
            """
            { "@odata.type": "microsoft.graph.externalItem",
              "acl": [ { "type": "everyone", "value": "67a141d8-cf4e-4528-ba07-bed21bfacd2d", "accessType": "grant" },
                       { "@odata.type": "microsoft.graph.externalConnectors.acl", "type": "user", "value": "e811976d-83df-4cbd-8b9b-5215b18aa874", "accessType": "deny" } ],
              "properties": { "title": "Error in the payment gateway", "priority": 1, "assignee": "john@contoso.com" },
              "content": { "value": "Error in payment gateway...", "type": "text" } }
            """);

        answer.ShouldBe(200);
        Assert.Equal(1, (await FindAsync("\"payment gateway\" priority:1")).Total);
    }

    /// <summary>The sample of the article on managing connections: the settings alone, where the metadata has them inside the connection.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Activity_settings_may_come_alone_or_inside_the_connection(bool isBare)
    {
        const string Resolvers =
            """
            "urlToItemResolvers": [ { "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver",
              "urlMatchInfo": { "baseUrls": [ "https://contoso.service-now.com" ], "urlPattern": "/sc_request.do[?&]sys_id=(?<ticketId>[^&]+)" },
              "itemId": "{ticketId}", "priority": 1 } ]
            """;
        await CreateAsync();

        Answer answer = await _tenant.SendAsync(
            HttpMethod.Patch,
            "/beta/external/connections/contosohr",
            isBare
                ? $$"""{ "@odata.type": "#microsoft.graph.externalConnectors.activitySettings", {{Resolvers}} }"""
                : $$"""{ "activitySettings": { {{Resolvers}} } }""");

        answer.ShouldBe(204);
        JsonElement settings = (await _tenant.SendAsync(HttpMethod.Get, "/v1.0/external/connections/contosohr")).Json.GetProperty("activitySettings");
        Assert.Equal("{ticketId}", settings.GetProperty("urlToItemResolvers")[0].GetProperty("itemId").GetString());
    }

    [Theory]
    [InlineData("/v1.0/external/connections('contosohr')")]
    [InlineData("/v1.0/External/Connections/contosohr")]
    [InlineData("/v1.0/external/connections/contosohr/")]
    [InlineData("/beta/external/connections/%63ontosohr")]
    public async Task A_path_may_be_written_in_OData_s_ways(string path)
    {
        await CreateAsync();

        Assert.Equal("contosohr", (await _tenant.SendAsync(HttpMethod.Get, path)).ShouldBe(200).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_search_as_the_page_writes_it_is_understood()
    {
        await CreateReadyAsync();
        (await PutAsync("v1.0", """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "Contoso", "priority": 2 } }""")).ShouldBe(200);

        Answer answer = await _tenant.SendAsUserAsync(
            "reader",
            HttpMethod.Post,
            "/v1.0/search/query",
            """
            { "requests": [ { "entityTypes": [ "microsoft.graph.externalItem" ], "contentSources": [ "/external/connections/contosohr" ], "region": "",
                "query": { "query_string": { "query": "ignored" }, "queryString": "contoso" }, "from": "0", "size": "25", "fields": [ "title", "priority" ] } ] }
            """);

        answer.ShouldBe(200);
        Assert.Equal(2, answer.Container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties").GetProperty("priority").GetInt32());
    }

    private async Task CreateAsync() =>
        (await _tenant.SendAsync(
            HttpMethod.Post,
            "/v1.0/external/connections",
            """{ "id": "contosohr", "name": "Contoso HR", "description": "Connection to index Contoso HR system" }""")).ShouldBe(201);

    private async Task CreateReadyAsync()
    {
        await CreateAsync();
        (await _tenant.SendAsync(
            HttpMethod.Patch,
            "/v1.0/external/connections/contosohr/schema",
            """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "title", "type": "String", "isSearchable": "true", "isQueryable": "true", "isRetrievable": "true", "labels": [ "title" ] },
              { "name": "priority", "type": "Int64", "isQueryable": "true", "isRetrievable": "true" },
              { "name": "assignee", "type": "String", "isRetrievable": "true" },
              { "name": "tags", "type": "StringCollection", "isQueryable": "true", "isRetrievable": "true" } ] }
            """)).ShouldBe(202);
    }

    private Task<Answer> PutAsync(string version, string json) => _tenant.SendAsync(HttpMethod.Put, $"/{version}/external/connections/contosohr/items/TSP228082938", json);

    private async Task<Answer> FindAsync(string query) => (await _tenant.SendAsUserAsync(
        "reader",
        HttpMethod.Post,
        "/v1.0/search/query",
        $$"""
        { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/contosohr"], "query": { "queryString": {{JsonSerializer.Serialize(query)}} } } ] }
        """)).ShouldBe(200);
}

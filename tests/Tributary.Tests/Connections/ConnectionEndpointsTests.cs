using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

public class ConnectionEndpointsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Everything =
        """
        "description": "Connection to index Contoso HR system",
        "connectorId": "3c1f1c6e-6a54-4a5a-b7a5-6a2d3a3f4e5b",
        "contentCategory": "KnowledgeBase",
        "configuration": { "authorizedAppIds": ["0A6E1B8C-6F3D-4E39-9A55-2F0D3C1B7E11"], "note": { "b": 1.50, "a": "ä<'" } },
        "activitySettings": { "urlToItemResolvers": [ { "itemId": "doc_{num}", "priority": 8,
          "urlMatchInfo": { "urlPattern": "/docs/(?<num>[0-9]+)", "baseUrls": ["https://docs.example"] },
          "@odata.type": "microsoft.graph.externalConnectors.itemIdResolver" } ] },
        "searchSettings": { "searchResultTemplates": [ { "id": "one", "priority": 0, "layout": {} },
          { "id": "a234567890123456", "priority": 2147483647,
            "layout": { "type": "AdaptiveCard", "version": "1.3", "body": [ { "type": "TextBlock", "text": "${title}" } ] },
            "rules": [ { "operation": "Equals", "property": "status", "values": ["open", "new"], "valuesJoinedBy": "or" } ] } ] }
        """;

    /// <summary>What the answers show for <see cref="Everything"/> between the configuration and the members of beta.</summary>
    private const string EverythingShown =
        """
        "connectorId":"3c1f1c6e-6a54-4a5a-b7a5-6a2d3a3f4e5b","activitySettings":{"urlToItemResolvers":[{"@odata.type":"#microsoft.graph.externalConnectors.itemIdResolver","priority":8,"itemId":"doc_{num}","urlMatchInfo":{"baseUrls":["https://docs.example"],"urlPattern":"/docs/(?<num>[0-9]+)"}}]},"searchSettings":{"searchResultTemplates":[{"id":"one","priority":0,"layout":{},"rules":[]},{"id":"a234567890123456","priority":2147483647,"layout":{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"${title}"}]},"rules":[{"property":"status","operation":"equals","values":["open","new"],"valuesJoinedBy":"or"}]}]},"contentCategory":"knowledgeBase"
        """;

    private const string EverythingOfBeta =
        """
        ,"complianceSettings":{"eDiscoveryResultTemplates":[{"id":"legal","priority":1,"layout":{},"rules":[]}]},"enabledContentExperiences":"search, compliance"
        """;

    private const string ConfigurationShown =
        $$$"""{"authorizedAppIds":["0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11","{{{TestServer.App}}}"],"note":{"b":1.50,"a":"ä<'"}}""";

    private TestServer Server => shared.Server;

    private string Origin => Server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Create_answers_201_with_the_members_that_are_set(string version)
    {
        // The very body that the API's documentation shows, on a server of its own.
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.PostAsync(
            $"/{version}/external/connections", """{ "id": "contosohr", "name": "Contoso HR", "description": "Connection to index Contoso HR system" }""");

        answer.ShouldBe(201);
        Assert.StartsWith("application/json", answer.ContentHeaders.ContentType!.ToString(), StringComparison.Ordinal);
        string origin = server.Http.BaseAddress!.ToString().TrimEnd('/');
        Assert.Equal(
            $$$"""{"@odata.context":"{{{origin}}}/{{{version}}}/$metadata#external/connections/$entity","id":"contosohr","name":"Contoso HR","description":"Connection to index Contoso HR system","state":"draft","configuration":{"authorizedAppIds":["d310d35d-72ec-47dd-92f2-fb9c40936555"]}}""",
            answer.Body);
        Assert.Equal($"{origin}/{version}/external/connections/contosohr", answer.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Create_answers_everything_that_was_set(string version)
    {
        string id = shared.NewId();

        Answer answer = await Server.PostAsync($"/{version}/external/connections", BodyOf(id, version));

        answer.ShouldBe(201);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/{{version}}/$metadata#external/connections/$entity","id":"{{id}}","name":"Name of {{id}}","description":"Connection to index Contoso HR system","state":"draft","configuration":{{ConfigurationShown}},{{EverythingShown}}""" + (version == "beta" ? EverythingOfBeta : "") + "}",
            answer.Body);
    }

    [Fact]
    public async Task Get_shows_unset_members_as_null()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""")).ShouldBe(201);

        Answer v1 = await Server.GetAsync($"/v1.0/external/connections/{id}");
        Answer beta = await Server.GetAsync($"/beta/external/connections/{id}");

        string body = $$""" "id":"{{id}}","name":"Name of {{id}}","description":null,"state":"draft","configuration":{"authorizedAppIds":["{{TestServer.App}}"]},"connectorId":null,"activitySettings":null,"searchSettings":null,"contentCategory":"uncategorized" """.Trim();
        Assert.Equal($$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections/$entity",{{body}}}""", v1.ShouldBe(200).Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/beta/$metadata#external/connections/$entity",{{body}},"complianceSettings":null,"enabledContentExperiences":"search","ingestedItemsCount":null}""",
            beta.ShouldBe(200).Body);
    }

    [Fact]
    public async Task Get_shows_everything_that_was_set_and_v1_leaves_out_what_only_beta_has()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/beta/external/connections", BodyOf(id, "beta"))).ShouldBe(201);
        (await Server.PatchAsync($"/beta/external/connections/{id}/schema", TestServer.DefaultSchema)).ShouldBe(202);
        (await Server.PutAsync($"/v1.0/external/connections/{id}/items/T1", Item("T1"))).ShouldBe(200);

        Answer v1 = await Server.GetAsync($"/v1.0/external/connections/{id}");
        Answer beta = await Server.GetAsync($"/beta/external/connections/{id}");

        string body = $$""" "id":"{{id}}","name":"Name of {{id}}","description":"Connection to index Contoso HR system","state":"ready","configuration":{{ConfigurationShown}},{{EverythingShown}} """.Trim();
        Assert.Equal($$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections/$entity",{{body}}}""", v1.ShouldBe(200).Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/beta/$metadata#external/connections/$entity",{{body}}{{EverythingOfBeta}},"ingestedItemsCount":1}""",
            beta.ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("v1.0", "")]
    [InlineData("beta", ""","complianceSettings":null,"enabledContentExperiences":"search","ingestedItemsCount":null""")]
    public async Task List_shows_whole_connections_in_the_order_of_their_creation(string version, string more)
    {
        const string Tenant = "5f0c8c4e-8f5d-4a9e-9c36-6d5be0f4a001";
        string tenant = version == "beta" ? Tenant : Tenant.Replace("001", "002", StringComparison.Ordinal);
        string token = await Server.AppTokenAsync(tenant: tenant);
        Answer empty = await Server.GetAsync($"/{version}/external/connections", token);
        foreach (string id in (string[])["zebra", "apple"])
        {
            (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "{{id}}" }""", token)).ShouldBe(201);
        }

        Answer two = await Server.GetAsync($"/{version}/external/connections", token);

        string context = $$"""{"@odata.context":"{{Origin}}/{{version}}/$metadata#external/connections","value":[""";
        Assert.Equal(context + "]}", empty.ShouldBe(200).Body);
        Assert.Equal($"{context}{Listed("zebra")},{Listed("apple")}]}}", two.ShouldBe(200).Body);

        string Listed(string id) =>
            $$"""{"id":"{{id}}","name":"{{id}}","description":null,"state":"draft","configuration":{"authorizedAppIds":["{{TestServer.App}}"]},"connectorId":null,"activitySettings":null,"searchSettings":null,"contentCategory":"uncategorized"{{more}}""" + "}";
    }

    [Fact]
    public async Task Without_metadata_there_is_no_context_and_the_type_says_so()
    {
        string id = shared.NewId();
        Answer created = await Server.SendAsync(
            HttpMethod.Post, "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""", null, ("Accept", "application/json;odata.metadata=none"));
        Answer list = await Server.SendAsync(HttpMethod.Get, "/v1.0/external/connections", null, null, ("Accept", "application/json;odata.metadata=none"));

        Assert.StartsWith($$"""{"id":"{{id}}",""", created.ShouldBe(201).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"value":[""", list.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.Equal("application/json; odata.metadata=none; odata.streaming=true; IEEE754Compatible=false; charset=utf-8", list.ContentHeaders.ContentType!.ToString());
    }

    [Fact]
    public async Task The_name_of_2021_for_authorizedAppIds_is_kept_and_authorizes_nobody()
    {
        const string Other = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
        string id = shared.NewId();

        Answer created = await Server.PostAsync(
            "/v1.0/external/connections",
            $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "configuration": { "authorizedApps": ["{{Other}}"] } }""");

        JsonElement configuration = created.ShouldBe(201).Json.GetProperty("configuration");
        Assert.Equal($"""["{Other}"]""", configuration.GetProperty("authorizedApps").GetRawText());
        Assert.Equal(TestServer.App, Assert.Single(configuration.GetProperty("authorizedAppIds").EnumerateArray()).GetString());
        (await Server.GetAsync($"/v1.0/external/connections/{id}", await Server.AppTokenAsync(Other))).ShouldBe(404, "ItemNotFound");
    }

    [Fact]
    public async Task What_the_server_decides_is_ignored_in_a_body()
    {
        string id = shared.NewId();

        Answer created = await Server.PostAsync(
            "/beta/external/connections",
            $$"""{ "@odata.type": "#microsoft.graph.externalConnectors.externalConnection", "ID": "{{id}}", "name": "Name of {{id}}", "state": "ready", "ingestedItemsCount": 7 }""");
        Answer patched = await Server.PatchAsync($"/beta/external/connections/{id}", """{ "state": 5, "ingestedItemsCount": "many", "connectorId": null }""");

        Assert.Equal("draft", created.ShouldBe(201).Json.GetProperty("state").GetString());
        patched.ShouldBe(204);
        Assert.Equal("draft", await MemberAsync(id, "state"));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("a2345678901234567890123456789012")]
    [InlineData("Mic")]
    [InlineData("Micros0ft")]
    [InlineData("NoneOfIt")]
    [InlineData("0123")]
    public async Task An_id_at_the_edge_of_its_rule_is_taken(string id)
    {
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}" }""")).ShouldBe(201);
        (await Server.GetAsync($"/v1.0/external/connections/{id}")).ShouldBe(200);
    }

    [Fact]
    public async Task A_name_of_128_characters_and_50_application_ids_are_taken()
    {
        string id = shared.NewId();
        string apps = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"{i:x8}-72ec-47dd-92f2-fb9c40936555\""));

        Answer answer = await Server.PostAsync(
            "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "{{new string('n', 128)}}", "configuration": { "authorizedAppIds": [{{apps}}] } }""");

        // The caller comes on top of those that were sent.
        Assert.Equal(51, answer.ShouldBe(201).Json.GetProperty("configuration").GetProperty("authorizedAppIds").GetArrayLength());
    }

    [Fact]
    public async Task Eight_resolvers_are_taken()
    {
        string id = shared.NewId();
        string resolvers = string.Join(',', Enumerable.Range(1, 8).Select(i =>
            $$"""{ "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver", "priority": {{i}}, "itemId": "{n}", "urlMatchInfo": { "baseUrls": [], "urlPattern": "(?<n>x)" } }"""));

        (await Server.PostAsync(
            "/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "Name of {{id}}", "activitySettings": { "urlToItemResolvers": [{{resolvers}}] } }""")).ShouldBe(201);

        Assert.Equal(8, (await GetAsync(id))["activitySettings"]!["urlToItemResolvers"]!.AsArray().Count);
    }

    // ---- update ----------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Update_answers_204_without_body_and_keeps_what_was_not_sent()
    {
        string id = await CreateAsync();

        Answer answer = await Server.PatchAsync($"/v1.0/external/connections/{id}", """{ "description": "Other" }""");

        answer.ShouldBe(204);
        Assert.Equal("", answer.Body);
        Assert.Null(answer.ContentHeaders.ContentType);
        JsonObject expected = await GetAsync(id);
        Assert.Equal("Other", (string?)expected["description"]);
        Assert.Equal($"Name of {id}", (string?)expected["name"]);
        Assert.Equal("knowledgeBase", (string?)expected["contentCategory"]);
        Assert.Equal("search, compliance", (string?)expected["enabledContentExperiences"]);
        Assert.Equal(2, expected["searchSettings"]!["searchResultTemplates"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_update_that_says_nothing_changes_nothing()
    {
        string id = await CreateAsync();
        JsonObject before = await GetAsync(id);

        (await Server.PatchAsync($"/v1.0/external/connections/{id}", "{}")).ShouldBe(204);

        Assert.True(JsonNode.DeepEquals(before, await GetAsync(id)));
    }

    [Fact]
    public async Task Null_resets_a_member_to_its_default()
    {
        string id = await CreateAsync();

        (await Server.PatchAsync(
            $"/beta/external/connections/{id}",
            """
            { "description": null, "configuration": null, "activitySettings": null, "searchSettings": null, "complianceSettings": null,
              "contentCategory": null, "enabledContentExperiences": null }
            """)).ShouldBe(204);

        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/beta/$metadata#external/connections/$entity","id":"{{id}}","name":"Name of {{id}}","description":null,"state":"draft","configuration":{"authorizedAppIds":["{{TestServer.App}}"]},"connectorId":"3c1f1c6e-6a54-4a5a-b7a5-6a2d3a3f4e5b","activitySettings":null,"searchSettings":null,"contentCategory":"uncategorized","complianceSettings":null,"enabledContentExperiences":"search","ingestedItemsCount":null}""",
            (await Server.GetAsync($"/beta/external/connections/{id}")).Body);
    }

    [Fact]
    public async Task A_complex_member_is_replaced_whole()
    {
        string id = await CreateAsync();

        (await Server.PatchAsync(
            $"/beta/external/connections/{id}",
            $$"""{ "configuration": { "authorizedAppIds": ["{{TestServer.App}}"] }, "searchSettings": { "searchResultTemplates": [] }, "activitySettings": {}, "complianceSettings": {} }""")).ShouldBe(204);

        JsonObject connection = await GetAsync(id);
        Assert.Equal($$"""{"authorizedAppIds":["{{TestServer.App}}"]}""", connection["configuration"]!.ToJsonString());
        Assert.Equal("""{"searchResultTemplates":[]}""", connection["searchSettings"]!.ToJsonString());
        Assert.Equal("""{"urlToItemResolvers":[]}""", connection["activitySettings"]!.ToJsonString());
        Assert.Equal("""{"eDiscoveryResultTemplates":[]}""", connection["complianceSettings"]!.ToJsonString());
    }

    [Fact]
    public async Task Bare_activity_settings_are_taken_for_the_member()
    {
        string id = await CreateAsync();

        (await Server.PatchAsync(
            $"/v1.0/external/connections/{id}",
            """
            { "@odata.type": "#microsoft.graph.externalConnectors.activitySettings", "urlToItemResolvers": [
              { "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver", "priority": 1, "itemId": "{x}", "urlMatchInfo": { "baseUrls": ["https://a.example"], "urlPattern": "(?<x>.*)" } } ] }
            """)).ShouldBe(204);

        JsonObject connection = await GetAsync(id);
        Assert.Equal("{x}", (string?)connection["activitySettings"]!["urlToItemResolvers"]![0]!["itemId"]);
        Assert.Equal("Connection to index Contoso HR system", (string?)connection["description"]);
    }

    [Fact]
    public async Task Id_and_connectorId_may_be_sent_again_when_they_are_the_same()
    {
        string id = await CreateAsync();

        (await Server.PatchAsync(
            $"/v1.0/external/connections/{id}", $$"""{ "id": "{{id}}", "connectorId": "3c1f1c6e-6a54-4a5a-b7a5-6a2d3a3f4e5b", "description": "Same" }""")).ShouldBe(204);
        (await Server.PatchAsync($"/v1.0/external/connections/{id}", """{ "connectorId": null }""")).ShouldBe(400, "InvalidRequest");

        Assert.Equal("Same", await MemberAsync(id, "description"));
    }

    [Fact]
    public async Task A_connection_keeps_its_own_name_and_frees_the_one_that_it_gives_up()
    {
        string id = await CreateAsync();
        string other = shared.NewId();
        (await Server.PatchAsync($"/v1.0/external/connections/{id}", $$"""{ "name": "NAME OF {{id}}" }""")).ShouldBe(204);
        (await Server.PatchAsync($"/v1.0/external/connections/{id}", $$"""{ "name": "Renamed {{id}}" }""")).ShouldBe(204);

        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{other}}", "name": "Name of {{id}}" }""")).ShouldBe(201);

        (await Server.PatchAsync($"/v1.0/external/connections/{id}", $$"""{ "name": "name of {{id}}" }""")).ShouldBe(409, "NameAlreadyExists");
        Assert.Equal($"Renamed {id}", await MemberAsync(id, "name"));
    }

    // ---- at once ---------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Of_many_creates_of_one_id_exactly_one_answers_201()
    {
        string id = shared.NewId();

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
            (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{(i % 2 == 0 ? id : id.ToUpperInvariant())}}", "name": "Race {{i}} of {{id}}" }""")).Status));

        Assert.Equal([201, .. Enumerable.Repeat(409, 15)], statuses.Order());
    }

    [Fact]
    public async Task Of_many_creates_of_one_name_exactly_one_answers_201()
    {
        string[] ids = [.. Enumerable.Range(0, 16).Select(_ => shared.NewId())];

        int[] statuses = await Task.WhenAll(ids.Select(async id =>
            (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "{{id}}", "name": "One name for {{ids[0]}}" }""")).Status));

        Assert.Equal([201, .. Enumerable.Repeat(409, 15)], statuses.Order());
    }

    [Fact]
    public async Task Updates_of_different_members_at_once_are_all_kept()
    {
        string id = await CreateAsync();
        (string Member, string Value)[] updates =
            [("name", $"\"Raced {id}\""), ("description", "\"Raced\""), ("contentCategory", "\"wikis\""), ("searchSettings", "null"), ("enabledContentExperiences", "\"compliance\"")];

        for (int round = 0; round < 10; round++)
        {
            Answer[] answers = await Task.WhenAll(updates.Select(update => Server.PatchAsync($"/beta/external/connections/{id}", $$"""{ "{{update.Member}}": {{update.Value}} }""")));

            Assert.All(answers, answer => answer.ShouldBe(204));
            JsonObject connection = await GetAsync(id);
            Assert.All(updates, update => Assert.Equal(update.Value, connection[update.Member]?.ToJsonString() ?? "null"));
            (await Server.PatchAsync($"/beta/external/connections/{id}", $$"""{ "name": "Name of {{id}}", "description": "Before", "contentCategory": "crm", "searchSettings": {}, "enabledContentExperiences": "search" }""")).ShouldBe(204);
        }
    }

    private static string BodyOf(string id, string version) =>
        $$"""
        { "id": "{{id}}", "name": "Name of {{id}}",
        {{(version == "beta" ? """ "enabledContentExperiences": "Compliance,MicrosoftSearch", "complianceSettings": { "eDiscoveryResultTemplates": [ { "id": "legal", "priority": 1, "layout": {} } ] }, """ : "")}}
        {{Everything}} }
        """;

    private static string Item(string title) =>
        $$"""{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "{{title}}" }, "content": { "type": "text", "value": "x" } }""";

    /// <summary>A connection that has everything set.</summary>
    private async Task<string> CreateAsync()
    {
        string id = shared.NewId();
        (await Server.PostAsync("/beta/external/connections", BodyOf(id, "beta"))).ShouldBe(201);
        return id;
    }

    private async Task<JsonObject> GetAsync(string id) =>
        JsonNode.Parse((await Server.GetAsync($"/beta/external/connections/{id}")).ShouldBe(200).Body)!.AsObject();

    private async Task<string?> MemberAsync(string id, string member) => (await GetAsync(id))[member]?.GetValue<JsonElement>().GetString();
}

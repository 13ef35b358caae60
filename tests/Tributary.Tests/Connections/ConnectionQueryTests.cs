using System.Net;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

/// <summary>The OData query options of connections (external-connectors 2.6), on a tenant with four of them.</summary>
public sealed class ConnectionQueryTests(ConnectionQueryTests.FourConnections fixture) : IClassFixture<ConnectionQueryTests.FourConnections>
{
    private const string List = "/v1.0/external/connections";

    private readonly TestServer _server = fixture.Server;

    private string Origin => _server.Http.BaseAddress!.ToString().TrimEnd('/');

    [Theory]
    [InlineData("id eq 'apple'", "apple")]
    [InlineData("id eq 'APPLE'", "")]
    [InlineData("ID EQ 'apple'", "apple")]
    [InlineData("'apple' eq id", "apple")]
    [InlineData("id ne 'apple'", "kiwi plum Cherry")]
    [InlineData("name eq 'O''Brien & Söhne'", "kiwi")]
    [InlineData("name eq 'apple'", "")]
    [InlineData("name eq null", "")]
    [InlineData("name ne null", "kiwi apple plum Cherry")]
    [InlineData("startswith(name,'O')", "kiwi")]
    [InlineData("startswith(name,'')", "kiwi apple plum Cherry")]
    [InlineData("startswith(name,'p') or startswith(id,'a')", "apple plum")]
    [InlineData("state eq 'draft'", "kiwi apple")]
    [InlineData("state eq 'Ready'", "plum")]
    [InlineData("state eq microsoft.graph.externalConnectors.connectionState'ready'", "plum")]
    [InlineData("state eq graph.externalConnectors.connectionState'limitExceeded'", "Cherry")]
    [InlineData("state eq 'limitExceeded'", "Cherry")]
    [InlineData("state ne 'draft'", "plum Cherry")]
    [InlineData("state eq 'unknownFutureValue'", "")]
    [InlineData("state in ('ready','limitExceeded')", "plum Cherry")]
    [InlineData("state eq null", "")]
    [InlineData("id in ('plum','apple','nobody')", "apple plum")]
    [InlineData("not (id in ('plum','apple'))", "kiwi Cherry")]
    [InlineData("not startswith(id,'a') and state eq 'draft'", "kiwi")]
    [InlineData("state eq 'draft' and (id eq 'kiwi' or id eq 'plum')", "kiwi")]
    [InlineData("state eq 'draft' and id eq 'kiwi' or id eq 'plum'", "kiwi plum")]
    public async Task A_filter_picks_what_it_says(string filter, string ids) =>
        Assert.Equal(ids, Ids((await _server.GetAsync($"{List}?$filter={WebUtility.UrlEncode(filter)}&$select=id")).ShouldBe(200)));

    [Theory]
    [InlineData("id", "Cherry apple kiwi plum")]
    [InlineData("id desc", "plum kiwi apple Cherry")]
    [InlineData("NAME ASC", "apple kiwi Cherry plum")]
    [InlineData("state", "kiwi apple plum Cherry")]
    [InlineData("state desc, id", "Cherry plum apple kiwi")]
    [InlineData("state desc,id desc", "Cherry plum kiwi apple")]
    [InlineData("contentCategory,name desc", "plum Cherry apple kiwi")]
    public async Task An_order_is_the_one_asked_for_and_ties_are_in_the_order_of_creation(string order, string ids)
    {
        Answer whole = await _server.GetAsync($"{List}?$orderby={Uri.EscapeDataString(order)}");
        List<string> paged = await PagesAsync($"{List}?$top=1&$orderby={Uri.EscapeDataString(order)}");

        Assert.Equal(ids, Ids(whole.ShouldBe(200)));
        Assert.Equal(ids, string.Join(' ', paged));
    }

    [Fact]
    public async Task Beta_can_be_sorted_by_the_number_of_items_and_drafts_which_have_none_come_first() =>
        Assert.Equal("kiwi apple plum Cherry", Ids((await _server.GetAsync("/beta/external/connections?orderby=ingestedItemsCount")).ShouldBe(200)));

    [Theory]
    [InlineData("?$filter=id eq 'plum'")]
    [InlineData("?filter=id eq 'plum'")]
    [InlineData("?%24filter=id%20eq%20%27plum%27")]
    [InlineData("?$FILTER=id+eq+'plum'")]
    [InlineData("?Filter=ID eq 'plum'&utm=1&utm=2")]
    public async Task An_option_is_read_however_its_name_is_written(string query) =>
        Assert.Equal("plum", Ids((await _server.GetAsync(List + query)).ShouldBe(200)));

    [Fact]
    public async Task A_selection_shows_what_was_selected_and_the_id_and_says_so_in_the_context()
    {
        Answer list = await _server.GetAsync($"{List}?$select=NAME,state,name&$filter=id eq 'plum'&$count=true");
        Answer one = await _server.GetAsync($"{List}/plum?select=id,contentCategory,searchSettings");
        Answer all = await _server.GetAsync($"{List}/plum?$select=*,name");
        Answer plain = await _server.GetAsync($"{List}/plum");

        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(name,state)","@odata.count":1,"value":[{"id":"plum","name":"plum","state":"ready"}]}""",
            list.ShouldBe(200).Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(id,contentCategory,searchSettings)/$entity","id":"plum","searchSettings":null,"contentCategory":"wikis"}""",
            one.ShouldBe(200).Body);
        Assert.Equal(plain.ShouldBe(200).Body, all.ShouldBe(200).Body);
    }

    [Fact]
    public async Task A_schema_is_shown_in_place_when_it_is_expanded()
    {
        Answer draft = await _server.GetAsync($"{List}/kiwi?$expand=schema&$select=id");
        Answer list = await _server.GetAsync($"{List}?$filter=id in ('kiwi','plum')&$expand=SCHEMA&$select=id");
        Answer whole = await _server.GetAsync($"{List}/plum?expand=schema");
        Answer bare = await _server.SendAsync(HttpMethod.Get, $"{List}/kiwi?$expand=schema&$select=id", null, null, ("Accept", "application/json;odata.metadata=none"));
        string schema = (await _server.GetAsync($"{List}/plum/schema")).ShouldBe(200).Body.Replace(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('plum')/schema/$entity",""", "{", StringComparison.Ordinal);

        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(id,schema())/$entity","id":"kiwi","schema@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('kiwi')/schema/$entity","schema":null}""",
            draft.ShouldBe(200).Body);
        Assert.Equal(
            $$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections(id,schema())","value":[{"id":"kiwi","schema@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('kiwi')/schema/$entity","schema":null},{"id":"plum","schema@odata.context":"{{Origin}}/v1.0/$metadata#external/connections('plum')/schema/$entity","schema":{{schema}}}]}""",
            list.ShouldBe(200).Body);
        Assert.Equal($"{Origin}/v1.0/$metadata#external/connections(schema())/$entity", whole.ShouldBe(200).Json.GetProperty("@odata.context").GetString());
        Assert.EndsWith($"\"schema\":{schema}}}", whole.Body, StringComparison.Ordinal);
        Assert.Equal("""{"id":"kiwi","schema":null}""", bare.ShouldBe(200).Body);
    }

    [Fact]
    public async Task An_expanded_schema_shows_newer_labels_to_who_asks_for_them()
    {
        string other = await _server.AppTokenAsync("0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e12");
        await _server.CreateReadyConnectionAsync(
            "people",
            """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "icon", "type": "string", "isRetrievable": true, "labels": ["iconUrl"] } ] }""",
            other);

        Answer known = await _server.GetAsync($"{List}/people?$expand=schema", other);
        Answer asked = await _server.SendAsync(HttpMethod.Get, $"{List}/people?$expand=schema", null, other, ("Prefer", "return=minimal, Include-Unknown-Enum-Members"));
        Answer unasked = await _server.SendAsync(HttpMethod.Get, $"{List}/people", null, other, ("Prefer", "include-unknown-enum-members"));

        Assert.Contains("\"labels\":[\"unknownFutureValue\"]", known.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.False(known.Headers.Contains("Preference-Applied"));
        Assert.Contains("\"labels\":[\"iconUrl\"]", asked.ShouldBe(200).Body, StringComparison.Ordinal);
        Assert.Equal("include-unknown-enum-members", asked.Headers.GetValues("Preference-Applied").Single());
        Assert.False(unasked.ShouldBe(200).Headers.Contains("Preference-Applied"));
    }

    [Fact]
    public async Task The_query_of_a_schema_is_ignored_as_the_real_service_does()
    {
        Answer plain = await _server.GetAsync($"{List}/plum/schema");

        Assert.Equal(plain.ShouldBe(200).Body, (await _server.GetAsync($"{List}/plum/schema?$select=baseType&$expand=x&$filter=y")).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("$top=9223372036854775807", "Cherry apple kiwi plum")]
    [InlineData("$top=9223372036854775808", "Cherry apple kiwi plum")]
    [InlineData("$top=99999999999999999999999999999999999999999", "Cherry apple kiwi plum")]
    [InlineData("$top=00000000000000000000000000000000000000002", "Cherry apple")]
    [InlineData("$skip=9223372036854775807", "")]
    [InlineData("$skip=9223372036854775808", "")]
    [InlineData("$skip=99999999999999999999", "")]
    [InlineData("deltatoken=1", "Cherry apple kiwi plum")]
    [InlineData("levels=1&id=apple&index=2&schemaversion=3", "Cherry apple kiwi plum")]
    public async Task A_number_beyond_every_list_is_whole_and_a_name_without_the_dollar_that_is_no_option_means_nothing(string query, string ids) =>
        Assert.Equal(ids, Ids((await _server.GetAsync($"{List}?$orderby=id&{query}")).ShouldBe(200)));

    [Theory]
    [InlineData("$deltatoken=1", "The query parameter '$deltatoken' is not supported.")]
    [InlineData("$format=json&$format=xml", "The query parameter '$format' is given more than once.")]
    [InlineData("$format=json&format=json", "The query parameter '$format' is given more than once.")]
    [InlineData("%24FORMAT=json&$format=json", "The query parameter '$format' is given more than once.")]
    [InlineData("$format=", "The query parameter '$format' has no value.")]
    [InlineData("format=+", "The query parameter '$format' has no value.")]
    [InlineData("$format", "The query parameter '$format' has no value.")]
    public async Task The_format_is_an_option_like_every_other(string query, string message)
    {
        foreach (string path in (string[])[List, $"{List}/apple", $"{List}/$count", $"{List}/plum/schema", "/v1.0", "/v1.0/$metadata"])
        {
            if (query[1..].StartsWith("delta", StringComparison.Ordinal) && path != List)
            {
                continue;
            }

            Assert.Equal(message, (await _server.GetAsync($"{path}?{query}")).ShouldBe(400, "BadRequest").ErrorMessage);
        }
    }

    [Theory]
    [InlineData("", "4")]
    [InlineData("?$filter=state eq 'draft'", "2")]
    [InlineData("?filter=id eq 'nobody'", "0")]
    public async Task A_count_is_plain_text(string query, string count)
    {
        Answer answer = await _server.SendAsync(HttpMethod.Get, $"{List}/$count{query}", null, null, ("Accept", "text/plain"), ("ConsistencyLevel", "eventual"));

        Assert.Equal(count, answer.ShouldBe(200).Body);
        Assert.Equal("text/plain", answer.ContentHeaders.ContentType!.ToString());
    }

    [Fact]
    public async Task A_caller_counts_only_what_he_may_know_of()
    {
        string other = await _server.AppTokenAsync("0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11");

        Assert.Equal("0", (await _server.GetAsync($"{List}/$count", other)).ShouldBe(200).Body);
        Assert.Equal($$"""{"@odata.context":"{{Origin}}/v1.0/$metadata#external/connections","@odata.count":0,"value":[]}""", (await _server.GetAsync($"{List}?$count=true", other)).ShouldBe(200).Body);
    }

    private static string Ids(Answer answer) =>
        string.Join(' ', answer.Json.GetProperty("value").EnumerateArray().Select(connection => connection.GetProperty("id").GetString()));

    private async Task<List<string>> PagesAsync(string path)
    {
        var ids = new List<string>();
        for (string? next = path; next is not null; next = Paging.NextOrNull(await _server.GetAsync(next), ids))
        {
            Assert.True(ids.Count < 10, "The pages do not end.");
        }

        return ids;
    }

    /// <summary>Two drafts, one that is ready, and one whose quota is used up.</summary>
    public sealed class FourConnections : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync("Items:MaxPerConnection=1");
            await CreateAsync("kiwi", "O'Brien & Söhne", "people");
            await CreateAsync("apple", "Apple", "crm");
            await CreateAsync("plum", "plum", "wikis");
            await CreateAsync("Cherry", "Zebra", "wikis");
            foreach (string id in (string[])["plum", "Cherry"])
            {
                (await Server.PatchAsync($"/beta/external/connections/{id}/schema", TestServer.DefaultSchema)).ShouldBe(202);
            }

            (await Server.PutAsync(
                $"{List}/Cherry/items/T1",
                """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "T" } }""")).ShouldBe(200);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private async Task CreateAsync(string id, string name, string category) => (await Server.PostAsync(
            List, $$"""{ "id": "{{id}}", "name": "{{name}}", "contentCategory": "{{category}}" }""")).ShouldBe(201);
    }
}

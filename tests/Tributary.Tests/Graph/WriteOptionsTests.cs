using Tributary.Tests.Batch;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Graph;

/// <summary>Query options of what is no GET: none is taken, and nothing is done where one stands.</summary>
public sealed class WriteOptionsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Root = "/v1.0/external/connections";
    private const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "New" } }""";

    private TestServer Server => shared.Server;

    public static TheoryData<string, string, string?> Writes => new()
    {
        { "PATCH", "{0}", """{ "description": "New" }""" },
        { "DELETE", "{0}", null },
        { "PUT", "{0}/items/T0", Item },
        { "PUT", "{0}/items/T9", Item },
        { "PATCH", "{0}/items/T0", """{ "properties": { "title": "New" } }""" },
        { "DELETE", "{0}/items/T0", null },
        { "POST", "{0}/items/T0/addActivities", """{ "activities": [] }""" },
        { "POST", "{0}/groups", """{ "id": "other" }""" },
        { "PATCH", "{0}/groups/team", """{ "displayName": "New" }""" },
        { "DELETE", "{0}/groups/team", null },
        { "POST", "{0}/groups/team/members", """{ "id": "inner", "type": "externalGroup" }""" },
        { "PATCH", "{0}/schema", TestServer.DefaultSchema },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_with_an_option_is_refused_by_its_name_and_changes_nothing(string method, string path, string? body)
    {
        string id = await ReadyAsync();
        string before = await StateAsync(id);

        foreach ((string query, string option) in ((string, string)[])
            [("$foo=1", "$foo"), ("$filter=x", "$filter"), ("$select=id", "$select"), ("$expand=schema", "$expand"), ("$top=1", "$top"), ("%24Top=1", "$top"), ("select=id", "$select"), ("a=1&$count=true", "$count")])
        {
            Answer answer = await Server.SendAsync(new HttpMethod(method), $"{Root}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id)}?{query}", body);

            Assert.Equal($"The query parameter '{option}' is not supported.", answer.ShouldBe(400, "BadRequest").ErrorMessage);
        }

        Assert.Equal(before, await StateAsync(id));
    }

    [Fact]
    public async Task A_connection_is_not_created_with_an_option_and_is_with_what_is_none()
    {
        string id = shared.NewId();
        string body = $$"""{ "id": "{{id}}", "name": "{{id}}" }""";

        (await Server.PostAsync(Root + "?$select=id", body)).ShouldBe(400, "BadRequest");
        (await Server.GetAsync($"{Root}/{id}")).ShouldBe(404);
        Assert.Equal("The query parameter '$format' is given more than once.", (await Server.PostAsync(Root + "?$format=json&format=json", body)).ShouldBe(400).ErrorMessage);
        (await Server.GetAsync($"{Root}/{id}")).ShouldBe(404);
        (await Server.PostAsync(Root + "?$format=json&api-version=1&api-version=2&x", body)).ShouldBe(201);
    }

    [Fact]
    public async Task So_is_what_a_POST_says_that_it_is_and_what_stands_in_a_batch()
    {
        string id = await ReadyAsync();
        string before = await StateAsync(id);

        (await Server.SendAsync(HttpMethod.Post, $"{Root}/{id}?$top=1", "{}", null, ("X-HTTP-Method", "DELETE"))).ShouldBe(400, "BadRequest");
        Answer batch = await Server.BatchAsync(
            $$"""{ "id": "1", "method": "DELETE", "url": "/external/connections/{{id}}/items/T0?$foo=1" }, { "id": "2", "method": "GET", "url": "/external/connections/{{id}}/items/T0?$select=id" }""");

        batch.ShouldHold(400, 200);
        Assert.Equal("The query parameter '$foo' is not supported.", batch.Responses()[0].Message());
        Assert.Equal(before, await StateAsync(id));
    }

    [Fact]
    public async Task Who_may_not_write_is_told_that_first()
    {
        string id = await ReadyAsync();

        (await Server.SendAsync(HttpMethod.Delete, $"{Root}/{id}?$foo=1", null, "garbage")).ShouldBe(401);
        (await Server.SendAsync(HttpMethod.Delete, $"{Root}/{id}?$foo=1", null, await Server.UserTokenAsync("reader"))).ShouldBe(403);
    }

    [Fact]
    public async Task A_search_has_all_in_its_body_and_passes_over_options()
    {
        string user = await Server.UserTokenAsync("reader");
        string body = """{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/*"], "query": { "queryString": "x" } } ] }""";

        (await Server.PostAsync("/v1.0/search/query?$select=id&$top=1&$foo=2", body, user)).ShouldBe(200);
        (await Server.PostAsync("/beta/copilot/retrieval?$top=1", "{}", user)).ShouldBe(501, "NotImplemented");
    }

    private async Task<string> ReadyAsync()
    {
        string id = shared.NewId();
        await Server.CreateReadyConnectionAsync(id);
        (await Server.PutAsync($"{Root}/{id}/items/T0", Item.Replace("New", "Old", StringComparison.Ordinal))).ShouldBe(200);
        (await Server.PostAsync($"{Root}/{id}/groups", """{ "id": "team", "displayName": "Old" }""")).ShouldBe(201);
        return id;
    }

    private async Task<string> StateAsync(string id)
    {
        var answers = new List<string>();
        foreach (string path in (string[])["", "/items/T0", "/items/T9", "/groups", "/groups/team/members", "/operations"])
        {
            Answer answer = await Server.GetAsync($"{Root}/{id}{path}");
            answers.Add(answer.Status == 200 ? answer.Body : $"{answer.Status}");
        }

        return string.Join('\n', answers);
    }
}

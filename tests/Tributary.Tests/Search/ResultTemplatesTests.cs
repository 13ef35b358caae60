using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class ResultTemplatesTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Layout = """{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"${title} Grüße <b>","wrap":true}],"x":1.50}""";

    private const string Asked = """, "resultTemplateOptions": { "enableResultTemplate": true }""";

    private static int _connections;

    private TestServer Server => shared.Server;

    /// <summary>A connection with these templates and three items: two tickets, one of them of high priority, and a page.</summary>
    private async Task<string> ConnectAsync(string templates)
    {
        string id = "templates" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await Server.CreateReadyConnectionAsync(id);
        (await Server.PatchAsync($"/v1.0/external/connections/{id}", $$"""{ "searchSettings": { "searchResultTemplates": [{{templates}}] } }""")).ShouldBe(204);
        await Server.PutItemAsync(id, "page", Item("""{ "title": "A page", "modified": "2026-01-01T00:00:00Z" }"""));
        await Server.PutItemAsync(id, "low", Item("""{ "title": "A ticket", "ticketId": "CTS-1", "priority": 3, "modified": "2026-01-02T00:00:00Z" }"""));
        await Server.PutItemAsync(id, "high", Item("""{ "title": "A ticket", "ticketId": "CTS-2", "priority": 1, "hidden": "boss", "modified": "2026-01-03T00:00:00Z" }"""));
        return id;
    }

    private static string Template(string id, int priority, string rules = "", string layout = Layout) =>
        $$"""{ "id": "{{id}}", "priority": {{priority}}, "layout": {{layout}}, "rules": [{{rules}}] }""";

    private static string Rule(string property, string operation, string values, string join = "or") =>
        $$"""{ "property": "{{property}}", "operation": "{{operation}}", "values": {{JsonSerializer.Serialize(values.Split('|'))}}, "valuesJoinedBy": "{{join}}" }""";

    private static string[] TemplateIds(Answer answer) => [.. answer.Container.GetProperty("hits").EnumerateArray()
        .Select(hit => hit.TryGetProperty("resultTemplateId", out JsonElement template) ? template.GetString()! : "-")];

    [Fact]
    public async Task A_hit_has_the_template_of_the_lowest_priority_whose_rules_hold_and_the_answer_each_that_is_used()
    {
        string id = await ConnectAsync($"{Template("ticket", 5, Rule("ticketId", "startsWith", "CTS"))}, {Template("urgent", 2, $"{Rule("priority", "lessThan", "2")}, {Rule("ticketId", "null", "x").Replace("null", "notEquals", StringComparison.Ordinal)}")}");

        Answer answer = await Server.FindAsync(id, "*", Asked);

        Assert.Equal(["high", "low", "page"], answer.HitIds);
        Assert.Equal([$"{id}_urgent", $"{id}_ticket", "-"], TemplateIds(answer));
        JsonElement response = answer.Json.GetProperty("value")[0];
        Assert.Equal(["searchTerms", "hitsContainers", "resultTemplates"], response.EnumerateObject().Select(member => member.Name));
        JsonElement templates = response.GetProperty("resultTemplates");
        Assert.Equal([$"{id}_urgent", $"{id}_ticket"], templates.EnumerateObject().Select(member => member.Name));
        JsonElement urgent = templates.GetProperty($"{id}_urgent");
        Assert.Equal(["displayName", "body"], urgent.EnumerateObject().Select(member => member.Name));
        Assert.Equal("urgent", urgent.GetProperty("displayName").GetString());
        Assert.Equal(Layout, urgent.GetProperty("body").GetRawText());
    }

    [Fact]
    public async Task Only_templates_that_hits_refer_to_are_answered_and_none_without_hits()
    {
        string id = await ConnectAsync($"{Template("ticket", 1, Rule("ticketId", "startsWith", "CTS"))}, {Template("rest", 2)}");

        Answer pages = await Server.FindAsync(id, "page", Asked);
        Answer nothing = await Server.FindAsync(id, "nothing", Asked);

        Assert.Equal([$"{id}_rest"], pages.Json.GetProperty("value")[0].GetProperty("resultTemplates").EnumerateObject().Select(member => member.Name));
        Assert.DoesNotContain("resultTemplates", nothing.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "enableResultTemplate": true }""", true)]
    [InlineData("""{ "EnableResultTemplate": "true" }""", true)]
    [InlineData("""[ { "enableResultTemplate": true } ]""", true)]
    [InlineData("""[ { "enableResultTemplate": false }, { "enableResultTemplate": true } ]""", true)]
    [InlineData("""{ "enableResultTemplate": false }""", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    public async Task An_object_a_list_or_null_may_ask_for_templates(string options, bool asks)
    {
        string id = await ConnectAsync(Template("all", 1));

        Answer answer = await Server.FindAsync(id, "*", $", \"resultTemplateOptions\": {options}");

        Assert.Equal(asks, answer.Body.Contains("resultTemplateId", StringComparison.Ordinal));
        Assert.Equal(asks, answer.Body.Contains("resultTemplates", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_equal_priorities_the_first_that_was_sent_wins()
    {
        string id = await ConnectAsync($"{Template("one", 1)}, {Template("two", 1)}");

        Assert.All(TemplateIds(await Server.FindAsync(id, "*", Asked)), template => Assert.Equal($"{id}_one", template));
    }

    [Theory]
    [InlineData("ticketId", "null", "", "or", "page")]
    [InlineData("ticketId", "equals", "cts-1", "or", "low")]
    [InlineData("ticketId", "equals", "CTS-1|CTS-2", "or", "high low")]
    [InlineData("ticketId", "contains", "CTS|2", "and", "high")]
    [InlineData("ticketId", "notContains", "1", "or", "high page")]
    [InlineData("ticketId", "notEquals", "CTS-1|CTS-2", "and", "page")]
    [InlineData("label_title", "startsWith", "a tick", "or", "high low")]
    [InlineData("modified", "greaterThan", "2026-01-02", "or", "high")]
    [InlineData("modified", "lessThan", "2026-01-02", "or", "page")]
    [InlineData("priority", "greaterThan", "2.5", "or", "low")]
    [InlineData("hidden", "equals", "boss", "or", "high")]
    [InlineData("nosuchproperty", "null", "", "or", "high low page")]
    [InlineData("nosuchproperty", "equals", "x", "or", "")]
    public async Task Rules_are_about_the_stored_values(string property, string operation, string values, string join, string ids)
    {
        string id = await ConnectAsync(Template("some", 1, Rule(property, operation, values, join)));

        Answer answer = await Server.FindAsync(id, "*", Asked);

        Assert.Equal(ids, string.Join(' ', answer.HitIds.Zip(TemplateIds(answer)).Where(pair => pair.Second != "-").Select(pair => pair.First)));
        Assert.DoesNotContain("boss", answer.Container.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_do_not_share_templates()
    {
        string one = await ConnectAsync(Template("card", 1));
        string two = await ConnectAsync("");
        string body = $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["{{one}}", "{{two}}"], "query": { "queryString": "page" }{{Asked}} } ] }""";

        Answer answer = (await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Equal(
            new[] { $"{one} {one}_card", $"{two} -" }.Order(),
            answer.Container.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("contentSource").GetString()).Zip(TemplateIds(answer), (source, template) => $"{source} {template}").Order());
    }
}

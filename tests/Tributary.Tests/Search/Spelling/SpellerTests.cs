using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search.Spelling;

public sealed class SpellerTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Suggest = """, "queryAlterationOptions": { "enableSuggestion": true }""";
    private const string Modify = """, "queryAlterationOptions": { "enableModification": true }""";
    private const string Both = """, "queryAlterationOptions": { "enableSuggestion": true, "enableModification": true }""";

    private static int _connections;

    private TestServer Server => shared.Server;

    private async Task<string> ConnectAsync(params string[] titles)
    {
        string id = "spelling" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await Server.CreateReadyConnectionAsync(id);
        foreach ((int number, string title) in titles.Index())
        {
            await PutAsync(id, $"i{number}", title);
        }

        return id;
    }

    private Task PutAsync(string connection, string item, string title, string acl = Everyone) => Server.PutItemAsync(
        connection, item, Item($$"""{ "title": {{JsonSerializer.Serialize(title)}} }""", acl: acl));

    private static JsonElement Response(Answer answer) => answer.Json.GetProperty("value")[0];

    /// <summary>The kind of alteration and the altered query; <c>none</c> where there is none.</summary>
    private static string Altered(Answer answer, int response = 0) => answer.Json.GetProperty("value")[response].TryGetProperty("queryAlterationResponse", out JsonElement alteration)
        ? $"{alteration.GetProperty("queryAlterationType").GetString()}: {alteration.GetProperty("queryAlteration").GetProperty("alteredQueryString").GetString()}"
        : "none";

    [Fact]
    public async Task A_suggestion_leaves_the_answer_as_it_is_and_says_what_to_ask_instead()
    {
        string id = await ConnectAsync("Vacation policy");

        Answer answer = await Server.FindAsync(id, "Vacatoin  (polcy)", Suggest);

        Assert.Equal(["searchTerms", "hitsContainers", "queryAlterationResponse"], Response(answer).EnumerateObject().Select(member => member.Name));
        Assert.Equal("""["vacatoin","polcy"]""", Response(answer).GetProperty("searchTerms").GetRawText());
        Assert.Equal(0, answer.Total);
        JsonElement alteration = Response(answer).GetProperty("queryAlterationResponse");
        Assert.Equal(["originalQueryString", "queryAlteration", "queryAlterationType"], alteration.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Vacatoin  (polcy)", "suggestion"), (alteration.GetProperty("originalQueryString").GetString(), alteration.GetProperty("queryAlterationType").GetString()));
        JsonElement altered = alteration.GetProperty("queryAlteration");
        Assert.Equal("vacation  (policy)", altered.GetProperty("alteredQueryString").GetString());
        Assert.Equal("\uE000vacation\uE001  (\uE000policy\uE001)", altered.GetProperty("alteredHighlightedQueryString").GetString());
        Assert.Equal(
            """[{"offset":0,"length":8,"suggestion":"vacation"},{"offset":11,"length":5,"suggestion":"policy"}]""", altered.GetProperty("alteredQueryTokens").GetRawText());
    }

    [Fact]
    public async Task A_modification_answers_the_altered_query_with_its_hits_total_words_and_counts()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "Vacation policy", "tags": ["leave"] }""", "Of vacation."));

        Answer answer = await Server.FindAsync(id, "vacatoin", Modify + """, "aggregations": [ { "field": "tags", "size": 10, "bucketDefinition": { "sortBy": "count" } } ]""");

        Assert.Equal("modification: vacation", Altered(answer));
        Assert.Equal("vacatoin", Response(answer).GetProperty("queryAlterationResponse").GetProperty("originalQueryString").GetString());
        Assert.Equal("""["vacation"]""", Response(answer).GetProperty("searchTerms").GetRawText());
        Assert.Equal((1, "a"), (answer.Total, Assert.Single(answer.HitIds)));
        Assert.Equal("Of <c0>vacation</c0>.", answer.Container.GetProperty("hits")[0].GetProperty("summary").GetString());
        Assert.Equal("leave", answer.Container.GetProperty("aggregations")[0].GetProperty("buckets")[0].GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("vacatoin", Suggest, "suggestion: vacation", 0)]
    [InlineData("vacatoin", Modify, "modification: vacation", 1)]
    [InlineData("vacatoin", Both, "modification: vacation", 1)]
    [InlineData("vacatoin", "", "none", 0)]
    [InlineData("vacatoin", """, "queryAlterationOptions": { "enableSuggestion": false, "enableModification": "false" }""", "none", 0)]
    [InlineData("vacatoin", """, "queryAlterationOptions": null""", "none", 0)]
    [InlineData("vacatoin OR policy", Suggest, "suggestion: vacation OR policy", 1)]
    [InlineData("vacatoin OR policy", Modify, "none", 1)]
    [InlineData("vacatoin OR policy", Both, "suggestion: vacation OR policy", 1)]
    [InlineData("policy", Both, "none", 1)]
    [InlineData("policy vacation", Both, "none", 0)]
    [InlineData("xylophone", Both, "none", 0)]
    public async Task What_is_asked_for_decides(string query, string options, string altered, int total)
    {
        string id = await ConnectAsync("vacation", "policy");

        Answer answer = await Server.FindAsync(id, query, options);

        Assert.Equal((altered, total), (Altered(answer), answer.Total));
    }

    [Fact]
    public async Task A_word_of_items_that_the_caller_may_not_see_is_never_suggested()
    {
        string id = await ConnectAsync("holiday");
        string owner = TokenClaims.Of(await Server.UserTokenAsync("admin")).GetProperty("oid").GetString()!;
        await PutAsync(id, "hidden", "vacation", $$"""[ { "type": "user", "value": "{{owner}}", "accessType": "grant" } ]""");

        Assert.Equal("none", Altered(await Server.FindAsync(id, "vacatoin", Both)));
        Assert.Equal("modification: vacation", Altered(await Server.FindAsync(id, "vacatoin", Both, "admin")));

        // Nor is it known: what is spelt like it is corrected to what the caller has.
        await PutAsync(id, "visible", "vacations");
        Assert.Equal("modification: vacations", Altered(await Server.FindAsync(id, "vacation", Both)));
        Assert.Equal("none", Altered(await Server.FindAsync(id, "vacation", Both, "admin")));
    }

    [Fact]
    public async Task The_words_of_an_altered_query_must_be_found_together()
    {
        // policy is the nearer to polcy by frequency, and police the one that stands beside vacation.
        string id = await ConnectAsync("policy", "policy of leave", "police vacation");

        Assert.Equal("modification: police vacation", Altered(await Server.FindAsync(id, "polic vacation", Both)));
        Assert.Equal("none", Altered(await Server.FindAsync(id, "polic holiday", Both)));
    }

    [Fact]
    public async Task A_rare_word_gives_way_to_one_that_is_far_more_frequent_but_only_as_a_suggestion()
    {
        string id = await ConnectAsync([.. Enumerable.Repeat("policy", 19), "polcy"]);

        Assert.Equal("none", Altered(await Server.FindAsync(id, "polcy", Both)));
        await PutAsync(id, "twentieth", "policy");
        Answer answer = await Server.FindAsync(id, "polcy", Both);
        Assert.Equal(("suggestion: policy", 1), (Altered(answer), answer.Total));
    }

    [Fact]
    public async Task In_a_template_the_users_words_are_altered_and_the_template_stays()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "vacation", "tags": ["hr"] }"""));
        await Server.PutItemAsync(id, "b", Item("""{ "title": "vacations", "tags": ["it"] }"""));
        string body = $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["{{id}}"],
              "query": { "queryString": "vacatoin", "queryTemplate": "tags:hr ({searchTerms})" }{{Modify}} } ] }
            """;

        Answer answer = (await Server.PostAsync("/beta/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Equal("a", Assert.Single(answer.HitIds));
        Assert.Equal("modification: vacation", Altered(answer));
        Assert.Equal("vacatoin", Response(answer).GetProperty("queryAlterationResponse").GetProperty("originalQueryString").GetString());
    }

    [Fact]
    public async Task A_word_within_a_property_is_altered_by_the_words_of_that_property()
    {
        string id = await ConnectAsync("vacation");
        await Server.PutItemAsync(id, "content", Item("""{ "title": "other" }""", "vacatons vacatons"));

        Assert.Equal("modification: title:(vacation)", Altered(await Server.FindAsync(id, "title:(vacaton)", Modify)));
    }

    [Fact]
    public async Task Several_connections_are_looked_at_together()
    {
        string one = await ConnectAsync("vacation");
        string two = await ConnectAsync("vacations", "vacations");
        string sources = $"\"{Source(one)}\", \"{Source(two)}\"";
        string body = $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": [{{sources}}], "query": { "queryString": "vacatio" }{{Both}} } ] }""";

        Assert.Equal("modification: vacation", Altered((await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200)));
        body = body.Replace("vacatio\"", "vacationz\"", StringComparison.Ordinal);
        Assert.Equal("modification: vacations", Altered((await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200)));
    }

    [Fact]
    public async Task With_files_too_a_query_is_not_modified_but_a_better_one_suggested()
    {
        string id = await ConnectAsync("vacation");
        string body = $$"""{ "requests": [ { "entityTypes": ["externalItem", "driveItem"], "contentSources": ["{{id}}"], "query": { "queryString": "vacatoin" }{{Both}} } ] }""";

        Answer answer = (await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Equal(("suggestion: vacation", 0), (Altered(answer), answer.Total));
    }

    [Fact]
    public async Task What_the_first_request_of_a_call_asks_for_holds_for_the_one_for_external_items()
    {
        string id = await ConnectAsync("vacation");
        string body = $$"""
            { "requests": [ { "entityTypes": ["driveItem"], "query": { "queryString": "vacatoin" }{{Both}} },
              { "entityTypes": ["externalItem"], "contentSources": ["{{id}}"], "query": { "queryString": "vacatoin" } } ] }
            """;

        Answer answer = (await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Equal(("none", "modification: vacation"), (Altered(answer), Altered(answer, response: 1)));
    }

    [Fact]
    public async Task The_next_page_of_a_modified_query_is_of_the_same_query()
    {
        string id = await ConnectAsync("vacation one", "vacation two");

        Answer answer = await Server.FindAsync(id, "vacatoin", Modify + """, "from": 1, "size": 1""");

        Assert.Equal((2, 1, "modification: vacation"), (answer.Total, answer.HitIds.Length, Altered(answer)));
        Assert.Equal(2, answer.Container.GetProperty("hits")[0].GetProperty("rank").GetInt32());
    }

    [Fact]
    public async Task An_altered_query_that_would_be_too_long_is_none()
    {
        await using TestServer server = await TestServer.StartAsync("Search:MaxQueryLength=7");
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync("contosohr", "a", Item("""{ "title": "vacation" }"""));

        Assert.Equal("none", Altered(await server.FindAsync("contosohr", "vacatio", Both)));
    }
}

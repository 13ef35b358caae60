using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Malformed queries (search 7.9) where <c>Search:StrictQueries</c> is set, and the same where it is not.</summary>
public sealed class StrictQueriesTests(StrictQueriesTests.StrictServer shared) : IClassFixture<StrictQueriesTests.StrictServer>
{
    private TestServer Strict => shared.Strict;

    private TestServer Lenient => shared.Lenient;

    [Theory]
    [InlineData("first AND", "queryString is malformed at its end: 'AND' has no operand on its right")]
    [InlineData("priority:>5", "queryString is malformed at character 10 ('>5'): After 'priority' stand two operators; a value is expected after the first, or in quotes if '>' is part of it")]
    [InlineData("first title<b", "queryString is malformed at character 12 ('<b'): 'title' is text, which is not compared by size; ':', '=' or '<>' is expected")]
    [InlineData("first priority:(1 OR 2)", "queryString is malformed at character 16 ('(1'): 'priority' is a number; a value is expected, as groups are for text")]
    [InlineData("done>true", "queryString is malformed at character 5 ('>true'): 'done' is a Boolean, which is not compared by size; ':', '=' or '<>' is expected")]
    [InlineData("DocumentId:4*", "queryString is malformed at character 12 ('4*'): 'DocumentId' is a whole number; a whole value is expected, as '*' is for text")]
    [InlineData("(first", "queryString is malformed at character 1 ('(first'): This '(' is not closed")]
    [InlineData("AND", "queryString is malformed at character 1 ('AND'): 'AND' has no operand on its left")]
    [InlineData("priority:abc", "queryString is malformed at character 10 ('abc'): 'priority' is a number, which 'abc' is not")]
    [InlineData("first OR priority:1..b", "queryString is malformed at character 19 ('1..b'): 'priority' is a number, which 'b' is not")]
    [InlineData("priority>\"\"", "queryString is malformed at character 10 ('\"\"'): 'priority' is a number, which '' is not")]
    [InlineData("done:maybe", "queryString is malformed at character 6 ('maybe'): 'done' is a Boolean, which 'maybe' is not")]
    [InlineData("modified:2026-02-30", "queryString is malformed at character 10 ('2026-02-30'): 'modified' is a date, which '2026-02-30' is not")]
    [InlineData("-modified:\"next week\"", "queryString is malformed at character 11 ('\"next'): 'modified' is a date, which 'next week' is not")]
    [InlineData("documentId:first", "queryString is malformed at character 12 ('first'): 'documentId' is a whole number, which 'first' is not")]
    [InlineData("*first", "queryString is malformed at character 1 ('*first'): A '*' stands at the end of a word only")]
    [InlineData("one f*st", "queryString is malformed at character 6 ('*st'): A '*' stands at the end of a word only")]
    [InlineData("title:(f*st)", "queryString is malformed at character 9 ('*st)'): A '*' stands at the end of a word only")]
    [InlineData("title:f*st", "queryString is malformed at character 8 ('*st'): A '*' stands at the end of a word only")]
    public async Task A_malformed_query_is_refused_with_the_place_the_text_and_what_was_expected(string query, string reason)
    {
        Answer answer = (await Strict.SearchAsync(query, source: Source("strict"))).ShouldBe(400, "BadRequest");

        reason = "requests[0].query." + reason;
        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid ({reason}))", answer.ErrorMessage);
        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal(400, error.GetProperty("httpCode").GetInt32());
        Assert.Equal($"EntityRequest Invalid ({reason})", error.GetProperty("details")[0].GetProperty("message").GetString());
        Assert.Equal(reason, error.GetProperty("details")[0].GetProperty("details")[0].GetProperty("message").GetString());
        Assert.NotEmpty(answer.Json.GetProperty("Instrumentation").GetProperty("TraceId").GetString()!);
    }

    [Theory]
    [InlineData("first AND")]
    [InlineData("(first")]
    [InlineData("first title<one")]
    [InlineData("title:>first")]
    [InlineData("first OR priority:many OR done:maybe OR modified:2026-02-30")]
    [InlineData("*first -priority:abc")]
    public async Task Without_it_the_words_of_a_malformed_query_are_searched(string query) =>
        Assert.Equal(["a"], (await Lenient.FindAsync("lenient", query)).HitIds);

    [Theory]
    [InlineData("first")]
    [InlineData("title:first priority>4")]
    [InlineData("unknown:>5 OR first")]
    [InlineData("https://contoso.com OR first")]
    [InlineData("hidden>5 OR first")]
    [InlineData("hidden:many OR first")]
    [InlineData("priority:5.0 OR priority:* first*")]
    [InlineData("done:yes OR modified:today first")]
    [InlineData("\"f*st one\" OR \"first on*\"")]
    [InlineData("first XRANK(cb=1) priority:many")]
    [InlineData("first XRANK(cb=1) second")]
    public async Task A_query_that_is_well_formed_is_answered(string query) => Assert.Equal(["a"], (await Strict.FindAsync("strict", query)).HitIds);

    [Fact]
    public async Task What_is_malformed_in_one_of_several_connections_is_refused()
    {
        await Strict.CreateReadyConnectionAsync("strictother", """
            { "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "priority", "type": "string", "isQueryable": true, "isRetrievable": true } ] }
            """);
        string Body(string sources) => $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": [{{sources}}], "query": { "queryString": "priority>4" } } ] }""";
        string token = await Strict.UserTokenAsync("reader");

        (await Strict.PostAsync("/v1.0/search/query", Body("\"strict\""), token)).ShouldBe(200);
        Answer refused = (await Strict.PostAsync("/v1.0/search/query", Body("\"strict\", \"strictother\""), token)).ShouldBe(400);
        Assert.Contains("queryString is malformed at character 9 ('>4'): 'priority' is text", refused.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_told_by_what_it_becomes()
    {
        string body = """
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["strict"], "query": { "queryString": "first", "queryTemplate": "({searchTerms}) AND" } } ] }
            """;

        Answer answer = (await Strict.PostAsync("/v1.0/search/query", body, await Strict.UserTokenAsync("reader"))).ShouldBe(400);

        Assert.Contains("queryTemplate is malformed at its end: 'AND' has no operand on its right", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_query_is_told_together_with_what_is_wrong_with_names()
    {
        const string Extra = """, "sortProperties": [ { "name": "nope" } ], "aggregations": [ { "field": "hidden" } ], "collapseProperties": [ { "fields": ["none"], "limit": 1 } ]""";

        Answer malformed = (await Strict.SearchAsync("first AND", source: Source("strict"), extra: Extra)).ShouldBe(400);
        Answer empty = (await Lenient.SearchAsync("AND", source: Source("lenient"), extra: Extra)).ShouldBe(400);

        const string Names = "requests[0].sortProperties[0].name: 'nope' is a property of none of the content sources, requests[0].aggregations[0].field: 'hidden' is not refinable, "
            + "requests[0].collapseProperties[0].fields[0]: 'none' is a property of none of the content sources))";
        Assert.Equal(
            "SearchRequest Invalid (EntityRequest Invalid (requests[0].query.queryString is malformed at its end: 'AND' has no operand on its right, " + Names, malformed.ErrorMessage);
        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required), " + Names, empty.ErrorMessage);
    }

    [Theory]
    [InlineData("first (", "({searchTerms}) priority:5", "queryString is malformed at its end: The text ends after '('")]
    [InlineData("first", "{searchTerms} priority:many", "queryTemplate is malformed at character 16 ('many'): 'priority' is a number, which 'many' is not")]
    [InlineData("priority:many", "({searchTerms}) first", "queryString is malformed at character 10 ('many'): 'priority' is a number, which 'many' is not")]
    public async Task What_is_wrong_is_told_of_whoever_wrote_it(string queryString, string template, string reason)
    {
        string body = $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["NAME"], "query": { "queryString": "{{queryString}}", "queryTemplate": "{{template}}" } } ] }
            """;

        Answer answer = (await Strict.PostAsync("/v1.0/search/query", body.Replace("NAME", "strict", StringComparison.Ordinal), await Strict.UserTokenAsync("reader"))).ShouldBe(400);
        (await Lenient.PostAsync("/v1.0/search/query", body.Replace("NAME", "lenient", StringComparison.Ordinal), await Lenient.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Contains($"(requests[0].query.{reason})", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one (", "{searchTerms} -title:second", "a")]
    [InlineData("title (", "{searchTerms} -first", "")]
    [InlineData("second)", "{searchTerms} priority>4", "")]
    [InlineData("second)", "{searchTerms} priority<5", "b")]
    public async Task What_a_template_demands_and_excludes_holds_whatever_the_user_types(string queryString, string template, string ids)
    {
        string body = $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["lenient"], "query": { "queryString": "{{queryString}}", "queryTemplate": "{{template}}" } } ] }
            """;

        Answer answer = (await Lenient.PostAsync("/v1.0/search/query", body, await Lenient.UserTokenAsync("reader"))).ShouldBe(200);

        Assert.Equal(ids, string.Join(' ', answer.Total == 0 ? [] : answer.HitIds));
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task More_of_proximity_than_can_be_looked_up_is_refused(int words, int status)
    {
        string query = string.Join(" NEAR ", Enumerable.Range(0, words).Select(number => $"w{number}"));

        Answer answer = (await Strict.SearchAsync(query, source: Source("strict"))).ShouldBe(status);

        Assert.Equal(status == 400, answer.Body.Contains("NEAR and ONEAR", StringComparison.Ordinal));
        (await Lenient.SearchAsync(query, source: Source("lenient"))).ShouldBe(200);
    }

    public sealed class StrictServer : IAsyncLifetime
    {
        internal TestServer Strict { get; private set; } = null!;

        internal TestServer Lenient { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Strict = await StartAsync("strict", "Search:StrictQueries=true");
            Lenient = await StartAsync("lenient");
        }

        public async ValueTask DisposeAsync()
        {
            await Strict.DisposeAsync();
            await Lenient.DisposeAsync();
        }

        private static async Task<TestServer> StartAsync(string connection, params string[] settings)
        {
            TestServer server = await TestServer.StartAsync(settings);
            await server.CreateReadyConnectionAsync(connection);
            await server.PutItemAsync(connection, "a", Item("""{ "title": "first one with a title", "priority": 5, "done": true }"""));
            await server.PutItemAsync(connection, "b", Item("""{ "title": "second", "priority": 4 }"""));
            return server;
        }
    }
}

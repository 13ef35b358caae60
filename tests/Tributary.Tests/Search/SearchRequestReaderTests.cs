using System.Text.Json;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class SearchRequestReaderTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Ok = """{ "entityTypes": ["externalItem"], "contentSources": ["/external/connections/none"], "query": { "queryString": "x" } }""";

    private TestServer Server => shared.Server;

    private static string Requests(params string[] requests) => $$"""{ "requests": [ {{string.Join(", ", requests)}} ] }""";

    private static string With(string members) => Requests(Ok[..^1] + ", " + members + " }");

    private async Task<Answer> PostAsync(string body, string user = "reader") => await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync(user));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "requests": null }""")]
    [InlineData("""{ "requests": [] }""")]
    [InlineData("""{ "requests": {} }""")]
    [InlineData("""{ "requests": [1] }""")]
    [InlineData("""{ "requests": [{}] }""")]
    [InlineData("""{ "requests": [{ "entityTypes": [] }] }""")]
    [InlineData("""{ "requests": [{ "entityTypes": ["foo"] }] }""")]
    [InlineData("""{ "requests": [{ "entityTypes": ["externalItem", "foo"] }] }""")]
    [InlineData("""{ "requests": [{ "entityTypes": ["unknownFutureValue"] }] }""")]
    [InlineData("""{ "requests": [{ "entityTypes": "externalItem" }] }""")]
    public async Task What_cannot_be_read_and_unknown_entity_types_get_the_generic_400_without_details(string body)
    {
        Answer answer = (await PostAsync(body)).ShouldBe(400, "BadRequest");

        Assert.Equal("The call failed, please try again.", answer.ErrorMessage);
        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal("", error.GetProperty("target").GetString());
        Assert.False(error.TryGetProperty("details", out _));
        Assert.False(error.TryGetProperty("httpCode", out _));
        Assert.True(Guid.TryParse(answer.Json.GetProperty("Instrumentation").GetProperty("TraceId").GetString(), out _));
    }

    [Fact]
    public async Task An_unknown_entity_type_is_400_even_to_a_caller_without_the_scope()
    {
        string token = await Server.UserTokenAsync("reader", "User.Read");

        (await Server.PostAsync("/v1.0/search/query", """{ "requests": [{ "entityTypes": ["foo"] }] }""", token)).ShouldBe(400);
        (await Server.PostAsync("/v1.0/search/query", Requests(Ok), token)).ShouldBe(403);
    }

    [Theory]
    [InlineData("""{ "queryString": "" }""")]
    [InlineData("""{ "queryString": "  " }""")]
    [InlineData("""{ "queryString": null }""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "queryString": "AND OR" }""")]
    [InlineData("""{ "queryString": "- ( ) \"" }""")]
    public async Task A_query_without_words_is_E1_with_its_three_levels_of_details(string query)
    {
        Answer answer = (await PostAsync(Requests(
            $$"""{ "entityTypes": ["externalItem"], "contentSources": ["x"], "query": {{query}} }"""))).ShouldBe(400, "BadRequest");

        using var body = JsonDocument.Parse(answer.Body);
        var error = System.Text.Json.Nodes.JsonNode.Parse(answer.Body)!["error"]!.AsObject();
        Assert.True(error.Remove("innerError"));
        const string Bad = "Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException";
        Assert.Equal(
            """{"code":"BadRequest","message":"SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required)))","target":"","details":[{"code":"System.AggregateException","message":"EntityRequest Invalid (searchRequest -> query is invalid (queryString required))","target":"","details":[{"code":"System.AggregateException","message":"searchRequest -> query is invalid (queryString required)","target":"","details":[{"code":"BAD","message":"queryString required","target":"","httpCode":400}],"httpCode":400}],"httpCode":400}],"httpCode":400}"""
                .Replace("BAD", Bad, StringComparison.Ordinal),
            error.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { """{ "entityTypes": ["externalItem"], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem))" },
        { """{ "entityTypes": ["externalItem"], "contentSources": [], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem))" },
        { """{ "entityTypes": ["externalItem"], "contentSources": [null], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem))" },
        { """{ "entityTypes": ["externalItem"], "contentSources": ["", " "], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem))" },
        { """{ "entityTypes": ["driveItem"], "contentSources": ["x"], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Content Source is required only for ExternalItem))" },
        { Ok[..^1] + """, "region": "EUR" }""", "SearchRequest Invalid (Region is not supported when request with delegated permission.)" },
        { $"{Ok}, {Ok}", "SearchRequest Invalid (Entity types must not be duplicates in multiple entity requests)" },
        { $$"""{{Ok}}, { "entityTypes": ["microsoft.graph.EXTERNALITEM"] }""", "SearchRequest Invalid (Entity types must not be duplicates in multiple entity requests)" },
        { """{ "entityTypes": ["site"] }, { "entityTypes": ["driveItem"] }""", "SearchRequest Invalid (File entity types can only appear in one entity request)" },
        { Ok[..^1] + """, "size": 1001 }""", "The maximum allowed page size is 1000" },
        { Ok[..^1] + """, "size": "1001" }""", "The maximum allowed page size is 1000" },
        { Ok[..^1] + """, "from": 100001 }""", "Received skip=100001 with state=0, configured max difference=100000" },
        { Ok[..^1] + """, "size": 0 }""", "SearchRequest Invalid (EntityRequest Invalid (requests[0].size must be 1 or more))" },
        { Ok[..^1] + """, "from": -1 }""", "SearchRequest Invalid (EntityRequest Invalid (requests[0].from must be 0 or more))" },
        { """{ "entityTypes": ["externalItem", "message"], "contentSources": ["x"], "query": { "queryString": "x" } }""", "SearchRequest Invalid (EntityRequest Invalid (Entity type 'message' cannot be combined with externalItem))" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Each_rule_has_the_message_that_was_observed(string requests, string message)
    {
        Answer answer = (await PostAsync(Requests(requests))).ShouldBe(400, "BadRequest");

        Assert.Equal(message, answer.ErrorMessage);
        Assert.Equal(400, answer.Json.GetProperty("error").GetProperty("httpCode").GetInt32());
        Assert.True(answer.Json.GetProperty("Instrumentation").TryGetProperty("TraceId", out _));
    }

    [Fact]
    public async Task What_an_interleaved_request_ignores_is_not_counted()
    {
        string many = $$""" "sortProperties": [{{Several(6, """{ "name": "x" }""")}}], "collapseProperties": [{{Several(6, """{ "fields": ["x"], "limit": 1 }""")}}] """;

        (await PostAsync(With(many))).ShouldBe(400);
        (await PostAsync(With(many).Replace("[\"externalItem\"]", "[\"externalItem\", \"driveItem\"]", StringComparison.Ordinal))).ShouldBe(200);
    }

    public static TheoryData<string, string, string> Counted => new()
    {
        { Requests(Several(10, Ok)), Requests(Several(11, Ok)), "SearchRequest Invalid (requests has 11 entries, at most 10 are allowed)" },
        { Requests(Several(10, Ok)), Requests(Several(100_000, "{}")), "SearchRequest Invalid (requests has 100000 entries, at most 10 are allowed)" },
        { Types(13), Types(14), "SearchRequest Invalid (EntityRequest Invalid (requests[0].entityTypes has 14 entries, at most 13 are allowed))" },
        { Sources(100), Sources(101), "SearchRequest Invalid (EntityRequest Invalid (requests[0].contentSources has 101 entries, at most 100 are allowed))" },
        { Fields(200), Fields(201), "SearchRequest Invalid (EntityRequest Invalid (requests[0].fields has 201 entries, at most 200 are allowed))" },
        { Refined("sortProperties", 5), Refined("sortProperties", 6), "SearchRequest Invalid (EntityRequest Invalid (requests[0].sortProperties has 6 entries, at most 5 are allowed))" },
        { Refined("aggregations", 50), Refined("aggregations", 51), "SearchRequest Invalid (EntityRequest Invalid (requests[0].aggregations has 51 entries, at most 50 are allowed))" },
        { Refined("collapseProperties", 5), Refined("collapseProperties", 6), "SearchRequest Invalid (EntityRequest Invalid (requests[0].collapseProperties has 6 entries, at most 5 are allowed))" },
        { Refined("aggregationFilters", 100), Refined("aggregationFilters", 101), "SearchRequest Invalid (EntityRequest Invalid (requests[0].aggregationFilters has 101 entries, at most 100 are allowed))" },
        { Ranges(100), Ranges(101), "SearchRequest Invalid (EntityRequest Invalid (requests[0].aggregations[1].bucketDefinition.ranges has 101 entries, at most 100 are allowed))" },
        { Keys(5), Keys(6), "SearchRequest Invalid (EntityRequest Invalid (requests[0].collapseProperties[0].fields has 6 entries, at most 5 are allowed))" },
        { Fields(200), Fields(100_000), "SearchRequest Invalid (EntityRequest Invalid (requests[0].fields has 100000 entries, at most 200 are allowed))" },
    };

    private static string Several(int count, string one) => string.Join(',', Enumerable.Repeat(one, count));

    private static string Types(int count) => Requests(Ok.Replace("\"externalItem\"", Several(count, "\"externalItem\""), StringComparison.Ordinal));

    private static string Sources(int count) => Requests(Ok.Replace("\"/external/connections/none\"", Several(count, "\"none\""), StringComparison.Ordinal));

    private static string Refined(string member, int count) => With($"\"{member}\": [{Several(count, "{}")}]");

    private static string Ranges(int count) =>
        With($$""" "aggregations": [ {}, { "field": "x", "bucketDefinition": { "ranges": [{{Several(count, "{}")}}] } } ] """);

    private static string Keys(int count) => With($$""" "collapseProperties": [ { "fields": [{{Several(count, "\"f\"")}}], "limit": 1 } ] """);

    private static string Fields(int count) => With($"\"fields\": [{Several(count, "\"f\"")}]");

    [Theory]
    [MemberData(nameof(Counted))]
    public async Task What_there_may_be_only_so_many_of_is_counted_first(string most, string tooMany, string message)
    {
        Answer taken = await PostAsync(most);
        Answer refused = (await PostAsync(tooMany)).ShouldBe(400, "BadRequest");

        Assert.Equal(message, refused.ErrorMessage);
        Assert.DoesNotContain("entries", taken.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4096", 200)]
    [InlineData("4097", 400)]
    public async Task A_query_may_have_4096_characters(string length, int status)
    {
        string query = new('a', int.Parse(length, System.Globalization.CultureInfo.InvariantCulture));

        (await PostAsync(Requests(Ok.Replace("\"x\"", $"\"{query}\"", StringComparison.Ordinal)))).ShouldBe(status);
    }

    public static TheoryData<string, string> WrongRefinements => new()
    {
        { """ "aggregations": [ {} ] """, "requests[0].aggregations[0].field is required" },
        { """ "aggregations": [ { "field": " " } ] """, "requests[0].aggregations[0].field is required" },
        { """ "aggregations": [ { "field": "x", "size": 0 } ] """, "requests[0].aggregations[0].size must be a whole number from 1 to 65535" },
        { """ "aggregations": [ { "field": "x", "size": 65536 } ] """, "requests[0].aggregations[0].size must be a whole number from 1 to 65535" },
        { """ "aggregations": [ { "field": "x", "size": "many" } ] """, "requests[0].aggregations[0].size must be a whole number from 1 to 65535" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": {} } ] """, "requests[0].aggregations[0].bucketDefinition.sortBy must be count, keyAsString or keyAsNumber" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "unknownFutureValue" } } ] """, "requests[0].aggregations[0].bucketDefinition.sortBy must be count, keyAsString or keyAsNumber" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "isDescending": 1 } } ] """, "requests[0].aggregations[0].bucketDefinition.isDescending must be true or false" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "minimumCount": -1 } } ] """, "requests[0].aggregations[0].bucketDefinition.minimumCount must be a whole number from 0 to 2147483647" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "ranges": [ { "from": "1" }, { "to": "" } ] } } ] """, "requests[0].aggregations[0].bucketDefinition.ranges[1] needs from or to" },
        { """ "aggregationFilters": [ "x:y", 5 ] """, "requests[0].aggregationFilters[1] must be a text" },
        { """ "aggregationFilters": [ "x:y", "x:" ] """, "requests[0].aggregationFilters[1]: a value of 'x' is expected (at character 3)" },
    };

    [Theory]
    [MemberData(nameof(WrongRefinements))]
    public async Task What_is_wrong_with_a_refinement_is_told_with_its_path(string members, string reason) => Assert.Equal(
        $"SearchRequest Invalid (EntityRequest Invalid ({reason}))", (await PostAsync(With(members))).ShouldBe(400, "BadRequest").ErrorMessage);

    [Theory]
    [InlineData(""" "aggregations": [ { "field": "x", "size": 65535 }, { "field": "y", "size": "1", "bucketDefinition": { "sortBy": "KEYASNUMBER", "isDescending": "false", "minimumCount": "0" } } ] """)]
    [InlineData(""" "aggregations": [ { "field": "x", "size": 0, "bucketDefinition": { "sortBy": "count", "ranges": [ { "from": "1", "to": null } ] } } ] """)]
    [InlineData(""" "aggregationFilters": [ "", "x:y" ], "sortProperties": [ { "name": "x", "isDescending": null } ] """)]
    [InlineData(""" "collapseProperties": [ { "fields": ["x"], "limit": "3" } ] """)]
    public async Task Refinements_may_be_written_as_clients_do(string members) => (await PostAsync(With(members))).ShouldBe(200);

    [Theory]
    [InlineData(""" { "queryString": "x", "queryTemplate": " " } """, 200)]
    [InlineData(""" { "queryString": "x", "queryTemplate": null } """, 200)]
    [InlineData(""" { "queryString": "", "queryTemplate": "x" } """, 400)]
    [InlineData(""" { "queryString": "AND", "queryTemplate": "x" } """, 200)]
    [InlineData(""" { "queryString": "x", "queryTemplate": "{Profile.Name}" } """, 400)]
    [InlineData(""" { "query_string": { "query": "x" } } """, 200)]
    [InlineData(""" { "query_string": { "query": "" } } """, 400)]
    public async Task A_query_string_is_needed_and_a_template_is_not(string query, int status) =>
        (await PostAsync(Requests($$"""{ "entityTypes": ["externalItem"], "contentSources": ["x"], "query": {{query}} }"""))).ShouldBe(status);

    [Theory]
    [InlineData("TEXT", 4096, 200)]
    [InlineData("TEXT", 4097, 400)]
    [InlineData("{searchTerms}{searchTerms}", 2048, 200)]
    [InlineData("{searchTerms}{searchTerms}", 2049, 400)]
    public async Task A_template_and_what_becomes_of_it_have_at_most_4096_characters(string template, int length, int status)
    {
        string text = template.Replace("TEXT", new string('a', length), StringComparison.Ordinal);
        string query = template == "TEXT" ? "b" : new string('b', length);

        Answer answer = await PostAsync(Requests(
            $$"""{ "entityTypes": ["externalItem"], "contentSources": ["x"], "query": { "queryString": "{{query}}", "queryTemplate": "{{text}}" } }"""));

        answer.ShouldBe(status);
        Assert.Equal(status == 400, answer.Body.Contains("requests[0].query.queryTemplate has ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""
        "from": "0", "size": "10", "sortProperties": [], "aggregations": [], "aggregationFilters": [], "collapseProperties": null
        """)]
    [InlineData("""
        "region": "", "trimDuplicates": true, "enableTopResults": "false", "unknown": { "deep": [1] }
        """)]
    [InlineData("""
        "sharePointOneDriveOptions": { "includeContent": "privateContent", "includeHiddenContent": true }, "resultTemplateOptions": { "enableResultTemplate": false }
        """)]
    [InlineData("""
        "queryAlterationOptions": { "enableSuggestion": true, "enableModification": false }, "from": null, "size": null
        """)]
    public async Task What_published_clients_send_along_is_taken(string members) => (await PostAsync(With(members))).ShouldBe(200);

    [Theory]
    [InlineData("microsoft.graph.externalItem")]
    [InlineData("EXTERNALITEM")]
    public async Task Entity_types_ignore_case_and_may_carry_their_old_namespace(string type) =>
        (await PostAsync(Requests(Ok.Replace("externalItem", type, StringComparison.Ordinal)))).ShouldBe(200);

    [Fact]
    public async Task An_application_is_not_authorized()
    {
        Answer answer = (await Server.PostAsync("/v1.0/search/query", Requests(Ok), await Server.AppTokenAsync())).ShouldBe(403, "Forbidden");

        Assert.Equal("The service is not authorized for provided user credentials", answer.ErrorMessage);
        Assert.Equal(403, answer.Json.GetProperty("error").GetProperty("httpCode").GetInt32());
    }

    [Fact]
    public async Task A_guest_is_not_authorized()
    {
        Answer answer = (await PostAsync(Requests(Ok), "guest")).ShouldBe(403, "Forbidden");

        Assert.Equal("The service is not authorized for provided user credentials", answer.ErrorMessage);
    }

    [Fact]
    public async Task The_names_of_members_before_2023_are_taken()
    {
        await Server.CreateReadyConnectionAsync("legacy");
        await Server.PutItemAsync("legacy", "a", SearchServer.Item("""{ "title": "old lamp", "url": "u" }"""));

        Answer answer = (await PostAsync(Requests(
            """{ "entityTypes": ["microsoft.graph.externalItem"], "contentSources": ["legacy"], "query": { "query_string": { "query": "lamp" } }, "stored_fields": ["title"] }"""))).ShouldBe(200);

        Assert.Equal("""{"title":"old lamp"}""", answer.Container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties").GetRawText());
    }

    [Fact]
    public async Task A_missing_scope_is_told_together_with_those_that_are_there()
    {
        string token = await Server.UserTokenAsync("reader", "User.Read Files.Read.All");

        Answer answer = (await Server.PostAsync("/v1.0/search/query", Requests(Ok), token)).ShouldBe(403, "Forbidden");

        Assert.Equal(
            "Access to ExternalItem in Graph API requires the following permissions: ExternalItem.Read.All. However, the application only has the following permissions granted: Files.Read.All, User.Read",
            answer.ErrorMessage);
    }

    [Fact]
    public async Task Nobody_without_a_token_searches() => Assert.Equal(
        System.Net.HttpStatusCode.Unauthorized,
        (await Server.Http.PostAsync("/v1.0/search/query", new StringContent(Requests(Ok), System.Text.Encoding.UTF8, "application/json"))).StatusCode);

    [Fact]
    public async Task Json_that_is_broken_gets_graphs_error() => (await PostAsync("{ \"requests\": [")).ShouldBe(400);

    [Fact]
    public async Task The_action_answers_under_its_qualified_name_and_in_both_versions()
    {
        string token = await Server.UserTokenAsync("reader");

        foreach (string path in new[] { "/v1.0/search/microsoft.graph.query", "/beta/search/query", "/BETA/Search/Microsoft.Graph.Query" })
        {
            Answer answer = (await Server.PostAsync(path, Requests(Ok), token)).ShouldBe(200);
            Assert.Contains("$metadata#Collection(microsoft.graph.searchResponse)", answer.Json.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_verb_is_405() => (await Server.GetAsync("/v1.0/search/query", await Server.UserTokenAsync("reader"))).ShouldBe(405);
}

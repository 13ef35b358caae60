using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class SeveralRequestsTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Bad = "Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException";

    private TestServer Server => shared.Server;

    private static string External(string members = "") =>
        $$"""{ "entityTypes": ["externalItem"], "contentSources": ["several"], "query": { "queryString": "lamp" }{{members}} }""";

    private static string Files(string members = "", string query = "lamp") => $$"""{ "entityTypes": ["driveItem"], "query": { "queryString": "{{query}}" }{{members}} }""";

    private async Task<Answer> PostAsync(params string[] requests) =>
        await Server.PostAsync("/v1.0/search/query", $$"""{ "requests": [ {{string.Join(", ", requests)}} ] }""", await Server.UserTokenAsync("reader"));

    [Fact]
    public async Task Each_request_has_its_response_in_the_order_of_the_call()
    {
        await Server.CreateReadyConnectionAsync("several");
        await Server.PutItemAsync("several", "a", Item("""{ "title": "lamp" }"""));

        Answer answer = (await PostAsync(Files(), External())).ShouldBe(200);

        JsonElement[] responses = [.. answer.Json.GetProperty("value").EnumerateArray()];
        Assert.Equal(2, responses.Length);
        Assert.Equal("""{"searchTerms":[],"hitsContainers":[{"total":0,"moreResultsAvailable":false}]}""", responses[0].GetRawText());
        Assert.Equal("""["lamp"]""", responses[1].GetProperty("searchTerms").GetRawText());
        Assert.Equal(1, responses[1].GetProperty("hitsContainers")[0].GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData(""", "from": 5""", "")]
    [InlineData("", """, "size": 10""")]
    public async Task Pages_must_be_the_same(string external, string files)
    {
        Answer answer = (await PostAsync(External(external), Files(files))).ShouldBe(400, "BadRequest");

        Assert.Equal("SearchRequest Invalid (from, size and query.queryString must be the same in all entity requests)", answer.ErrorMessage);
    }

    [Fact]
    public async Task What_is_left_out_is_its_default() => (await PostAsync(External(""", "from": 0, "size": "25" """), Files())).ShouldBe(200);

    [Fact]
    public async Task Queries_must_be_the_same() => Assert.Equal(
        "SearchRequest Invalid (from, size and query.queryString must be the same in all entity requests)", (await PostAsync(External(), Files(query: "other"))).ShouldBe(400).ErrorMessage);

    [Theory]
    [InlineData("enableSuggestion")]
    [InlineData("enableModification")]
    public async Task Spelling_is_for_the_first_request(string option)
    {
        string spelling = $$""", "queryAlterationOptions": { "{{option}}": true }""";

        (await PostAsync(External(spelling), Files())).ShouldBe(200);
        (await PostAsync(External(), Files(spelling.Replace("true", "false", StringComparison.Ordinal)))).ShouldBe(200);
        Assert.Equal(
            "SearchRequest Invalid (queryAlterationOptions can only be enabled in the first entity request)", (await PostAsync(External(), Files(spelling))).ShouldBe(400).ErrorMessage);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_all_requests_is_told_at_once_each_in_its_place()
    {
        Answer answer = (await PostAsync(
            External(""", "size": 0, "region": "EUR", "sortProperties": [ {} ]"""), Files(""", "from": -1, "size": 1001""", ""))).ShouldBe(400, "BadRequest");

        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal(
            "SearchRequest Invalid (EntityRequest Invalid (requests[0].size must be 1 or more, requests[0].sortProperties[0].name is required), "
            + "Region is not supported when request with delegated permission., "
            + "EntityRequest Invalid (searchRequest -> query is invalid (queryString required), requests[1].from must be 0 or more), The maximum allowed page size is 1000)",
            answer.ErrorMessage);
        Assert.Equal(400, error.GetProperty("httpCode").GetInt32());
        JsonElement[] details = [.. error.GetProperty("details").EnumerateArray()];
        Assert.Equal(["System.AggregateException", Bad, "System.AggregateException", Bad], details.Select(detail => detail.GetProperty("code").GetString()));
        Assert.All(details, detail => Assert.Equal(("", 400), (detail.GetProperty("target").GetString(), detail.GetProperty("httpCode").GetInt32())));
        Assert.Equal(
            ["requests[0].size must be 1 or more", "requests[0].sortProperties[0].name is required"],
            details[0].GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("message").GetString()));
        JsonElement query = details[2].GetProperty("details")[0];
        Assert.Equal(("System.AggregateException", "queryString required"), (query.GetProperty("code").GetString(), query.GetProperty("details")[0].GetProperty("message").GetString()));
        Assert.True(error.TryGetProperty("innerError", out _));
        Assert.True(Guid.TryParse(answer.Json.GetProperty("Instrumentation").GetProperty("TraceId").GetString(), out _));
    }

    [Fact]
    public async Task Of_very_much_that_is_wrong_only_the_beginning_is_told()
    {
        string aggregations = string.Join(", ", Enumerable.Repeat("{}", 50));

        Answer answer = (await PostAsync(External($", \"aggregations\": [{aggregations}]"))).ShouldBe(400, "BadRequest");

        Assert.Contains("requests[0].aggregations[19].field is required", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("aggregations[20]", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.EndsWith(", and 30 more)", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""", "sortProperties": [ { "name": "nope" } ]""")]
    [InlineData(""", "collapseProperties": [ { "fields": ["nope"], "limit": 1 } ]""")]
    [InlineData(""", "resultTemplateOptions": { "enableResultTemplate": true }""")]
    public async Task What_a_request_with_files_too_does_not_support_is_passed_over(string members)
    {
        string body = External(members).Replace("\"externalItem\"", "\"externalItem\", \"driveItem\"", StringComparison.Ordinal);

        Answer answer = (await PostAsync(body)).ShouldBe(200);

        Assert.DoesNotContain("isCollapsed", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_does_not_constrain_a_request_with_files_too()
    {
        await Server.CreateReadyConnectionAsync("interleaved");
        await Server.PutItemAsync("interleaved", "a", Item("""{ "title": "lamp", "tags": ["x"] }"""));
        string Body(string types) => $$"""
            { "entityTypes": [{{types}}], "contentSources": ["interleaved"], "query": { "queryString": "lamp", "queryTemplate": "{searchTerms} tags:none" } }
            """;

        Assert.Equal(0, (await PostAsync(Body("\"externalItem\""))).ShouldBe(200).Total);
        Assert.Equal(1, (await PostAsync(Body("\"externalItem\", \"site\""))).ShouldBe(200).Total);
    }
}

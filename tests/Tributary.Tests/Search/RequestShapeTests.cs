using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class RequestShapeTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Fine = """{ "queryString": "x" }""";

    private async Task<Answer> PostAsync(string query, string sources = "[\"x\"]", string members = "") => await shared.Server.PostAsync(
        "/v1.0/search/query",
        $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": {{sources}}, "query": {{query}}{{members}} } ] }""",
        await shared.Server.UserTokenAsync("reader"));

    public static TheoryData<string, string> WrongTypes => new()
    {
        { """ "sortProperties": { "name": "x" } """, "requests[0].sortProperties must be an array" },
        { """ "sortProperties": [ "x" ] """, "requests[0].sortProperties[0] must be an object" },
        { """ "sortProperties": [ null ] """, "requests[0].sortProperties[0] must be an object" },
        { """ "sortProperties": [ { "name": 5 } ] """, "requests[0].sortProperties[0].name must be a text" },
        { """ "aggregations": {} """, "requests[0].aggregations must be an array" },
        { """ "aggregations": [ 5 ] """, "requests[0].aggregations[0] must be an object" },
        { """ "aggregations": [ { "field": ["x"] } ] """, "requests[0].aggregations[0].field must be a text" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": "count" } ] """, "requests[0].aggregations[0].bucketDefinition must be an object" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": 0 } } ] """, "requests[0].aggregations[0].bucketDefinition.sortBy must be a text" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "prefixFilter": 5 } } ] """, "requests[0].aggregations[0].bucketDefinition.prefixFilter must be a text" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "ranges": {} } } ] """, "requests[0].aggregations[0].bucketDefinition.ranges must be an array" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "ranges": [ 5 ] } } ] """, "requests[0].aggregations[0].bucketDefinition.ranges[0] must be an object" },
        { """ "aggregations": [ { "field": "x", "bucketDefinition": { "sortBy": "count", "ranges": [ { "from": 0, "to": 10 } ] } } ] """,
            "requests[0].aggregations[0].bucketDefinition.ranges[0].from must be a text, requests[0].aggregations[0].bucketDefinition.ranges[0].to must be a text" },
        { """ "aggregationFilters": "x:y" """, "requests[0].aggregationFilters must be an array" },
        { """ "collapseProperties": {} """, "requests[0].collapseProperties must be an array" },
        { """ "collapseProperties": [ { "fields": "x", "limit": 1 } ] """, "requests[0].collapseProperties[0].fields must be an array" },
        { """ "collapseProperties": [ { "fields": ["x", 5], "limit": 1 } ] """, "requests[0].collapseProperties[0].fields[1] must be a text" },
        { """ "fields": "headline" """, "requests[0].fields must be an array" },
        { """ "fields": ["a", null] """, "requests[0].fields[1] must be a text" },
        { """ "stored_fields": {} """, "requests[0].stored_fields must be an array" },
        { """ "queryAlterationOptions": { "enableSuggestion": "foo" } """, "requests[0].queryAlterationOptions.enableSuggestion must be true or false" },
        { """ "queryAlterationOptions": [] """, "requests[0].queryAlterationOptions must be an object" },
        { """ "resultTemplateOptions": [ { "enableResultTemplate": 1 } ] """, "requests[0].resultTemplateOptions[0].enableResultTemplate must be true or false" },
        { """ "resultTemplateOptions": true """, "requests[0].resultTemplateOptions must be an object" },
        { """ "sharePointOneDriveOptions": "x" """, "requests[0].sharePointOneDriveOptions must be an object" },
        { """ "enableTopResults": "yes", "trimDuplicates": 0 """, "requests[0].enableTopResults must be true or false, requests[0].trimDuplicates must be true or false" },
        { """ "region": 5 """, "requests[0].region must be a text" },
        { """ "size": 2.5 """, "requests[0].size must be a whole number" },
        { """ "size": "x", "from": [] """, "requests[0].from must be a whole number, requests[0].size must be a whole number" },
    };

    [Theory]
    [MemberData(nameof(WrongTypes))]
    public async Task A_member_of_another_type_is_told_with_its_path(string members, string reason) => Assert.Equal(
        $"SearchRequest Invalid (EntityRequest Invalid ({reason}))", (await PostAsync(Fine, members: ", " + members)).ShouldBe(400, "BadRequest").ErrorMessage);

    [Theory]
    [InlineData("""{ "queryString": 5 }""", "requests[0].query.queryString must be a text")]
    [InlineData("""{ "queryString": "\ud800" }""", "requests[0].query.queryString must be a text, and has half of a surrogate pair")]
    [InlineData("""{ "queryString": "x", "queryTemplate": {} }""", "requests[0].query.queryTemplate must be a text")]
    [InlineData("""{ "query_string": "x" }""", "requests[0].query.query_string must be an object")]
    [InlineData("\"x\"", "requests[0].query must be an object")]
    public async Task A_query_of_another_type_is_told_with_its_path(string query, string reason) => Assert.Equal(
        $"SearchRequest Invalid (EntityRequest Invalid ({reason}))",
        (await PostAsync(query)).ShouldBe(400, "BadRequest").ErrorMessage);

    [Theory]
    [InlineData("\"/external/connections/x\"", "requests[0].contentSources must be an array")]
    [InlineData("[\"x\", 5]", "requests[0].contentSources[1] must be a text")]
    [InlineData("[\"x\", \"\", null]", "requests[0].contentSources[1] must not be empty, requests[0].contentSources[2] must not be empty")]
    public async Task Content_sources_of_another_type_are_told_with_their_path(string sources, string reason) => Assert.Equal(
        $"SearchRequest Invalid (EntityRequest Invalid ({reason}))",
        (await PostAsync(Fine, sources)).ShouldBe(400, "BadRequest").ErrorMessage);

    [Theory]
    [InlineData(""" "queryAlterationOptions": { "enableSuggestion": "TRUE" }, "resultTemplateOptions": [ { "enableResultTemplate": "false" }, {} ] """)]
    [InlineData(""" "sharePointOneDriveOptions": { "includeContent": 5 }, "fields": ["", "x"], "sortProperties": null, "trimDuplicates": "False" """)]
    [InlineData(""" "aggregations": [ { "field": "x", "size": 0, "bucketDefinition": { "sortBy": "count", "prefixFilter": null, "ranges": [ { "from": "0", "to": null } ] } } ] """)]
    public async Task What_is_lenient_stays_so(string members) => (await PostAsync(Fine, members: ", " + members)).ShouldBe(200);

    [Fact]
    public async Task Of_a_list_without_bound_not_everything_is_told()
    {
        string options = string.Join(',', Enumerable.Repeat("5", 50_000));

        Answer answer = (await PostAsync(Fine, members: $", \"resultTemplateOptions\": [{options}]")).ShouldBe(400);

        Assert.Contains("requests[0].resultTemplateOptions[0] must be an object", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.EndsWith(", and 81 more)", answer.ErrorMessage, StringComparison.Ordinal);
    }
}

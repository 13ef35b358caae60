using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Three connections that mean different things by the same names.</summary>
public class SearchedNamesTests(SearchedNamesTests.Three three) : IClassFixture<SearchedNamesTests.Three>
{
    public sealed class Three : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync();
            await CreateAsync("one", "int64", "5", isRefinable: true);
            await CreateAsync("two", "int64Collection", "[3, 8]", isRefinable: true);
            await CreateAsync("plain", "int64", "7", isRefinable: false);
            await CreateAsync("text", "string", "\"6\"", isRefinable: true);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private async Task CreateAsync(string id, string type, string size, bool isRefinable)
        {
            await Server.CreateReadyConnectionAsync(id, $$"""
                { "baseType": "microsoft.graph.externalItem", "properties": [
                  { "name": "title", "type": "string", "isSearchable": true, "isRetrievable": true },
                  { "name": "size", "type": "{{type}}", "isQueryable": true, "isRetrievable": true, "isRefinable": {{(isRefinable ? "true" : "false")}} } ] }
                """);
            string annotation = type == "int64Collection" ? """ "size@odata.type": "Collection(Int64)", """ : "";
            await Server.PutItemAsync(id, "of" + id, Item($$"""{ "title": "thing", {{annotation}} "size": {{size}} }"""));
        }
    }

    private async Task<Answer> SearchAsync(string sources, string extra)
    {
        string body = $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": {{JsonSerializer.Serialize(sources.Split(' '))}}, "query": { "queryString": "*" }, {{extra}} } ] }
            """;
        return await three.Server.PostAsync("/v1.0/search/query", body, await three.Server.UserTokenAsync("reader"));
    }

    [Theory]
    [InlineData("one two", "oftwo ofone")]
    [InlineData("one two plain", "oftwo ofone ofplain")]
    public async Task A_connection_where_the_name_is_nothing_to_sort_by_has_no_value_of_it(string sources, string ids) =>
        Assert.Equal(ids, string.Join(' ', (await SearchAsync(sources, """ "sortProperties": [ { "name": "size" } ] """)).ShouldBe(200).HitIds));

    [Theory]
    [InlineData("size:5", "ofone")]
    [InlineData("size:range(5, max)", "ofone oftwo")]
    [InlineData("size:string('')", "ofplain")]
    [InlineData("not(size:range(5, 6))", "ofplain oftwo")]
    [InlineData("or(size:5, size:string(''))", "ofone ofplain")]
    public async Task Nor_a_value_to_filter_by(string filter, string ids) => Assert.Equal(
        ids,
        string.Join(' ', (await SearchAsync("one two plain", $""" "aggregationFilters": {JsonSerializer.Serialize(new[] { filter })} """)).ShouldBe(200).HitIds.Order(StringComparer.Ordinal)));

    [Fact]
    public async Task Counts_of_several_connections_are_added()
    {
        Answer answer = (await SearchAsync("one two plain", """ "aggregations": [ { "field": "size", "bucketDefinition": { "sortBy": "keyAsNumber" } } ] """)).ShouldBe(200);

        Assert.Equal("3=1, 5=1, 8=1", answer.Buckets());
        Assert.Equal(3, answer.Total);
    }

    [Theory]
    [InlineData(""" "sortProperties": [ { "name": "size" } ] """, "sortProperties[0].name")]
    [InlineData(""" "aggregations": [ { "field": "size" } ] """, "aggregations[0].field")]
    [InlineData(""" "aggregationFilters": [ "size:5" ] """, "aggregationFilters[0]")]
    [InlineData(""" "collapseProperties": [ { "fields": ["size"], "limit": 1 } ] """, "collapseProperties[0].fields[0]")]
    public async Task One_name_with_different_types_is_refused_and_names_them(string extra, string path)
    {
        Answer answer = (await SearchAsync("one text", extra)).ShouldBe(400, "BadRequest");

        Assert.Equal($"SearchRequest Invalid (EntityRequest Invalid (requests[0].{path}: 'size' has different types in the content sources: Int64, String; name the content sources in which it has one type))", answer.ErrorMessage);
        (await SearchAsync("plain text", extra)).ShouldBe(200);
    }

    [Fact]
    public async Task A_name_that_only_connections_without_refiners_have_is_refused()
    {
        Answer answer = (await SearchAsync("plain", """ "sortProperties": [ { "name": "size" } ] """)).ShouldBe(400, "BadRequest");

        Assert.Contains("'size' is not refinable", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_searched_no_name_is_wrong() => Assert.Equal(
        0, (await SearchAsync("nosuchconnection", """ "sortProperties": [ { "name": "nope" } ], "aggregationFilters": [ "nope:1" ] """)).ShouldBe(200).Total);

    [Fact]
    public async Task Everything_that_is_wrong_with_names_is_told_at_once()
    {
        Answer answer = (await SearchAsync("plain", """
            "sortProperties": [ { "name": "size" } ], "aggregations": [ { "field": "nope" } ], "aggregationFilters": [ "size:5" ]
            """)).ShouldBe(400, "BadRequest");

        Assert.Equal(
            "SearchRequest Invalid (EntityRequest Invalid (requests[0].sortProperties[0].name: 'size' is not refinable, "
            + "requests[0].aggregations[0].field: 'nope' is a property of none of the content sources, requests[0].aggregationFilters[0]: 'size' is not refinable))",
            answer.ErrorMessage);
    }
}

using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>System properties (search 8.4), names that only some connections know, and the week of the caller, all the way through the server.</summary>
public sealed class QueryNamesTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private TestServer Server => shared.Server;

    private async Task<JsonElement> PropertiesAsync(string connection, string query)
    {
        Answer answer = await Server.FindAsync(connection, query);
        return answer.Container.GetProperty("hits")[0].GetProperty("resource").GetProperty("properties");
    }

    [Fact]
    public async Task What_a_hit_says_of_itself_finds_it_again()
    {
        await Server.CreateReadyConnectionAsync("namessystem");
        await Server.PutItemAsync("namessystem", "one", Item("""{ "title": "first" }"""));
        await Server.PutItemAsync("namessystem", "two", Item("""{ "title": "second" }"""));
        await Server.CreateReadyConnectionAsync("namessystemother");
        await Server.PutItemAsync("namessystemother", "one", Item("""{ "title": "first" }"""));
        JsonElement properties = await PropertiesAsync("namessystem", "first");

        foreach (string name in new[] { "Id", "SubstrateContentDomainId", "DocumentId", "ImmutableEntryId" })
        {
            string value = properties.GetProperty(char.ToLowerInvariant(name[0]) + name[1..]).ToString();
            Assert.Equal(["one"], (await Server.FindAsync("namessystem", $"{name}:\"{value}\"")).HitIds);
            Assert.Equal(["one"], (await Server.FindAsync("namessystem", $"{name.ToLowerInvariant()}={value}")).HitIds);
            Assert.Equal(["two"], (await Server.FindAsync("namessystem", $"{name}<>\"{value}\"")).HitIds);
            Assert.Equal(["two"], (await Server.FindAsync("namessystem", $"-{name}:{value} second")).HitIds);
            Assert.Equal(["two"], (await Server.FindAsync("namessystem", $"{name}<>\"{value}\" 🎉")).HitIds);
            Assert.Empty((await Server.FindAsync("namessystem", $"second ({name}:nothing 🎉 OR 🎊)")).HitIds);
            Assert.Empty((await Server.FindAsync("namessystemother", $"{name}:\"{value}\"")).HitIds);
            Assert.Equal(2, (await Server.FindAsync("namessystem", $"{name}:*")).Total);
        }

        string location = properties.GetProperty("substrateLocationId").GetString()!;
        Assert.Equal(2, (await Server.FindAsync("namessystem", $"SubstrateLocationId:\"{location}\"")).Total);
        Assert.Equal(0, (await Server.FindAsync("namessystemother", $"SubstrateLocationId:\"{location}\"")).Total);
        long document = properties.GetProperty("documentId").GetInt64();
        long other = (await PropertiesAsync("namessystem", "second")).GetProperty("documentId").GetInt64();
        Assert.Equal(document < other ? ["two"] : [], (await Server.FindAsync("namessystem", $"DocumentId>{document}")).HitIds);
        Assert.Equal(document < other ? ["one"] : ["one", "two"], (await Server.FindAsync("namessystem", $"documentId:0..{document}")).HitIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_numbers_of_items_say_nothing_of_how_many_others_there_are()
    {
        await Server.CreateReadyConnectionAsync("namesnumbers");
        var numbers = new List<long>();
        foreach (int i in Enumerable.Range(0, 8))
        {
            await Server.PutItemAsync("namesnumbers", $"n{i}", Item($$"""{ "title": "number{{i}}" }"""));
            JsonElement properties = await PropertiesAsync("namesnumbers", $"number{i}");
            numbers.Add(properties.GetProperty("documentId").GetInt64());
            Assert.Equal(Convert.ToBase64String(BitConverter.GetBytes(numbers[^1])), properties.GetProperty("immutableEntryId").GetString());
        }

        // One in 40,320 orders is that in which they came; none of 2^52 numbers is near another.
        Assert.All(numbers, number => Assert.InRange(number, 0, (1L << 52) - 1));
        Assert.True(numbers.Zip(numbers.Skip(1)).Max(pair => Math.Abs(pair.Second - pair.First)) > 1L << 40);
        Assert.Equal(8, numbers.Distinct().Count());
    }

    [Fact]
    public async Task A_property_of_the_schema_is_not_hidden_by_a_system_property_of_its_name()
    {
        await Server.CreateReadyConnectionAsync("namesown", """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "id", "type": "string", "isQueryable": true, "isRetrievable": true },
              { "name": "number", "type": "int64", "isQueryable": true, "isRetrievable": true, "aliases": ["documentId"] } ] }
            """);
        await Server.PutItemAsync("namesown", "one", Item("""{ "id": "mine", "number": 7 }"""));

        Assert.Equal(1, (await Server.FindAsync("namesown", "Id:mine DocumentId:7")).Total);
        Assert.Equal(0, (await Server.FindAsync("namesown", "documentId:1")).Total);
    }

    [Fact]
    public async Task A_name_that_another_connection_knows_finds_nothing_where_it_means_nothing()
    {
        await Server.CreateReadyConnectionAsync("namescolors", """
            { "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "color", "type": "string", "isQueryable": true, "isRetrievable": true } ] }
            """);
        await Server.CreateReadyConnectionAsync("namesplain");
        await Server.PutItemAsync("namescolors", "a", Item("""{ "color": "red" }"""));
        await Server.PutItemAsync("namesplain", "b", Item("""{ "title": "color red" }"""));
        string token = await Server.UserTokenAsync("reader");

        async Task<string> FindAsync(string sources, string query)
        {
            string body = $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": [{{sources}}], "query": { "queryString": {{JsonSerializer.Serialize(query)}} } } ] }""";
            return string.Join(' ', (await Server.PostAsync("/v1.0/search/query", body, token)).ShouldBe(200).HitIds.Order());
        }

        Assert.Equal("b", await FindAsync("\"namesplain\"", "color:red"));
        Assert.Equal("a", await FindAsync("\"namesplain\", \"namescolors\"", "color:red"));
        Assert.Equal("b", await FindAsync("\"namesplain\", \"namescolors\"", "NOT color:red"));
        Assert.Equal("a b", await FindAsync("\"namesplain\", \"namescolors\"", "color:red OR title:red"));
    }

    [Theory]
    [InlineData("en-US", DayOfWeek.Sunday)]
    [InlineData("en-US", DayOfWeek.Sunday, true)]
    [InlineData("de-DE", DayOfWeek.Monday)]
    [InlineData("de-DE", DayOfWeek.Monday, true)]
    [InlineData("ar-EG, en-US;q=0.5", DayOfWeek.Saturday, true)]
    [InlineData("ar-EG, en-US;q=0.5", DayOfWeek.Saturday)]
    [InlineData("xx-YY", DayOfWeek.Monday)]
    [InlineData(null, DayOfWeek.Monday)]
    public async Task This_week_begins_where_the_caller_lives(string? language, DayOfWeek firstDay, bool isFilter = false)
    {
        string connection = $"namesweek{language?[..2]}{isFilter}";
        await Server.CreateReadyConnectionAsync(
            connection,
            """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "modified", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "isRefinable": true } ] }
            """);
        DateOnly middle = DateOnly.FromDateTime(DateTime.UtcNow);
        foreach (DateOnly day in Enumerable.Range(-8, 17).Select(middle.AddDays))
        {
            await Server.PutItemAsync(connection, day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), Item($$"""{ "modified": "{{day:yyyy-MM-dd}}T12:00:00Z" }"""));
        }

        (await Server.PatchAsync(
            $"/v1.0/external/connections/{connection}",
            """
            { "searchSettings": { "searchResultTemplates": [ { "id": "week", "priority": 1, "layout": {},
              "rules": [ { "property": "modified", "operation": "equals", "values": ["this week"], "valuesJoinedBy": "or" } ] } ] } }
            """)).ShouldBe(204);
        string body = $$"""
            { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["{{connection}}"],
              "query": { "queryString": {{JsonSerializer.Serialize(isFilter ? "*" : "modified:\"this week\"")}} }{{(isFilter ? """, "aggregationFilters": ["modified:\"this week\""]""" : "")}},
              "resultTemplateOptions": { "enableResultTemplate": true } } ] }
            """;
        (string, string)[] headers = language is null ? [] : [("Accept-Language", language)];
        Answer answer;
        DateOnly today;
        do
        {
            today = DateOnly.FromDateTime(DateTime.UtcNow);
            answer = (await Server.SendAsync(HttpMethod.Post, "/v1.0/search/query", body, await Server.UserTokenAsync("reader"), headers)).ShouldBe(200);
        }
        while (today != DateOnly.FromDateTime(DateTime.UtcNow));

        DateOnly start = today.AddDays(-((today.DayOfWeek - firstDay + 7) % 7));
        Assert.Equal(
            Enumerable.Range(0, 7).Select(number => start.AddDays(number).ToString("yyyyMMdd", CultureInfo.InvariantCulture)), answer.HitIds.Order(StringComparer.Ordinal));
        Assert.All(answer.Container.GetProperty("hits").EnumerateArray(), hit => Assert.Equal(connection + "_week", hit.GetProperty("resultTemplateId").GetString()));
    }
}

using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public sealed class ExplainEndpointsTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Path = "/tributary/search/explain";

    private TestServer Server => shared.Server;

    private static string Body(string connection, string item, string query, string more = "") =>
        $$"""{ "tenantId": "{{TestServer.Tenant}}", "connectionId": "{{connection}}", "itemId": "{{item}}", "queryString": {{JsonSerializer.Serialize(query)}}{{more}} }""";

    private Task<Answer> ExplainAsync(string body) => Server.OperateAsync(HttpMethod.Post, Path, body);

    [Fact]
    public async Task It_tells_what_a_score_is_made_of_also_of_what_nobody_may_see()
    {
        await Server.CreateReadyConnectionAsync("explained");
        await Server.PutItemAsync("explained", "a", Item("""{ "title": "Vacation policy" }""", "secret words", acl: """[ { "type": "user", "value": "0b1d2e3f-0000-4000-8000-00000000000c", "accessType": "grant" } ]"""));
        await Server.PutItemAsync("explained", "b", Item("""{ "title": "Other" }"""));

        Answer answer = (await ExplainAsync(Body("explained", "a", "vacation policy"))).ShouldBe(200);

        Assert.True(answer.Json.GetProperty("isMatch").GetBoolean());
        double score = answer.Json.GetProperty("score").GetDouble();
        Assert.True(score > 0);
        Assert.Equal(score, answer.Json.GetProperty("explanation").GetProperty("value").GetDouble(), 1e-4);
        Assert.Contains("the title is all that was asked for", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_when_the_query_does_not_find_the_item()
    {
        await Server.CreateReadyConnectionAsync("unmatched");
        await Server.PutItemAsync("unmatched", "a", Item("""{ "title": "Vacation" }"""));

        Answer answer = (await ExplainAsync(Body("unmatched", "a", "vacation other"))).ShouldBe(200);

        Assert.False(answer.Json.GetProperty("isMatch").GetBoolean());
        Assert.Equal(0, answer.Json.GetProperty("score").GetDouble());
        string[] told = [.. Descriptions(answer.Json.GetProperty("explanation"))];
        Assert.Contains("what must be found is not: 'other'", told);
    }

    [Theory]
    [InlineData("policies", "forms of 'polici'")]
    [InlineData("\"vacation policy\"", "'vacation policy'")]
    [InlineData("training policies", "forms of 'train'")]
    [InlineData("nothere", "forms of 'nother' is nowhere in the item")]
    [InlineData("WORDS(policies, other)", "forms of 'polici' or forms of 'other'")]
    [InlineData("title:vacation", "words of a property: 'vacation' in title")]
    [InlineData("vacation title:nothere", "what must be found is not")]
    [InlineData("vacation title:(policies)", "words of a property: forms of 'polici' in title")]
    [InlineData("vacation NOT title:policy", "what must not be found is: 'policy' in title")]
    [InlineData("vaca*", "found, and worth the same in every item")]
    [InlineData("priority>2 OR title:\"vacation policy\"", "words of a property")]
    [InlineData("vacation NEAR(3) policy", null)]
    [InlineData("\"vacation pol*\"", null)]
    [InlineData("ticketId:CTS*", null)]
    [InlineData("vacation OR zzz OR title:policy OR priority:5", "the sum of")]
    [InlineData("vacation XRANK(cb=10) title:policy", "cb of XRANK 1")]
    [InlineData("*", "every item is found, none before another")]
    [InlineData("NOT zzz", null)]
    [InlineData("modified>2020-01-01", null)]
    public async Task It_tells_words_and_figures_and_nothing_of_how_the_index_has_them(string query, string? told)
    {
        string id = $"plain{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(query)))[..16]}";
        await Server.CreateReadyConnectionAsync(id);
        string index = $"/tributary/tenants/{TestServer.Tenant}/connections/{id}/index";
        (await Server.OperateAsync(HttpMethod.Patch, index, """{ "language": "en" }""")).ShouldBe(200);
        await Eventually.IsTrueAsync(
            async () => (await Server.OperateAsync(HttpMethod.Get, index, null)).Json.GetProperty("searchedLanguage").GetString() == "en", "searches are answered in English");
        await Server.PutItemAsync(id, "a", Item("""{ "title": "Vacation policy", "ticketId": "CTS-1", "priority": 5, "modified": "2026-01-01T00:00:00Z" }""", "training"));

        Answer answer = (await ExplainAsync(Body(id, "a", query))).ShouldBe(200);

        string[] all = [.. Descriptions(answer.Json.GetProperty("explanation"))];
        Assert.All(all, one => Assert.DoesNotMatch(@"[\u0000-\u001F#]|[a-z]Query|Similarity|clause|Constant|weight\(|score\(|ranked\(|span|[wvf]:[a-z]|part of the score", one));
        if (told is not null)
        {
            Assert.Contains(all, one => one.StartsWith(told, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_template_is_filled_in_as_in_a_search()
    {
        await Server.CreateReadyConnectionAsync("template");
        await Server.PutItemAsync("template", "a", Item("""{ "title": "Vacation" }"""));

        Assert.True((await ExplainAsync(Body("template", "a", "x", """, "queryTemplate": "vacation" """))).ShouldBe(200).Json.GetProperty("isMatch").GetBoolean());
        Assert.False((await ExplainAsync(Body("template", "a", "vacation", """, "queryTemplate": "{searchTerms} x" """))).ShouldBe(200).Json.GetProperty("isMatch").GetBoolean());
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        await Server.CreateReadyConnectionAsync("missing");

        (await ExplainAsync(Body("missing", "a", "x"))).ShouldBe(404, "ItemNotFound");
        (await ExplainAsync(Body("nowhere", "a", "x"))).ShouldBe(404, "ItemNotFound");
    }

    [Theory]
    [InlineData("""{ "connectionId": "c", "itemId": "i", "queryString": "q" }""", "tenantId")]
    [InlineData("""{ "tenantId": "t", "itemId": "i", "queryString": "q" }""", "connectionId")]
    [InlineData("""{ "tenantId": "t", "connectionId": "c", "queryString": "q" }""", "itemId")]
    [InlineData("""{ "tenantId": "t", "connectionId": "c", "itemId": "i", "queryString": "" }""", "queryString")]
    [InlineData("""{ "tenantId": "t", "connectionId": "c", "itemId": "i", "queryString": "q", "user": "u" }""", "user")]
    public async Task A_body_that_lacks_something_is_told_what(string body, string member)
    {
        Answer answer = (await ExplainAsync(body)).ShouldBe(400);

        Assert.Contains($"'{member}'", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_asks_for_too_much_is_told_so()
    {
        await Server.CreateReadyConnectionAsync("broad");
        await Server.PutItemAsync("broad", "a", Item("""{ "title": "Vacation" }"""));

        Answer answer = (await ExplainAsync(Body("broad", "a", string.Join(' ', Enumerable.Range(0, 65).Select(number => $"p{number}*"))))).ShouldBe(400);

        Assert.Contains("QueryTooBroad", answer.Body, StringComparison.Ordinal);
        (await ExplainAsync(Body("broad", "a", new string('a', 4097)))).ShouldBe(400);
        (await ExplainAsync(Body("broad", "a", new string('a', 4096)))).ShouldBe(200);
    }

    [Fact]
    public async Task It_is_the_operators_alone()
    {
        (await Server.PostAsync(Path, Body("c", "i", "q"))).ShouldBe(403);
        (await Server.PostAsync(Path, Body("c", "i", "q"), await Server.UserTokenAsync("admin"))).ShouldBe(403);
    }

    private static IEnumerable<string> Descriptions(JsonElement explanation) =>
        explanation.GetProperty("details").EnumerateArray().SelectMany(Descriptions).Prepend(explanation.GetProperty("description").GetString()!);
}

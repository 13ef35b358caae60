using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.ConformanceTests.Search.ChecklistServer;

namespace Tributary.ConformanceTests.Search;

/// <summary>Items 13 to 18 and 22 of the checklist (<see cref="ChecklistTests"/>): aggregations, filters, order, collapsing, trimming, templates.</summary>
public sealed class ChecklistRefinementTests(ChecklistServer server) : IClassFixture<ChecklistServer>
{
    private static (string Key, int Count, string Token)[] Buckets(Answer answer) =>
    [
        .. answer.Container.GetProperty("aggregations")[0].GetProperty("buckets").EnumerateArray().Select(bucket =>
            (bucket.GetProperty("key").GetString()!, bucket.GetProperty("count").GetInt32(), bucket.GetProperty("aggregationFilterToken").GetString()!)),
    ];

    /// <summary>13.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_elements_of_a_collection_are_counted_and_each_token_finds_what_was_counted(string version)
    {
        Answer answer = (await server.PostAsync(version, Body(
            "*", """, "aggregations": [ { "field": "tags", "size": 20, "bucketDefinition": { "sortBy": "count", "isDescending": "true", "minimumCount": 1 } } ]"""))).ShouldBe(200);

        (string Key, int Count, string Token)[] buckets = Buckets(answer);
        Assert.Equal(["Grüße", "annual leave", "leave", "policy"], buckets.Select(bucket => bucket.Key).Order(StringComparer.Ordinal));
        Assert.Equal([2, 2, 1, 1], buckets.Select(bucket => bucket.Count));
        Assert.Equal("\"ǂǂ4772c3bcc39f65\"", buckets.Single(bucket => bucket.Key == "Grüße").Token);
        Assert.Equal("\"ǂǂ706f6c696379\"", buckets.Single(bucket => bucket.Key == "policy").Token);
        foreach ((string key, int count, string token) in buckets)
        {
            Assert.Equal(count, (await server.PostAsync(version, Body("*", $", \"aggregationFilters\": {List($"tags:\"{token}\"")}"))).ShouldBe(200).Total);
            Assert.Equal(count, (await server.PostAsync(version, Body("*", $", \"aggregationFilters\": {List($"tags:{token}")}"))).ShouldBe(200).Total);
            Assert.NotEmpty(key);
        }
    }

    /// <summary>14.</summary>
    [Theory]
    [InlineData("price", "20", "100", "Less than 20=1 range(min, 20)", "20 up to 100=2 range(20, 100)", "100 and up=4 range(100, max, to=\"le\")")]
    [InlineData("price", "-5", "0", "Less than -5=0 range(min, -5)", "-5 up to 0=0 range(-5, 0)", "0 and up=7 range(0, max, to=\"le\")")]
    [InlineData("edited", "2026-02-10T00:00:00.0000000Z", "2026-03-18T00:00:00Z", "Before 2026-02-10T00:00:00.0000000Z=2 range(min, 2026-02-10T00:00:00.0000000Z)", "From 2026-02-10T00:00:00.0000000Z up to 2026-03-18T00:00:00Z=4 range(2026-02-10T00:00:00.0000000Z, 2026-03-18T00:00:00Z)", "2026-03-18T00:00:00Z or later=1 range(2026-03-18T00:00:00Z, max, to=\"le\")")]
    public async Task Ranges_have_the_keys_and_tokens_of_their_kind_and_stay_when_empty(string field, string low, string high, params string[] expected)
    {
        string extra = $$"""
            , "aggregations": [ { "field": "{{field}}", "bucketDefinition": { "sortBy": "keyAsNumber", "isDescending": "true", "minimumCount": 0,
                "ranges": [ { "to": "{{low}}" }, { "from": "{{low}}", "to": "{{high}}" }, { "from": "{{high}}" } ] } } ]
            """;
        foreach (string version in new[] { "v1.0", "beta" })
        {
            (string Key, int Count, string Token)[] buckets = Buckets((await server.PostAsync(version, Body("*", extra))).ShouldBe(200));

            Assert.Equal(expected, buckets.Select(bucket => $"{bucket.Key}={bucket.Count} {bucket.Token}"));
            foreach ((_, int count, string token) in buckets)
            {
                Assert.Equal(count, (await server.PostAsync(version, Body("*", $", \"aggregationFilters\": {List($"{field}:{token}")}"))).ShouldBe(200).Total);
                Assert.Equal(count, (await server.PostAsync(version, Body("*", $", \"aggregationFilters\": {List($"{field}:\"{token}\"")}"))).ShouldBe(200).Total);
            }
        }
    }

    /// <summary>15.</summary>
    [Theory]
    [InlineData("d1", "tags:policy", "department:HR")]
    [InlineData("", "tags:policy", "department:Sales")]
    [InlineData("d1 d2 d3", "tags:or(\"ǂǂ706f6c696379\",\"ǂǂ6c65617665\")")]
    [InlineData("d1", "price:range(min, 20)")]
    [InlineData("d6 d7", "price:range(1000, max, to=\"le\")")]
    [InlineData("d3 d4", "price:range(20, 120, from=\"gt\", to=\"le\")")]
    [InlineData("d2 d3 d4", "price:range(20, 120, from=\"GE\", to=\"LE\")")]
    [InlineData("d4", "tags:\"annual leave\"")]
    [InlineData("d1 d3", "tags:leave")]
    [InlineData("d5 d6 d7 d8", "tags:string('')")]
    [InlineData("d1 d2 d4", "or(tags:policy, author:Robert)")]
    public async Task Filters_are_evaluated(string ids, params string[] filters)
    {
        Assert.Equal(ids, await server.FoundAsync("v1.0", "*", $", \"aggregationFilters\": {List(filters)}"));
        Assert.Equal(ids, await server.FoundAsync("beta", "*", $", \"aggregationFilters\": {List(filters)}"));
    }

    /// <summary>16.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Hits_are_sorted_by_refinable_properties_only(string version)
    {
        async Task<string> SortedAsync(string sort) => string.Join(' ', (await server.PostAsync(version, Body("*", $", \"sortProperties\": [{sort}]"))).ShouldBe(200).HitIds);

        Assert.Equal("d1 d2 d3 d4 d5 d6 d7 d8", await SortedAsync("""{ "name": "price" }"""));
        Assert.Equal("d7 d6 d5 d4 d3 d2 d1 d8", await SortedAsync("""{ "name": "price", "isDescending": true }"""));
        Assert.Equal("d2 d1 d3 d4 d5 d6 d7 d8", await SortedAsync("""{ "name": "dept" }, { "name": "price", "isDescending": false }"""));
        Assert.Equal("d7 d1 d6 d5 d3 d2 d4 d8", await SortedAsync("""{ "name": "author" }, { "name": "price", "isDescending": true }"""));
        Answer refused = (await server.PostAsync(version, Body("*", """, "sortProperties": [ { "name": "title" } ]"""))).ShouldBe(400, "BadRequest");
        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (requests[0].sortProperties[0].name: 'title' is not refinable))", refused.ErrorMessage);
    }

    /// <summary>17. <c>department</c> and <c>author</c> take the places of file name and author in the published tables.</summary>
    [Theory]
    [InlineData("""{ "fields": ["department"], "limit": 3 }""", "1 2 3 6 7 8")]
    [InlineData("""{ "fields": ["department", "author"], "limit": 2 }""", "1 2 3 4 6 7 8")]
    [InlineData("""{ "fields": ["department"], "limit": 3 }, { "fields": ["author"], "limit": 1 }""", "1 2 3 6 7")]
    public async Task Collapsing_keeps_what_the_published_tables_keep(string collapse, string places)
    {
        string connection = await server.NewConnectionAsync();
        string[] items = ["Note/Andy", "Note/James", "Note/Robert", "Note/James", "Note/James", "Notebook/James", "Notebook/Andy", "Notebook/James"];
        foreach ((int place, string item) in items.Index())
        {
            string[] parts = item.Split('/');
            await server.PutAsync(connection, $"{place + 1}", $""" "title": "x", "department": "{parts[0]}", "author": "{parts[1]}", "price": {place + 1} """);
        }

        foreach (string version in new[] { "v1.0", "beta" })
        {
            string extra = $$""", "sortProperties": [ { "name": "price" } ], "collapseProperties": [{{collapse}}]""";
            Answer answer = (await server.PostAsync(version, Body("*", extra, connection))).ShouldBe(200);
            Assert.Equal(places, string.Join(' ', answer.HitIds));
            Assert.All(answer.Container.GetProperty("hits").EnumerateArray(), hit => Assert.True(hit.TryGetProperty("isCollapsed", out _)));
        }
    }

    /// <summary>17.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_limit_of_a_level_may_not_be_above_that_of_the_level_before(string version) => Assert.Equal(
        "SearchRequest Invalid (EntityRequest Invalid (requests[0].collapseProperties[1].limit is 2, more than 1 of the level before))",
        (await server.PostAsync(version, Body(
            "*", """, "collapseProperties": [ { "fields": ["department"], "limit": 1 }, { "fields": ["author"], "limit": 2 } ]"""))).ShouldBe(400, "BadRequest").ErrorMessage);

    /// <summary>18.</summary>
    [Fact]
    public async Task What_a_user_may_not_see_is_neither_hit_nor_count_nor_bucket()
    {
        string connection = await server.NewConnectionAsync();
        string reader = await UserIdAsync("reader");
        async Task SendAsync(HttpMethod method, string path, string? body, int status) =>
            (await server.Server.SendAsync(method, $"/v1.0/external/connections/{connection}/groups{path}", body)).ShouldBe(status);
        await SendAsync(HttpMethod.Post, "", """{ "id": "outer", "displayName": "outer" }""", 201);
        await SendAsync(HttpMethod.Post, "", """{ "id": "inner", "displayName": "inner" }""", 201);
        await SendAsync(HttpMethod.Post, "/outer/members", """{ "id": "inner", "type": "externalGroup" }""", 201);
        await SendAsync(HttpMethod.Post, "/inner/members", $$"""{ "id": "{{reader}}", "type": "user" }""", 201);
        const string Properties = """ "title": "secret", "department": "Board" """;
        string denied = $$"""[ { "type": "everyone", "value": "everyone", "accessType": "grant" }, { "type": "user", "value": "{{reader}}", "accessType": "deny" } ]""";
        await server.PutAsync(connection, "denied", Properties, acl: denied);
        await server.PutAsync(connection, "nested", Properties, acl: """[ { "type": "externalGroup", "value": "outer", "accessType": "grant" } ]""");
        const string Counted = """, "aggregations": [ { "field": "department" } ]""";

        Answer member = (await server.PostAsync("v1.0", Body("secret", Counted, connection))).ShouldBe(200);
        await SendAsync(HttpMethod.Delete, $"/inner/members/{reader}", null, 204);
        Answer removed = (await server.PostAsync("v1.0", Body("secret", Counted, connection))).ShouldBe(200);

        Assert.Equal("nested", Assert.Single(member.HitIds));
        Assert.Equal((1, 1), (member.Total, Buckets(member).Single().Count));
        Assert.Equal("""{"total":0,"moreResultsAvailable":false,"aggregations":[{"field":"department","buckets":[]}]}""", removed.Container.GetRawText());
    }

    /// <summary>22.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Hits_refer_to_the_template_whose_rules_hold_and_only_these_come_along_untouched(string version)
    {
        Answer all = (await server.PostAsync(version, Body("*", """, "resultTemplateOptions": { "enableResultTemplate": true }"""))).ShouldBe(200);
        Answer one = (await server.PostAsync(version, Body("department:HR", """, "resultTemplateOptions": [ { "enableResultTemplate": true } ]"""))).ShouldBe(200);

        var templates = all.HitIds.Zip(all.Container.GetProperty("hits").EnumerateArray(), (id, hit) =>
            $"{id} {(hit.TryGetProperty("resultTemplateId", out JsonElement template) ? template.GetString() : "-")}").Order(StringComparer.Ordinal);
        Assert.Equal(
            ["d1 documents_people", "d2 -", "d3 documents_people", "d4 -", "d5 documents_dear", "d6 documents_dear", "d7 documents_dear", "d8 -"], templates);
        Assert.Equal(["documents_dear", "documents_people"], Names(all.Json.GetProperty("value")[0].GetProperty("resultTemplates")).Order(StringComparer.Ordinal));
        Assert.Equal(
            """{"documents_people":{"displayName":"people","body":{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"${title}"}]}}}""",
            one.Json.GetProperty("value")[0].GetProperty("resultTemplates").GetRawText());
    }

    private async Task<string> UserIdAsync(string user)
    {
        Answer me = (await server.Server.SendAsync(HttpMethod.Get, "/v1.0/me", token: await server.Server.UserTokenAsync(user))).ShouldBe(200);
        return me.Json.GetProperty("id").GetString()!;
    }
}

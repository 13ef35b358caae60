using System.Globalization;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

public class SearchEndpointsTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private const string Other = "11111111-2222-4333-8444-555555555555";

    private static int _connections;

    private TestServer Server => shared.Server;

    private async Task<string> ConnectAsync(string? schema = null)
    {
        string id = "search" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await Server.CreateReadyConnectionAsync(id, schema);
        return id;
    }

    private static JsonElement Properties(Answer answer, int hit = 0) => Hit(answer, hit).GetProperty("resource").GetProperty("properties");

    private static JsonElement Hit(Answer answer, int hit = 0) => answer.Container.GetProperty("hits")[hit];

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    [Fact]
    public async Task A_hit_has_the_shape_that_clients_depend_on()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "doc42", Item("""{ "title": "Vacation policy", "url": "https://x/1" }""", "Carry over of vacation is limited."));

        Answer answer = await Server.FindAsync(id, "Vacation policy OR limited");

        Assert.Equal(["@odata.context", "value"], Names(answer.Json));
        JsonElement response = answer.Json.GetProperty("value")[0];
        Assert.Equal(["searchTerms", "hitsContainers"], Names(response));
        Assert.Equal(["vacation", "policy", "limited"], response.GetProperty("searchTerms").EnumerateArray().Select(term => term.GetString()));
        Assert.Equal(["hits", "total", "moreResultsAvailable"], Names(answer.Container));
        JsonElement hit = Hit(answer);
        Assert.Equal(["hitId", "contentSource", "rank", "summary", "resource"], Names(hit));
        Assert.Equal(id, hit.GetProperty("contentSource").GetString());
        Assert.Equal(1, hit.GetProperty("rank").GetInt32());
        Assert.Equal("Carry over of <c0>vacation</c0> is <c0>limited</c0>.", hit.GetProperty("summary").GetString());
        Assert.Equal("#microsoft.graph.externalConnectors.externalItem", hit.GetProperty("resource").GetProperty("@odata.type").GetString());
        JsonElement properties = Properties(answer);
        Assert.Equal(["title", "url", "substrateContentDomainId", "substrateLocationId", "documentId", "immutableEntryId", "id"], Names(properties));
        Assert.EndsWith($"@{TestServer.Tenant},doc42", properties.GetProperty("substrateContentDomainId").GetString(), StringComparison.Ordinal);
        Assert.Equal(hit.GetProperty("hitId").GetString(), properties.GetProperty("id").GetString());
        Assert.DoesNotContain("everyone", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("html")]
    public async Task A_match_far_into_the_content_is_quoted(string type)
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "Long" }""", string.Concat(Enumerable.Repeat("filler ", 3000)) + "and a needle in it", contentType: type));

        Answer answer = await Server.FindAsync(id, "needle");

        Assert.EndsWith("filler and a <c0>needle</c0> in it", Hit(answer).GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_hits_there_is_no_hits_member()
    {
        string id = await ConnectAsync();

        Answer answer = await Server.FindAsync(id, "nothing");

        Assert.Equal("""{"total":0,"moreResultsAvailable":false}""", answer.Container.GetRawText());
    }

    [Fact]
    public async Task Metadata_none_leaves_out_the_context_but_not_the_type_of_the_resource()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "x" }"""));
        string body = $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["{{id}}"], "query": { "queryString": "*" } } ] }""";

        Answer answer = (await Server.SendAsync(
            HttpMethod.Post, "/v1.0/search/query", body, await Server.UserTokenAsync("reader"), ("Accept", "application/json;odata.metadata=none"))).ShouldBe(200);

        Assert.False(answer.Json.TryGetProperty("@odata.context", out _));
        Assert.Equal("#microsoft.graph.externalConnectors.externalItem", Hit(answer).GetProperty("resource").GetProperty("@odata.type").GetString());
    }

    [Fact]
    public async Task Values_come_out_in_graphs_encoding()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item(
            """
            { "title": "Grüße \u0001", "tags@odata.type": "Collection(String)", "tags": ["b", "a"], "priority": 9007199254740993, "weight": 0.5, "done": false,
              "modified": "2026-03-01T10:30:00.500+01:00", "ticketId": null }
            """));

        JsonElement properties = Properties(await Server.FindAsync(id, "*"));

        Assert.Equal("Grüße \u0001", properties.GetProperty("title").GetString());
        Assert.Equal("""["b","a"]""", properties.GetProperty("tags").GetRawText());
        Assert.Equal("9007199254740993", properties.GetProperty("priority").GetRawText());
        Assert.Equal("0.5", properties.GetProperty("weight").GetRawText());
        Assert.Equal("false", properties.GetProperty("done").GetRawText());
        Assert.Equal("2026-03-01T09:30:00.5Z", properties.GetProperty("modified").GetString());
        Assert.False(properties.TryGetProperty("ticketId", out _));
        Assert.False(properties.TryGetProperty("tags@odata.type", out _));
    }

    [Theory]
    [InlineData("TITLE, nope, priority", "title, priority")]
    [InlineData("label_Title, label_url, label_nothing", "label_Title, label_url")]
    [InlineData("hidden, content, acl", "")]
    [InlineData("Label_LastModifiedDateTime", "Label_LastModifiedDateTime")]
    [InlineData("lastModifiedTime", "lastModifiedTime")]
    [InlineData("SubstrateContentDomainId, ID", "substrateContentDomainId, id")]
    [InlineData("title, TITLE, title", "title")]
    public async Task Fields_choose_what_is_returned(string fields, string returned)
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "x", "url": "u", "priority": 1, "modified": "2026-01-01T00:00:00Z", "hidden": "h" }""", "content"));

        Answer answer = await Server.FindAsync(id, "*", $""", "fields": {JsonSerializer.Serialize(fields.Split(", "))}""");

        Assert.Equal(returned.Split(", ", StringSplitOptions.RemoveEmptyEntries), Names(Properties(answer)));
    }

    [Fact]
    public async Task An_alias_in_fields_comes_back_as_asked()
    {
        string id = await ConnectAsync("""
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"], "aliases": ["headline"] } ] }
            """);
        await Server.PutItemAsync(id, "a", Item("""{ "title": "x" }"""));

        Assert.Equal(["Headline"], Names(Properties(await Server.FindAsync(id, "headline:x", """, "fields": ["Headline"]"""))));
    }

    [Fact]
    public async Task What_may_not_be_returned_is_found_but_not_shown()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "x", "hidden": "marzipan" }"""));

        Answer answer = await Server.FindAsync(id, "marzipan");

        Assert.Equal(["a"], answer.HitIds);
        Assert.DoesNotContain("marzipan", answer.Container.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, (await Server.FindAsync(id, "hidden:marzipan")).Total);
        Assert.Equal(0, (await Server.FindAsync(id, "hidden:*")).Total);
    }

    [Theory]
    [InlineData("ticketId:CTS-1", 1)]
    [InlineData("ticketId:CTS", 0)]
    [InlineData("ticketId:cts*", 1)]
    [InlineData("ticketId<>*", 1)]
    [InlineData("NOT ticketId:*", 1)]
    [InlineData("tags:red tags:blue", 2)]
    [InlineData("tags:(red blue)", 0)]
    [InlineData("priority>=5", 1)]
    [InlineData("priority<>5.0", 1)]
    [InlineData("weight:0", 1)]
    [InlineData("done:yes OR done=0", 2)]
    [InlineData("modified>2026-01-01", 1)]
    [InlineData("modified:2026-01-01..2026-01-31", 2)]
    [InlineData("label_title:first", 1)]
    [InlineData("title>a", 0)]
    [InlineData("🎉", 0)]
    [InlineData("first 🎉", 1)]
    [InlineData("-first", 1)]
    [InlineData("first AND NOT tags:red", 0)]
    public async Task Restrictions_mean_what_the_language_says(string query, int total)
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item(
            """{ "title": "first one", "ticketId": "CTS-1", "tags": ["red"], "priority": 5, "weight": -0.0, "done": true, "modified": "2026-01-01T23:59:59.9999999Z" }"""));
        await Server.PutItemAsync(id, "b", Item("""{ "title": "second", "tags": ["blue"], "priority": 4, "done": false, "modified": "2026-01-02T00:00:00Z" }"""));

        Assert.Equal(total, (await Server.FindAsync(id, query)).Total);
    }

    [Fact]
    public async Task Pages_have_no_gaps_and_no_repeats_and_ranks_are_absolute()
    {
        string id = await ConnectAsync();
        await Parallel.ForAsync(0, 230, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            await Server.PutItemAsync(id, $"i{number}", Item($$"""{ "title": "same words", "modified": "2026-01-0{{1 + (number % 3)}}T00:00:00Z" }""")));

        foreach (string query in new[] { "*", "same" })
        {
            var seen = new List<string>();
            for (int from = 0; from < 230; from += 50)
            {
                Answer page = await Server.FindAsync(id, query, $", \"from\": {from}, \"size\": 50");
                Assert.Equal(230, page.Total);
                Assert.Equal(from + 50 < 230, page.Container.GetProperty("moreResultsAvailable").GetBoolean());
                Assert.Equal(from + 1, Hit(page).GetProperty("rank").GetInt32());
                seen.AddRange(page.HitIds);
            }

            Assert.Equal(230, seen.Distinct().Count());
            Assert.Equal(230, seen.Count);
        }

        Answer newest = await Server.FindAsync(id, "*", """, "size": 1000""");
        string[] dates = [.. Enumerable.Range(0, 230).Select(hit => Properties(newest, hit).GetProperty("modified").GetString()!)];
        Assert.Equal(dates.OrderDescending(), dates);

        Answer beyond = await Server.FindAsync(id, "*", """, "from": 230""");
        Assert.Equal("""{"total":230,"moreResultsAvailable":false}""", beyond.Container.GetRawText());
        Assert.Equal(25, (await Server.FindAsync(id, "*")).HitIds.Length);
    }

    [Fact]
    public async Task Several_connections_answer_as_one_and_names_mean_what_they_mean_in_each()
    {
        string one = await ConnectAsync();
        string two = await ConnectAsync("""
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "color", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true },
              { "name": "priority", "type": "string", "isQueryable": true, "isRetrievable": true } ] }
            """);
        await Server.PutItemAsync(one, "a", Item("""{ "title": "color red", "priority": 5 }"""));
        await Server.PutItemAsync(two, "b", Item("""{ "color": "red", "priority": "5 stars" }"""));
        await Server.PutItemAsync(two, "c", Item("""{ "color": "blue", "priority": "low" }"""));
        string both = JsonSerializer.Serialize(new[] { Source(one), two.ToUpperInvariant() });

        async Task<string> BothAsync(string query)
        {
            string body = $$"""{ "requests": [ { "entityTypes": ["externalItem"], "contentSources": {{both}}, "query": { "queryString": {{JsonSerializer.Serialize(query)}} } } ] }""";
            Answer answer = (await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader"))).ShouldBe(200);
            Assert.Equal(answer.HitIds.Length, answer.Total);
            return string.Join(' ', answer.HitIds.Order());
        }

        Assert.Equal("a b c", await BothAsync("*"));
        Assert.Equal("a b", await BothAsync("red"));
        Assert.Equal("b", await BothAsync("color:red"));
        Assert.Equal("a b", await BothAsync("priority:5"));
        Assert.Equal("c", await BothAsync("priority:low"));
        Assert.Equal("b c", await BothAsync("NOT title:*"));
    }

    [Theory]
    [InlineData("https://graph.microsoft.com/v1.0/external/connections/{0}/")]
    [InlineData("/external/connections/{0}")]
    [InlineData("{0}")]
    public async Task A_content_source_may_be_written_in_several_ways(string form)
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "x" }"""));

        Answer answer = await Server.SearchAsync("*", source: string.Format(CultureInfo.InvariantCulture, form, id));

        Assert.Equal(["a"], answer.ShouldBe(200).HitIds);
    }

    [Fact]
    public async Task Of_a_connection_in_which_the_caller_sees_nothing_the_wildcard_shows_neither_names_nor_types()
    {
        string mine = await ConnectAsync();
        string word = ("unseen" + Guid.NewGuid().ToString("N"))[..32];
        await Server.PutItemAsync(mine, "a", Item($$"""{ "title": "{{word}} x" }"""));
        string asWords = $"{word}:x";
        Assert.Equal(["a"], (await Server.SearchAsync(asWords, source: "/external/connections/*")).ShouldBe(200).HitIds);
        string hidden = await ConnectAsync(
            $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "{{word}}", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true } ] }""");
        await Server.PutItemAsync(hidden, "b", Item($$"""{ "{{word}}": 5 }""", acl: """[ { "type": "user", "value": "e1e10000-0000-4000-8000-0000000000ff", "accessType": "grant" } ]"""));
        string sorted = $$""", "sortProperties": [ { "name": "{{word}}" } ]""";

        Assert.Equal(["a"], (await Server.SearchAsync(asWords, source: "/external/connections/*")).ShouldBe(200).HitIds);
        (await Server.SearchAsync("*", source: "/external/connections/*", extra: sorted)).ShouldBe(400);

        await Server.PutItemAsync(hidden, "c", Item($$"""{ "{{word}}": 6 }"""));

        (await Server.SearchAsync("*", source: "/external/connections/*", extra: sorted)).ShouldBe(200);
    }

    [Theory]
    [InlineData("/external/connections/*")]
    [InlineData("Connectors")]
    public async Task The_wildcard_finds_all_ready_connections_of_the_tenant_and_of_no_other(string source)
    {
        string word = "wild" + Guid.NewGuid().ToString("N");
        string[] ids = [await ConnectAsync(), await ConnectAsync()];
        string foreignToken = await Server.AppTokenAsync(tenant: Other);
        await Server.CreateReadyConnectionAsync(ids[0], token: foreignToken);
        foreach (string id in ids)
        {
            await Server.PutItemAsync(id, "mine", Item($$"""{ "title": "{{word}}" }"""));
        }

        await Server.PutItemAsync(ids[0], "foreign", Item($$"""{ "title": "{{word}}" }"""), foreignToken);
        (await Server.PostAsync("/v1.0/external/connections", $$"""{ "id": "draft{{ids[0]}}", "name": "draft {{ids[0]}}" }""")).ShouldBe(201);

        Answer mine = (await Server.SearchAsync(word, source: source)).ShouldBe(200);
        Answer foreign = (await Server.SearchAsync(word, source: source, token: await Server.UserTokenAsync("reader", tenant: Other))).ShouldBe(200);
        Answer byName = (await Server.SearchAsync("*", source: ids[0], token: await Server.UserTokenAsync("reader", tenant: Other))).ShouldBe(200);

        Assert.Equal(["mine", "mine"], mine.HitIds);
        Assert.Equal(2, mine.Total);
        Assert.Equal(["foreign"], foreign.HitIds);
        Assert.Equal(["foreign"], byName.HitIds);
    }

    [Fact]
    public async Task An_unknown_or_draft_source_contributes_nothing()
    {
        (await Server.PostAsync("/v1.0/external/connections", """{ "id": "stilldraft", "name": "Still draft" }""")).ShouldBe(201);

        Assert.Equal(0, (await Server.FindAsync("stilldraft", "*")).Total);
        Assert.Equal(0, (await Server.FindAsync("nosuchconnection", "*")).Total);
    }

    [Fact]
    public async Task Deny_beats_grant_and_groups_of_the_token_count()
    {
        string id = await ConnectAsync();
        string reader = UserId(await Server.UserTokenAsync("reader"));
        await Server.PutItemAsync(id, "granted", Item("""{ "title": "x" }""", acl: $$"""[ { "type": "user", "value": "{{reader.ToUpperInvariant()}}", "accessType": "grant" } ]"""));
        await Server.PutItemAsync(id, "denied", Item(
            """{ "title": "x" }""",
            acl: $$"""[ { "type": "everyone", "value": "everyone", "accessType": "grant" }, { "type": "user", "value": "{{reader}}", "accessType": "deny" } ]"""));
        await Server.PutItemAsync(id, "others", Item(
            """{ "title": "x" }""", acl: """[ { "type": "group", "value": "99999999-0000-4000-8000-000000000000", "accessType": "grant" } ]"""));

        Answer asReader = await Server.FindAsync(id, "x");
        Answer asAdmin = await Server.FindAsync(id, "x", user: "admin");

        Assert.Equal(["granted"], asReader.HitIds);
        Assert.Equal(1, asReader.Total);
        Assert.Equal(["denied"], asAdmin.HitIds);
        Assert.Equal(1, asAdmin.Total);
    }

    [Fact]
    public async Task Guests_that_are_let_in_see_what_is_for_everyone_but_not_what_excepts_them()
    {
        await using TestServer server = await TestServer.StartAsync("Search:AllowGuests=true");
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync("contosohr", "all", Item("""{ "title": "x" }"""));
        await server.PutItemAsync("contosohr", "members", Item("""{ "title": "x" }""", acl: """[ { "type": "everyoneExceptGuests", "value": "x", "accessType": "grant" } ]"""));

        Assert.Equal(["all"], (await server.FindAsync("contosohr", "x", user: "guest")).HitIds);
        Assert.Equal(2, (await server.FindAsync("contosohr", "x")).Total);
    }

    [Fact]
    public async Task A_token_that_could_not_carry_all_groups_is_refused_where_no_directory_tells_them()
    {
        string groups = string.Join(", ", Enumerable.Range(0, 201).Select(number => $"\"{number:x8}-0000-4000-8000-000000000000\""));
        string seed = $$"""{ "users": [ { "userPrincipalName": "many@tributary.local", "groups": [{{groups}}] } ] }""";
        await using TestServer withDirectory = await TestServer.StartWithSeedAsync(seed);
        await withDirectory.CreateReadyConnectionAsync();
        await withDirectory.PutItemAsync("contosohr", "last", Item(
            """{ "title": "x" }""", acl: """[ { "type": "group", "value": "000000c8-0000-4000-8000-000000000000", "accessType": "grant" } ]"""));
        await using TestServer withTokens = await TestServer.StartWithSeedAsync(seed, "Directory:Source=Token");
        await withTokens.CreateReadyConnectionAsync();

        Answer answer = (await withTokens.SearchAsync("*", "many")).ShouldBe(403, "Forbidden");

        Assert.Contains("groups", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(["last"], (await withDirectory.SearchAsync("*", "many")).HitIds);
    }

    [Fact]
    public async Task Hits_that_are_too_large_to_be_answered_together_are_refused_and_fewer_are_answered()
    {
        await using TestServer server = await TestServer.StartAsync("Search:MaxPageBytes=1048576");
        await server.CreateReadyConnectionAsync();
        foreach (string id in new[] { "a", "b", "c" })
        {
            await server.PutItemAsync("contosohr", id, Item($$"""{ "title": "x", "url": "{{new string('u', 400_000)}}" }"""));
        }

        Answer refused = (await server.SearchAsync("x", extra: """, "size": 3""")).ShouldBe(400, "BadRequest");

        Assert.Contains("more than 1048576 bytes", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(2, (await server.SearchAsync("x", extra: """, "size": 2""")).ShouldBe(200).HitIds.Length);
    }

    [Fact]
    public async Task Long_queries_of_any_form_are_answered()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "a", Item("""{ "title": "a word" }""", string.Join(' ', Enumerable.Range(0, 20_000).Select(number => $"a{number}"))));

        foreach (string query in new[]
        {
            Repeat("-b ", 1023), Repeat("a ", 1024), Repeat("a OR ", 700) + "a", Repeat("title:a ", 400), Repeat("NOT b OR ", 400) + "a", "a*", "\"word a*\"", Repeat("a* ", 1000),
            Repeat("(", 64) + "a" + Repeat(")", 64), Repeat("\"a\" NEAR ", 400) + "a", "WORDS(" + Repeat("a, ", 1000) + "a)", Repeat("title:(a ", 60) + "a" + Repeat(")", 60),
            Repeat("a-", 2000), Repeat("*", 4000) + "a", Repeat("😀", 2000), "a\uFFFE",
        })
        {
            (await Server.SearchAsync(query[..Math.Min(query.Length, 4096)].TrimEnd(), source: id)).ShouldBe(200);
        }

        Assert.Equal(1, (await Server.FindAsync(id, Repeat("-b ", 1023))).Total);
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string UserId(string token)
    {
        string payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var claims = JsonDocument.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')));
        return claims.RootElement.GetProperty("oid").GetString()!;
    }
}

using System.Text.Json;
using Microsoft.Extensions.Options;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Indexing;

/// <summary>The language of a connection: how it is set, what becomes of the items that are there, and what searches find by it.</summary>
public sealed class IndexEndpointsTests : IDisposable
{
    private const string Connection = "contosohr";

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-language-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private Task<TestServer> StartAsync(params string[] arguments) => TestServer.StartAsync(null, _data, arguments);

    private static string PathOf(string connection, string tenant = TestServer.Tenant) => $"/tributary/tenants/{tenant}/connections/{connection}/index";

    private static Task PutAsync(TestServer server, string id, string title, string? content = null, string connection = Connection) =>
        server.PutItemAsync(connection, id, SearchServer.Item($$"""{ "title": {{JsonSerializer.Serialize(title)}} }""", content));

    private static async Task<string> FoundAsync(TestServer server, string query, string connection = Connection) =>
        string.Join(' ', (await server.FindAsync(connection, query)).HitIds.Order(StringComparer.Ordinal));

    private static async Task<(string? Stored, string Wanted, string Searched)> ReadAsync(TestServer server, string connection = Connection)
    {
        JsonElement index = (await server.OperateAsync(HttpMethod.Get, PathOf(connection))).ShouldBe(200).Json;
        return (index.GetProperty("language").GetString(), index.GetProperty("wantedLanguage").GetString()!, index.GetProperty("searchedLanguage").GetString()!);
    }

    private static async Task SetAsync(TestServer server, string language, string connection = Connection)
    {
        (await server.OperateAsync(HttpMethod.Patch, PathOf(connection), $$"""{ "language": "{{language}}" }""")).ShouldBe(200);
        await Eventually.IsTrueAsync(async () => (await ReadAsync(server, connection)).Searched == language, $"searches are answered in {language}");
    }

    [Fact]
    public async Task A_language_is_set_and_searches_find_inflected_forms_of_what_is_there_and_of_what_comes()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "Policy of vacations");
        Assert.Equal((null, "standard", "standard"), await ReadAsync(server));
        Assert.Equal("", await FoundAsync(server, "policies"));

        await SetAsync(server, "en");

        Assert.Equal(("en", "en", "en"), await ReadAsync(server));
        await PutAsync(server, "b", "other", "Many policies");
        Assert.Equal("a b", await FoundAsync(server, "policies"));
        Assert.Equal("a b", await FoundAsync(server, "policy"));
        Assert.Equal("a", await FoundAsync(server, "policies vacation"));
        Assert.Equal("a", await FoundAsync(server, "title:(policies)"));
        Assert.Equal("a b", await FoundAsync(server, "policies NOT others NEAR vacation"));
    }

    [Fact]
    public async Task What_stands_in_quotes_and_the_bare_value_of_a_property_stand_for_themselves()
    {
        await using TestServer server = await StartAsync("Indexing:Language=en");
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "Policy of vacations");
        await PutAsync(server, "b", "Policies of vacations");

        Assert.Equal("a b", await FoundAsync(server, "policies"));
        Assert.Equal("b", await FoundAsync(server, "\"policies\""));
        Assert.Equal("b", await FoundAsync(server, "\"policies of vacations\""));
        Assert.Equal("", await FoundAsync(server, "\"policies of vacation\""));
        Assert.Equal("b", await FoundAsync(server, "title:policies"));
        Assert.Equal("b", await FoundAsync(server, "policies*"));
        Assert.Equal("a b", await FoundAsync(server, "polic*"));
        Assert.Equal("a b", await FoundAsync(server, "the*") + await FoundAsync(server, "of"));
    }

    [Fact]
    public async Task A_summary_marks_the_forms_that_were_found_and_search_terms_are_as_they_were_typed()
    {
        await using TestServer server = await StartAsync("Indexing:Language=en");
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "x", "The policy and its policies.");

        Answer answer = await server.FindAsync(Connection, "policies");
        Assert.Equal("The <c0>policy</c0> and its <c0>policies</c0>.", answer.Container.GetProperty("hits")[0].GetProperty("summary").GetString());
        Assert.Equal("""["policies"]""", answer.Json.GetProperty("value")[0].GetProperty("searchTerms").GetRawText());

        answer = await server.FindAsync(Connection, "\"policies\"");
        Assert.Equal("The policy and its <c0>policies</c0>.", answer.Container.GetProperty("hits")[0].GetProperty("summary").GetString());
    }

    [Fact]
    public async Task Spelling_suggests_words_and_never_stems()
    {
        const string Spelling = """, "queryAlterationOptions": { "enableSuggestion": true, "enableModification": true }""";
        await using TestServer server = await StartAsync("Indexing:Language=de");
        await server.CreateReadyConnectionAsync();
        await PutAsync(server, "a", "Richtlinien");

        Answer answer = await server.FindAsync(Connection, "Richtlinen", Spelling);
        Assert.Equal(
            "richtlinien", answer.Json.GetProperty("value")[0].GetProperty("queryAlterationResponse").GetProperty("queryAlteration").GetProperty("alteredQueryString").GetString());

        // Found by its stem, so nothing is wrong with it.
        answer = await server.FindAsync(Connection, "Richtlinie", Spelling);
        Assert.Equal(1, answer.Total);
        Assert.False(answer.Json.GetProperty("value")[0].TryGetProperty("queryAlterationResponse", out _));
    }

    [Fact]
    public async Task Connections_of_several_languages_are_searched_together_each_in_its_own()
    {
        await using TestServer server = await StartAsync();
        foreach ((string connection, string language, string title) in new[] { ("english", "en", "The policies"), ("french", "fr", "Les journaux"), ("plain", "standard", "policies journaux") })
        {
            await server.CreateReadyConnectionAsync(connection);
            await PutAsync(server, connection, title, connection: connection);
            await SetAsync(server, language, connection);
        }

        Answer answer = (await server.SearchAsync("policy OR journal", source: "/external/connections/*")).ShouldBe(200);

        Assert.Equal(["english", "french"], answer.HitIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Until_the_next_index_is_there_the_one_in_use_answers_and_no_change_is_lost()
    {
        const int Items = 3000;
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, Items), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await PutAsync(server, $"i{i:D4}", "policies"));
        Assert.Equal(Items, (await server.FindAsync(Connection, "policies")).Total);

        (await server.OperateAsync(HttpMethod.Patch, PathOf(Connection), """{ "language": "en" }""")).ShouldBe(200);
        int rounds = 0;
        bool isDone;
        do
        {
            isDone = (await ReadAsync(server)).Searched == "en";
            await PutAsync(server, $"new{rounds}", "policies");
            (await server.DeleteAsync(SearchServer.ItemPath(Connection, $"i{rounds:D4}"))).ShouldBe(204);
            Assert.Equal(Items, (await server.FindAsync(Connection, "policies")).Total);
            Assert.Contains((await server.FindAsync(Connection, "policy")).Total, new[] { 0, Items });
            rounds++;
        }
        while (!isDone);

        Assert.Equal(Items, (await server.FindAsync(Connection, "policy")).Total);
        Assert.Equal(JsonValueKind.Null, (await server.OperateAsync(HttpMethod.Get, PathOf(Connection))).Json.GetProperty("reindexedItems").ValueKind);
    }

    [Fact]
    public async Task A_language_outlives_a_restart_and_null_gives_way_to_that_of_the_server()
    {
        await using (TestServer server = await StartAsync())
        {
            await server.CreateReadyConnectionAsync();
            await PutAsync(server, "a", "policies");
            await SetAsync(server, "en");
        }

        await using (TestServer server = await StartAsync("Indexing:Language=fr"))
        {
            Assert.Equal(("en", "en", "en"), await ReadAsync(server));
            Assert.Equal("a", await FoundAsync(server, "policy"));

            (await server.OperateAsync(HttpMethod.Patch, PathOf(Connection), """{ "language": null }""")).ShouldBe(200);
            await Eventually.IsTrueAsync(async () => await ReadAsync(server) == (null, "fr", "fr"), "searches are answered in French");
        }
    }

    [Fact]
    public async Task After_a_restart_what_was_under_way_is_begun_anew()
    {
        await using (TestServer server = await StartAsync())
        {
            await server.CreateReadyConnectionAsync();
            await Parallel.ForEachAsync(Enumerable.Range(0, 1500), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await PutAsync(server, $"i{i}", "policies"));
            Assert.Equal(1500, (await server.FindAsync(Connection, "policies")).Total);
            (await server.OperateAsync(HttpMethod.Patch, PathOf(Connection), """{ "language": "en" }""")).ShouldBe(200);
        }

        await using (TestServer server = await StartAsync())
        {
            Assert.Equal(1500, (await server.FindAsync(Connection, "policies")).Total);
            await Eventually.IsTrueAsync(async () => (await ReadAsync(server)).Searched == "en", "searches are answered in English");
            Assert.Equal(1500, (await server.FindAsync(Connection, "policy")).Total);
        }
    }

    [Fact]
    public async Task Who_changes_his_mind_gets_what_he_wanted_last()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1500), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await PutAsync(server, $"i{i}", "policies journaux"));
        foreach (string language in new[] { "en", "de", "en", "fr" })
        {
            (await server.OperateAsync(HttpMethod.Patch, PathOf(Connection), $$"""{ "language": "{{language}}" }""")).ShouldBe(200);
        }

        await Eventually.IsTrueAsync(
            async () => await ReadAsync(server) == ("fr", "fr", "fr")
                && (await server.OperateAsync(HttpMethod.Get, PathOf(Connection))).Json.GetProperty("reindexedItems").ValueKind == JsonValueKind.Null,
            "searches are answered in French");
        Assert.Equal(1500, (await server.FindAsync(Connection, "journal")).Total);
        Assert.Equal(0, (await server.FindAsync(Connection, "policy")).Total);
    }

    [Fact]
    public async Task A_server_that_starts_in_another_language_builds_its_indexes_anew()
    {
        await using (TestServer server = await StartAsync())
        {
            await server.CreateReadyConnectionAsync();
            await PutAsync(server, "a", "policies");
            Assert.Equal("", await FoundAsync(server, "policy"));
        }

        await using (TestServer server = await StartAsync("Indexing:Language=en"))
        {
            await Eventually.IsTrueAsync(async () => await FoundAsync(server, "policy") == "a", "the index is in English");
        }
    }

    [Theory]
    [InlineData("""{ "language": "xx" }""", "UnknownLanguage", "$.language: 'xx' is none of the languages ar, ca, da,")]
    [InlineData("{}", "NothingToDo", "$: The body must have 'language'")]
    [InlineData("""{ "language": 1 }""", "BadRequest", "$.language")]
    [InlineData("""{ "analyzer": "en" }""", "BadRequest", "$.analyzer: The property 'analyzer' does not exist")]
    [InlineData("[]", "BadRequest", "$: ")]
    public async Task What_is_no_language_is_refused_with_its_reason_and_changes_nothing(string body, string innerCode, string reason)
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();

        Answer answer = (await server.OperateAsync(HttpMethod.Patch, PathOf(Connection), body)).ShouldBe(400);

        Assert.Equal(innerCode, answer.InnerCode ?? answer.ErrorCode);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        Assert.Equal((null, "standard", "standard"), await ReadAsync(server));
    }

    [Fact]
    public async Task Only_the_operator_may_and_only_for_a_connection_that_is_there()
    {
        await using TestServer server = await StartAsync();
        await server.CreateReadyConnectionAsync();

        (await server.GetAsync(PathOf(Connection))).ShouldBe(403);
        (await server.SendAsync(HttpMethod.Patch, PathOf(Connection), """{ "language": "en" }""", await server.UserTokenAsync("admin"))).ShouldBe(403);
        (await server.OperateAsync(HttpMethod.Get, PathOf("other"))).ShouldBe(404);
        (await server.OperateAsync(HttpMethod.Patch, PathOf("other"), """{ "language": "en" }""")).ShouldBe(404);
        (await server.OperateAsync(HttpMethod.Get, PathOf(Connection, "11111111-2222-4333-8444-555555555555"))).ShouldBe(404);
        Assert.Equal((null, "standard", "standard"), await ReadAsync(server));
    }

    [Fact]
    public async Task A_server_in_no_language_does_not_start()
    {
        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("Indexing:Language=klingon"));

        Assert.StartsWith("Indexing:Language is 'klingon'; it must be one of ar, ca, ", refusal.Failures.Single(), StringComparison.Ordinal);
    }
}

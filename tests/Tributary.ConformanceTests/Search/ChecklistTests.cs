using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.ConformanceTests.Search.ChecklistServer;

namespace Tributary.ConformanceTests.Search;

/// <summary>
/// The checklist of search 21 over HTTP in both versions; the number of each item stands in front of its test. Items 9 to 12 and 21 are in
/// <see cref="ChecklistQueryTests"/>, 13 to 18 and 22 in <see cref="ChecklistRefinementTests"/>.
/// </summary>
public sealed class ChecklistTests(ChecklistServer server) : IClassFixture<ChecklistServer>
{
    private const string Denied = "The service is not authorized for provided user credentials";

    /// <summary>1.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_star_on_one_connection_with_size_1_has_one_hit_with_its_ids_and_the_total(string version)
    {
        Answer answer = (await server.PostAsync(version, Body("*", """, "from": 0, "size": 1"""))).ShouldBe(200);

        Assert.Equal("[]", answer.Json.GetProperty("value")[0].GetProperty("searchTerms").GetRawText());
        Assert.Equal((1, Count, true), (answer.Container.GetProperty("hits").GetArrayLength(), answer.Total, answer.Container.GetProperty("moreResultsAvailable").GetBoolean()));
        Assert.Equal((1, Documents), (Hit(answer).GetProperty("rank").GetInt32(), Hit(answer).GetProperty("contentSource").GetString()));
        Assert.EndsWith(",d1", PropertiesOf(answer).GetProperty("substrateContentDomainId").GetString(), StringComparison.Ordinal);
        Assert.Equal($"APP:GCS_{Documents}@{TestServer.Tenant}", PropertiesOf(answer).GetProperty("substrateLocationId").GetString());
        Assert.Equal(Hit(answer).GetProperty("hitId").GetString(), PropertiesOf(answer).GetProperty("id").GetString());
        Assert.EndsWith($"/{version}/$metadata#Collection(microsoft.graph.searchResponse)", answer.Json.GetProperty("@odata.context").GetString(), StringComparison.Ordinal);
    }

    /// <summary>2.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Without_metadata_there_is_no_context_and_the_resource_keeps_its_type(string version)
    {
        Answer answer = (await server.PostAsync(version, Body("*"), headers: ("Accept", "application/json;odata.metadata=none"))).ShouldBe(200);

        Assert.Equal(["value"], Names(answer.Json));
        Assert.Equal("#microsoft.graph.externalConnectors.externalItem", Hit(answer).GetProperty("resource").GetProperty("@odata.type").GetString());
        Assert.Equal(answer.Container.GetProperty("hits").GetArrayLength(), answer.Body.Split("@odata.").Length - 1);
    }

    /// <summary>3.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_wildcard_and_the_list_of_two_connections_give_the_same_union(string version)
    {
        string both = Body("policy").Replace($"\"/external/connections/{Documents}\"", $"\"/external/connections/{Documents}\", \"/external/connections/{Others}\"", StringComparison.Ordinal);

        Answer listed = (await server.PostAsync(version, both)).ShouldBe(200);
        Answer all = (await server.PostAsync(version, Body("policy", source: "/external/connections/*"))).ShouldBe(200);
        Answer named = (await server.PostAsync(version, Body("policy", source: "Connectors"))).ShouldBe(200);

        Assert.Equal(["d1", "d2", "o1"], listed.HitIds.Order(StringComparer.Ordinal));
        Assert.Equal(listed.HitIds, all.HitIds);
        Assert.Equal(listed.HitIds, named.HitIds);
        Assert.Equal(3, listed.Total);
    }

    /// <summary>4.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Content_sources_belong_to_external_items_and_an_unknown_type_is_the_generic_error(string version)
    {
        Answer missing = (await server.PostAsync(version, """{ "requests": [ { "entityTypes": ["externalItem"], "query": { "queryString": "x" } } ] }""")).ShouldBe(400, "BadRequest");
        Answer forbidden = (await server.PostAsync(version, Body("x").Replace("externalItem", "driveItem", StringComparison.Ordinal))).ShouldBe(400, "BadRequest");
        Answer unknown = (await server.PostAsync(version, Body("x").Replace("externalItem", "foo", StringComparison.Ordinal))).ShouldBe(400, "BadRequest");

        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem))", missing.ErrorMessage);
        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (Content Source is required only for ExternalItem))", forbidden.ErrorMessage);
        Assert.Equal("The call failed, please try again.", unknown.ErrorMessage);
        Assert.Equal(["code", "message", "target", "innerError"], Names(unknown.Json.GetProperty("error")));
    }

    /// <summary>5.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task An_empty_query_has_three_levels_of_details(string version)
    {
        Answer answer = (await server.PostAsync(version, Body(""))).ShouldBe(400, "BadRequest");

        JsonElement error = answer.Json.GetProperty("error");
        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required)))", answer.ErrorMessage);
        string[] messages = new string[3];
        for (int level = 0; level < 3; level++)
        {
            error = Assert.Single(error.GetProperty("details").EnumerateArray());
            messages[level] = $"{error.GetProperty("code").GetString()!.Split('.')[^1]}: {error.GetProperty("message").GetString()}";
        }

        Assert.False(error.TryGetProperty("details", out _));
        Assert.Equal(
            [
                "AggregateException: EntityRequest Invalid (searchRequest -> query is invalid (queryString required))",
                "AggregateException: searchRequest -> query is invalid (queryString required)",
                "BadRequestException: queryString required",
            ],
            messages);
        Assert.True(Guid.TryParse(answer.Json.GetProperty("Instrumentation").GetProperty("TraceId").GetString(), out _));
    }

    /// <summary>6.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task The_entity_type_may_carry_its_old_namespace(string version) =>
        Assert.Equal(Count, (await server.PostAsync(version, Body("*").Replace("externalItem", "microsoft.graph.externalItem", StringComparison.Ordinal))).ShouldBe(200).Total);

    /// <summary>7.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Fields_come_back_in_the_schemas_spelling_and_unknown_ones_are_dropped(string version) =>
        Assert.Equal(["title"], Names(PropertiesOf((await server.PostAsync(version, Body("ticketId:*", """, "fields": ["TITLE", "nope"]"""))).ShouldBe(200))));

    /// <summary>8.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_label_may_be_a_field(string version) => Assert.Equal(
        """{"label_title":"Vacation policy"}""", PropertiesOf((await server.PostAsync(version, Body("ticketId:*", """, "fields": ["label_title"]"""))).ShouldBe(200)).GetRawText());

    /// <summary>19.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Who_lacks_the_scope_is_told_and_applications_and_guests_are_not_served(string version)
    {
        Answer missing = (await server.PostAsync(version, Body("*"), scope: "User.Read Files.Read.All")).ShouldBe(403, "Forbidden");
        Answer application = (await server.Server.PostAsync($"/{version}/search/query", Body("*"), await server.Server.AppTokenAsync())).ShouldBe(403, "Forbidden");
        Answer guest = (await server.PostAsync(version, Body("*"), "guest")).ShouldBe(403, "Forbidden");

        Assert.Equal(
            "Access to ExternalItem in Graph API requires the following permissions: ExternalItem.Read.All. However, the application only has the following permissions granted: Files.Read.All, User.Read",
            missing.ErrorMessage);
        Assert.Equal((Denied, Denied), (application.ErrorMessage, guest.ErrorMessage));
        Assert.All([missing, application, guest], answer =>
        {
            Assert.Equal(403, answer.Json.GetProperty("error").GetProperty("httpCode").GetInt32());
            Assert.Equal("", answer.Json.GetProperty("error").GetProperty("target").GetString());
            Assert.True(answer.Json.TryGetProperty("Instrumentation", out _));
        });
    }

    /// <summary>20.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_user_names_no_region(string version) => Assert.Equal(
        "SearchRequest Invalid (Region is not supported when request with delegated permission.)",
        (await server.PostAsync(version, Body("*", """, "region": "EUR" """))).ShouldBe(400, "BadRequest").ErrorMessage);

    /// <summary>23.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Two_requests_of_one_call_are_answered_in_their_order_and_share_no_entity_type(string version)
    {
        const string Files = """{ "entityTypes": ["driveItem"], "query": { "queryString": "policy" } }""";
        string external = Body("policy").Trim()["{ \"requests\": [".Length..^"] }".Length];

        Answer both = (await server.PostAsync(version, $$"""{ "requests": [ {{Files}}, {{external}} ] }""")).ShouldBe(200);
        Answer twice = (await server.PostAsync(version, $$"""{ "requests": [ {{external}}, {{external}} ] }""")).ShouldBe(400, "BadRequest");
        Answer other = (await server.PostAsync(version, $$"""{ "requests": [ {{Files.Replace("policy", "x", StringComparison.Ordinal)}}, {{external}} ] }""")).ShouldBe(400, "BadRequest");

        Assert.Equal([0, 2], both.Json.GetProperty("value").EnumerateArray().Select(response => response.GetProperty("hitsContainers")[0].GetProperty("total").GetInt32()));
        Assert.Equal("SearchRequest Invalid (Entity types must not be duplicates in multiple entity requests)", twice.ErrorMessage);
        Assert.Contains("query.queryString must be the same", other.ErrorMessage, StringComparison.Ordinal);
    }

    /// <summary>25.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_compressed_body_is_taken(string version)
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Body("*")));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{version}/search/query") { Content = new ByteArrayContent(compressed.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.Server.UserTokenAsync("reader"));
        using HttpResponseMessage response = await server.Server.Http.SendAsync(request);

        Assert.Equal(Count, (await Answer.ReadAsync(response)).ShouldBe(200).Total);
    }

    /// <summary>26.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_search_may_be_part_of_a_batch(string version)
    {
        string batch = $$"""
            { "requests": [ { "id": "1", "method": "POST", "url": "/search/query", "headers": { "Content-Type": "application/json" }, "body": {{Body("policy")}} },
                            { "id": "2", "method": "POST", "url": "/search/query", "headers": { "Content-Type": "application/json" }, "body": {{Body("")}} } ] }
            """;

        Answer answer = (await server.Server.PostAsync($"/{version}/$batch", batch, await server.Server.UserTokenAsync("reader"))).ShouldBe(200);

        Dictionary<string, JsonElement> parts = answer.Json.GetProperty("responses").EnumerateArray().ToDictionary(part => part.GetProperty("id").GetString()!);
        Assert.Equal((200, 400), (parts["1"].GetProperty("status").GetInt32(), parts["2"].GetProperty("status").GetInt32()));
        Assert.Equal(2, parts["1"].GetProperty("body").GetProperty("value")[0].GetProperty("hitsContainers")[0].GetProperty("total").GetInt32());
        Assert.Equal("BadRequest", parts["2"].GetProperty("body").GetProperty("error").GetProperty("code").GetString());
    }
}

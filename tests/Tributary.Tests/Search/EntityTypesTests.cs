using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Search;

public class EntityTypesTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private static readonly Dictionary<string, string> Required = new()
    {
        ["externalItem"] = "ExternalItem requires ExternalItem.Read.All",
        ["driveItem"] = "OneDriveFile requires Files.Read.All or Sites.Read.All or Files.ReadWrite.All or Sites.ReadWrite.All",
        ["drive"] = "OneDriveFile requires Files.Read.All or Sites.Read.All or Files.ReadWrite.All or Sites.ReadWrite.All",
        ["listItem"] = "ListItem requires Sites.Read.All or Sites.ReadWrite.All",
        ["list"] = "List requires Sites.Read.All or Sites.ReadWrite.All",
        ["site"] = "Site requires Sites.Read.All or Sites.ReadWrite.All",
        ["chatMessage"] = "ChatMessage requires Chat.Read or Chat.ReadWrite, ChannelMessage.Read.All",
        ["message"] = "Message requires Mail.Read or Mail.ReadWrite",
        ["event"] = "Event requires Calendars.Read or Calendars.ReadWrite",
        ["person"] = "ExchangePerson requires People.Read or People.Read.All",
        ["acronym"] = "Acronym requires Acronym.Read.All",
        ["bookmark"] = "Bookmark requires Bookmark.Read.All",
        ["qna"] = "Qna requires QnA.Read.All",
    };

    private TestServer Server => shared.Server;

    public static TheoryData<string> Types => [.. Required.Keys];

    private static string Body(string types, string extra = "") =>
        $$"""{ "requests": [ { "entityTypes": [{{string.Join(", ", types.Split(' ').Select(type => $"\"{type}\""))}}], "query": { "queryString": "x" }{{extra}} } ] }""";

    private async Task<Answer> PostAsync(string body, string scope = "https://graph.microsoft.com/.default") =>
        await Server.PostAsync("/v1.0/search/query", body, await Server.UserTokenAsync("reader", scope));

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Who_lacks_the_permission_of_a_type_is_told_which(string type)
    {
        string extra = type == "externalItem" ? """, "contentSources": ["x"]""" : "";

        Answer answer = (await PostAsync(Body(type, extra), "User.Read")).ShouldBe(403, "Forbidden");

        string[] required = Required[type].Split(" requires ");
        Assert.Equal(
            $"Access to {required[0]} in Graph API requires the following permissions: {required[1]}. However, the application only has the following permissions granted: User.Read",
            answer.ErrorMessage);
        Assert.Equal(403, answer.Json.GetProperty("error").GetProperty("httpCode").GetInt32());
    }

    /// <summary>The development issuer gives every permission that a type needs.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public async Task Who_has_the_permission_of_a_type_is_answered(string type)
    {
        string extra = type == "externalItem" ? """, "contentSources": ["x"]""" : "";
        string[][] needed = [.. EntityTypes.FindOrNull(type)!.Permissions.Select(any => any.ToArray())];
        for (int i = 0; i < needed.Max(any => any.Length); i++)
        {
            string scope = string.Join(' ', needed.Select(any => any[Math.Min(i, any.Length - 1)]));
            Assert.Equal(0, (await PostAsync(Body(type, extra), scope)).ShouldBe(200).Total);
        }
    }

    [Fact]
    public async Task Requests_for_external_items_acronyms_bookmarks_and_messages_go_together()
    {
        string[] bodies = [.. new[] { "externalItem", "acronym", "bookmark", "message" }.Select(type => $$"""
            { "entityTypes": ["{{type}}"], "query": { "queryString": "x" }{{(type == "externalItem" ? """, "contentSources": ["x"]""" : "")}} }
            """)];

        Answer answer = (await PostAsync($"{{ \"requests\": [ {string.Join(", ", bodies)} ] }}", "ExternalItem.Read.All Acronym.Read.All Bookmark.Read.All Mail.Read")).ShouldBe(200);

        Assert.Equal(4, answer.Json.GetProperty("value").GetArrayLength());
    }

    [Theory]
    [InlineData("driveItem", "Files.Read.All")]
    [InlineData("driveItem", "Sites.Read.All")]
    [InlineData("site list", "Sites.Read.All")]
    [InlineData("microsoft.graph.LISTITEM", "Sites.Read.All")]
    public async Task A_type_that_this_server_has_nothing_of_finds_nothing(string types, string scope)
    {
        Answer answer = (await PostAsync(Body(types, """, "aggregations": [ { "field": "x" } ], "sortProperties": [ { "name": "x" } ]"""), scope)).ShouldBe(200);

        Assert.Equal("""{"searchTerms":[],"hitsContainers":[{"total":0,"moreResultsAvailable":false}]}""", answer.Json.GetProperty("value")[0].GetRawText());
    }

    [Fact]
    public async Task Every_type_of_a_request_needs_its_permission()
    {
        Answer answer = (await PostAsync(Body("driveItem site"), "Files.Read.All")).ShouldBe(403, "Forbidden");

        Assert.StartsWith("Access to Site in Graph API", answer.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_external_items_other_types_need_none_and_add_nothing()
    {
        Answer answer = (await PostAsync(Body("externalItem driveItem site", """, "contentSources": ["x"]"""), "ExternalItem.Read.All")).ShouldBe(200);

        Assert.Equal(0, answer.Total);
    }

    [Fact]
    public async Task A_request_for_files_is_checked_like_any_other()
    {
        Assert.Equal("SearchRequest Invalid (EntityRequest Invalid (requests[0].size must be 1 or more))", (await PostAsync(Body("driveItem", """, "size": 0"""))).ShouldBe(400).ErrorMessage);
        Assert.Contains("queryString required", (await PostAsync(Body("driveItem").Replace("\"x\"", "\"\"", StringComparison.Ordinal))).ShouldBe(400).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_may_search_files_only_and_names_a_region()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(
            """{ "apps": [ { "appId": "00000000-0000-4000-8000-0000000000f1", "roles": ["Files.Read.All", "ExternalItem.Read.All"] } ], "users": [] }""");
        string token = await server.AppTokenAsync("00000000-0000-4000-8000-0000000000f1");

        async Task<Answer> AskAsync(string types, string extra) => await server.PostAsync("/v1.0/search/query", Body(types, extra), token);

        (await AskAsync("driveItem", """, "region": "EUR" """)).ShouldBe(200);
        Answer without = (await AskAsync("driveItem", "")).ShouldBe(400, "BadRequest");
        Assert.Equal("SearchRequest Invalid (Region is required when request with application permission.)", without.ErrorMessage);
        Assert.StartsWith("Access to Site in", (await AskAsync("site", """, "region": "EUR" """)).ShouldBe(403).ErrorMessage, StringComparison.Ordinal);
        foreach (string types in new[] { "externalItem", "externalItem driveItem", "message" })
        {
            string sources = types == "message" ? "" : """, "contentSources": ["x"]""";
            Answer refused = (await AskAsync(types, sources + """, "region": "EUR" """)).ShouldBe(403, "Forbidden");
            Assert.Equal("The service is not authorized for provided user credentials", refused.ErrorMessage);
        }
    }

    [Theory]
    [InlineData("nam", null)]
    [InlineData(" EUR ", null)]
    [InlineData("NA", "Requested region NA not found. Only valid regions are NAM, EUR.")]
    [InlineData("EURO", "Requested region EURO not found. Only valid regions are NAM, EUR.")]
    public async Task Where_regions_are_named_an_application_names_one_of_them(string region, string? error)
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(
            """{ "apps": [ { "appId": "00000000-0000-4000-8000-0000000000f1", "roles": ["Files.Read.All"] } ], "users": [] }""",
            "Search:Regions:0=NAM", "Search:Regions:1=EUR");
        string token = await server.AppTokenAsync("00000000-0000-4000-8000-0000000000f1");

        Answer answer = await server.PostAsync("/v1.0/search/query", Body("driveItem", $$""", "region": "{{region}}" """), token);

        if (error is null)
        {
            answer.ShouldBe(200);
            return;
        }

        Assert.Equal(error, answer.ShouldBe(400, "BadRequest").ErrorMessage);
    }

    [Fact]
    public async Task A_guest_searches_nothing_of_any_type() => Assert.Equal(
        "The service is not authorized for provided user credentials",
        (await Server.PostAsync("/v1.0/search/query", Body("driveItem"), await Server.UserTokenAsync("guest"))).ShouldBe(403, "Forbidden").ErrorMessage);

    [Fact]
    public async Task A_region_of_a_user_may_be_passed_over()
    {
        await using TestServer server = await TestServer.StartAsync("Search:IgnoreRegion=true");
        string body = Body("externalItem", """, "contentSources": ["x"], "region": "EUR" """);

        (await server.PostAsync("/v1.0/search/query", body, await server.UserTokenAsync("reader"))).ShouldBe(200);
        (await PostAsync(body)).ShouldBe(400);
    }
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Access.Log;
using Tributary.Search;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;
using static Tributary.Tests.Access.Log.AccessLogServer;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Access.Log;

public class AccessLogTests
{
    private const string Group = "11111111-0000-0000-0000-000000000001";
    private const string HiddenAcl = $$"""[ { "type": "group", "value": "{{Group}}", "accessType": "grant" } ]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_leaves_a_line_that_says_who_saw_which_items_at_which_versions()
    {
        await using TestServer server = await StartAsync();
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha secretword", "tags": ["red"] }""", "contentword"));
        await server.PutItemAsync(Connection, "b", Item("""{ "title": "alpha" }"""));
        await server.PutItemAsync(Connection, "b", Item("""{ "title": "alpha beta" }"""));
        await server.PutItemAsync(Connection, "hidden", Item("""{ "title": "alpha" }""", acl: HiddenAcl));

        Answer answer = await server.FindAsync(Connection, "alpha", """, "from": 0, "size": 5, "aggregations": [ { "field": "tags", "size": 10, "bucketDefinition": { "sortBy": "count", "minimumCount": 0 } } ]""");
        JsonElement line = await TheLineAsync(server);
        JsonElement caller = JwtPayload(await server.UserTokenAsync("reader"));
        Assert.Equal("search", line.GetProperty("operation").GetString());
        Assert.Equal(caller.GetProperty("oid").GetString(), line.GetProperty("userId").GetString());
        Assert.Equal(TestServer.App, line.GetProperty("appId").GetString());
        Assert.Equal(TestServer.Tenant, line.GetProperty("tenantId").GetString());
        Assert.Equal(answer.Headers.GetValues("request-id").Single(), line.GetProperty("requestId").GetString());
        Assert.Equal([Connection], line.GetProperty("connections").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal((0, 5, 2), (line.GetProperty("from").GetInt32(), line.GetProperty("size").GetInt32(), line.GetProperty("total").GetInt32()));
        Assert.Equal(["tags"], line.GetProperty("aggregations").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(answer.HitIds, line.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetString()!));

        // b is of the third change: written twice after a.
        Assert.Equal(
            [("a", 1L), ("b", 3L)],
            line.GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("itemId").GetString()!, item.GetProperty("version").GetInt64())).Order());
    }

    [Fact]
    public async Task Neither_what_was_asked_nor_what_is_in_the_items_is_written()
    {
        await using TestServer server = await StartAsync();
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha secretword", "tags": ["red"] }""", "contentword"));
        await server.FindAsync(Connection, "alpha AND contentword", """, "aggregationFilters": ["tags:\"ǂǂ726564\""] """);
        string line = (await TheLineAsync(server)).GetRawText();
        Assert.DoesNotContain("alpha", line, StringComparison.Ordinal);
        Assert.DoesNotContain("word", line, StringComparison.Ordinal);
        Assert.DoesNotContain("726564", line, StringComparison.Ordinal);
        Assert.Contains("\"itemId\":\"a\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_asked_is_written_as_it_was_sent_where_that_is_wanted()
    {
        await using TestServer server = await StartAsync("Access:Log:QueryText=true");
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha secretword", "tags": ["red"] }"""));
        await server.FindAsync(Connection, "alpha", """, "aggregationFilters": ["tags:\"ǂǂ726564\""] """);
        JsonElement request = (await TheLineAsync(server)).GetProperty("request");
        Assert.Equal("alpha", request.GetProperty("query").GetProperty("queryString").GetString());
        Assert.Equal("tags:\"ǂǂ726564\"", request.GetProperty("aggregationFilters")[0].GetString());
        Assert.DoesNotContain("secretword", request.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_tells_of_the_page_that_was_answered_and_of_no_other()
    {
        await using TestServer server = await StartAsync();
        foreach (string id in (string[])["a", "b", "c"])
        {
            await server.PutItemAsync(Connection, id, Item("""{ "title": "alpha" }"""));
        }

        Answer answer = await server.FindAsync(Connection, "alpha", """, "from": 1, "size": 1""");
        JsonElement line = await TheLineAsync(server);
        Assert.Equal(answer.HitIds, line.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetString()!));
        Assert.Equal(3, line.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Searches_that_are_refused_leave_no_line_and_those_that_find_nothing_do()
    {
        await using TestServer server = await StartAsync();
        (await server.SearchAsync("alpha", extra: """, "size": 5000""")).ShouldBe(400);
        await server.FindAsync(Connection, "nothing");
        JsonElement line = await TheLineAsync(server);
        Assert.Empty(line.GetProperty("items").EnumerateArray());
        Assert.Equal(0, line.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Each_part_of_a_batch_has_its_line()
    {
        await using TestServer server = await StartAsync();
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha" }"""));
        const string Part = $$"""
            "method": "POST", "url": "/search/query", "headers": { "Content-Type": "application/json" },
            "body": { "requests": [ { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/{{Connection}}"], "query": { "queryString": "alpha" } } ] }
            """;
        (await server.PostAsync("/v1.0/$batch", $$"""{ "requests": [ { "id": "1", {{Part}} }, { "id": "2", {{Part}} } ] }""", await server.UserTokenAsync("reader"))).ShouldBe(200);
        JsonElement[] lines = await LinesAsync(server, 2);
        Assert.Equal(2, lines.Select(line => line.GetProperty("requestId").GetString()).Distinct().Count());
        Assert.All(lines, line => Assert.Equal("a", line.GetProperty("items")[0].GetProperty("itemId").GetString()));
    }

    [Fact]
    public async Task Unless_it_is_asked_for_there_is_no_log()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.CreateReadyConnectionAsync();
        await server.FindAsync(Connection, "alpha");
        Assert.False(Directory.Exists(Path.Combine(server.Data, "access-log")));
    }

    [Fact]
    public async Task Stopping_writes_what_was_handed_over()
    {
        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using (TestServer server = await TestServer.StartAsync(time: null, data: data, "Access:Log:Enabled=true"))
            {
                await server.CreateReadyConnectionAsync();
                for (int i = 0; i < 50; i++)
                {
                    await server.FindAsync(Connection, "alpha");
                }
            }

            AccessLogFile file = Assert.Single(AccessLogFiles.List(Path.Combine(data, "access-log")));
            Assert.Equal(50, (await File.ReadAllLinesAsync(file.Path, Token)).Length);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Waiting_for_the_disk_means_that_the_line_is_there_with_the_answer()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        await server.FindAsync(Connection, "alpha");
        Assert.Single(ReadAll(server));
    }

    [Fact]
    public async Task While_the_log_cannot_be_written_nothing_is_shown_and_afterwards_no_line_is_missing()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        await server.PutItemAsync(Connection, "a", Item("""{ "title": "alpha" }"""));
        string directory = LogOf(server);
        Directory.Delete(directory, recursive: true);
        await File.WriteAllTextAsync(directory, "in the way", Token);

        // The first finds out, the others know.
        Answer refused = (await server.SearchAsync("alpha")).ShouldBe(503);
        Assert.Equal("5", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(SearchErrors.AccessLogUnavailable.Message, refused.ErrorMessage);
        (await server.SearchAsync("alpha")).ShouldBe(503);
        (await server.GetAsync($"/v1.0/external/connections/{Connection}/items/a")).ShouldBe(200);

        File.Delete(directory);
        await Eventually.HoldsAsync(() => server.SearchAsync("alpha"), answer => answer.Status == 200);

        // The one that was refused for want of it, and the one that was answered.
        Assert.Equal(2, ReadAll(server).Length);
    }

    [Fact]
    public async Task A_file_that_somebody_takes_away_is_followed_by_another()
    {
        await using TestServer server = await StartAsync(WithAnswer);
        await server.FindAsync(Connection, "alpha");
        File.Delete(Assert.Single(AccessLogFiles.List(LogOf(server))).Path);
        await server.FindAsync(Connection, "alpha");
        Assert.Single(ReadAll(server));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_told_at_start()
    {
        string file = Path.GetTempFileName();
        try
        {
            IOException exception = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync("Access:Log:Enabled=true", $"Access:Log:Directory={file}"));
            Assert.Contains("Access:Log:Directory", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("Access:Log:MaxFileBytes", "65535", "from 65536 to 4294967296")]
    [InlineData("Access:Log:MaxFileBytes", "4294967297", "from 65536 to 4294967296")]
    [InlineData("Access:Log:MaxFileAge", "00:00:59", "from 00:01:00 to 365.00:00:00")]
    [InlineData("Access:Log:MaxFileAge", "365.00:00:01", "from 00:01:00 to 365.00:00:00")]
    [InlineData("Access:Log:Retention", "00:59:59", "from 01:00:00 to 36500.00:00:00")]
    [InlineData("Access:Log:Retention", "36500.00:00:01", "from 01:00:00 to 36500.00:00:00")]
    [InlineData("Access:Log:Directory", " ", "must name a directory")]
    public async Task A_setting_out_of_its_bounds_stops_the_start(string name, string value, string problem)
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync($"{name}={value}"));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Access:Log:MaxFileBytes=65536", "Access:Log:MaxFileAge=00:01:00", "Access:Log:Retention=01:00:00")]
    [InlineData("Access:Log:MaxFileBytes=4294967296", "Access:Log:MaxFileAge=365.00:00:00", "Access:Log:Retention=36500.00:00:00")]
    public async Task And_within_them_it_does_not(params string[] settings)
    {
        await using TestServer server = await StartAsync(settings);
        await server.FindAsync(Connection, "alpha");
    }

    [Fact]
    public async Task In_memory_the_log_needs_a_directory_of_its_own()
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestServer.StartAsync("Storage:InMemory=true", "Access:Log:Enabled=true"));
        Assert.Contains("Access:Log:Directory", exception.Message, StringComparison.Ordinal);
        string directory = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        try
        {
            await using TestServer server = await TestServer.StartAsync("Storage:InMemory=true", "Access:Log:Enabled=true", $"Access:Log:Directory={directory}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string LogOf(TestServer server) => server.Services.GetRequiredService<AccessLog>().Directory;

    private static async Task<JsonElement> TheLineAsync(TestServer server) => Assert.Single(await LinesAsync(server, 1));

    private static async Task<JsonElement[]> LinesAsync(TestServer server, int count)
    {
        string[] lines = await Eventually.HoldsAsync(() => Task.FromResult(ReadAll(server)), lines => lines.Length >= count);
        return [.. lines.Select(line => JsonElement.Parse(line))];
    }

    private static string[] ReadAll(TestServer server) => [.. AccessLogFiles.List(LogOf(server)).SelectMany(file => File.ReadAllLines(file.Path))];

    private static JsonElement JwtPayload(string token) => JsonElement.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(token.Split('.')[1]));
}

using System.Text.RegularExpressions;
using Tributary.Graph;
using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Compatibility;

/// <summary>Entries of the catalogues reached over HTTP: what the wire shows is what the entry says, whatever a request puts into its text.</summary>
public sealed class ErrorCatalogueTests(ErrorCatalogueTests.Fixture fixture) : IClassFixture<ErrorCatalogueTests.Fixture>
{
    private const string Connections = "/v1.0/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string Batch = "/v1.0/$batch";
    private const string Item = """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ], "properties": { "title": "t" } }""";

    public static TheoryData<string, string, string, string?> Requests => new()
    {
        { "GraphErrors.BatchIdNotUnique(id)", "POST", Batch, Parts(Get("1"), Get("1")) },
        { "GraphErrors.BatchTooLong(limit)", "POST", Batch, Parts([.. Enumerable.Range(1, 21).Select(i => Get($"{i}"))]) },
        { "GraphErrors.ExpandNotSupported(relationship)", "GET", Connections + "?$expand=items", null },
        { "GraphErrors.Invalid(Rule)", "POST", Connections, """{ "id": "a-b", "name": "N" }""" },
        { "GraphErrors.Invalid(Shape)", "POST", Connections, """{ "id": "contoso2", "name": 5 }""" },
        { "GraphErrors.Invalid(path, innerCode, reason)", "PUT", Connections + "/draftone/items/T1", Item },
        { "GraphErrors.InvalidBatch(reason)", "POST", Batch, "{}" },
        { "GraphErrors.InvalidBatchDependency(id, reason)", "POST", Batch, Parts("""{ "id": "1", "method": "GET", "url": "/external/connections", "dependsOn": ["9"] }""") },
        { "GraphErrors.InvalidQueryOption(option, message)", "GET", Connections + "?$top=x", null },
        { "GraphErrors.InvalidSkipToken", "GET", Connections + "?$skiptoken=x", null },
        { "GraphErrors.InvalidVersion", "GET", "/v3.0/external/connections", null },
        { "GraphErrors.MethodNotAllowed(allow)", "PUT", Connections, "{}" },
        { "GraphErrors.NameAlreadyExists(reason)", "POST", Connections, """{ "id": "contosohr", "name": "Another" }""" },
        { "GraphErrors.NotAcceptable(reason)", "GET", Connections + "?$format=xml", null },
        { "GraphErrors.NotFound(source)", "GET", Connections + "/nowhere", null },
        { "GraphErrors.NotImplemented(feature)", "GET", "/v1.0/external", null },
        { "GraphErrors.OperationInProgress(reason)", "DELETE", Connections + "/goingone", null },
        { "GraphErrors.QuotaExceeded(owner, limit)", "PUT", Contoso + "/items/T2", Item },
        { "GraphErrors.SwitchedOff(feature, option)", "GET", Contoso + "/items", null },
        { "GraphErrors.TooLarge(limit)", "PUT", Contoso + "/items/T1", new string(' ', 100_001) },
        { "GraphErrors.UnknownQueryOption(option)", "GET", Connections + "?$foo=1", null },
        { "GraphErrors.UnknownSegment(segment)", "GET", Contoso + "/quota", null },
        { "GraphErrors.UnreadableJson(reason)", "POST", Connections, "<xml/>" },
        { "GraphErrors.UnsupportedFilter(reason)", "GET", Connections + "?$filter=contains(name,'a')", null },
        { "GraphErrors.UnsupportedOrder(reason)", "GET", Connections + "?$orderby=description", null },
        { "GraphErrors.UnsupportedVerb(reason)", "DELETE", Contoso + "/schema", null },
        { "GraphErrors.UrlTooLong(limit)", "GET", Connections + "?x=" + new string('x', 9000), null },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Each_entry_is_what_the_wire_shows(string entry, string method, string path, string? body) =>
        AssertIs(entry, await fixture.Server.SendAsync(new HttpMethod(method), path, body));

    [Theory]
    [InlineData("GraphErrors.NotJsonContentType(contentType)", "Content-Type", "text/plain")]
    [InlineData("GraphErrors.UnsupportedEncoding(encoding)", "Content-Encoding", "zstd")]
    [InlineData("GraphErrors.InvalidToken(message)", "Authorization", "Bearer nonsense")]
    public async Task Each_header_that_is_refused_is_told_by_its_entry(string entry, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Connections) { Content = new StringContent("""{ "id": "contoso2", "name": "N" }""", System.Text.Encoding.UTF8, "application/json") };
        if (header == "Authorization")
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        else
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + await fixture.Server.AppTokenAsync());
            request.Content.Headers.Remove(header);
            request.Content.Headers.TryAddWithoutValidation(header, value);
        }

        using HttpResponseMessage response = await fixture.Server.Http.SendAsync(request);

        AssertIs(entry, await Answer.ReadAsync(response));
    }

    [Fact]
    public async Task Each_missing_permission_is_told_by_its_entry() => AssertIs(
        "GraphErrors.InsufficientPrivileges(reason)",
        await fixture.Server.GetAsync(Connections, await fixture.Server.UserTokenAsync("reader", "ExternalItem.Read.All")));

    [Theory]
    [InlineData("GraphErrors.NestedBatch", """ "method": "POST", "url": "/$batch", "body": {}, "headers": { "Content-Type": "application/json" } """)]
    [InlineData("GraphErrors.InvalidBatchBody(reason)", """ "method": "POST", "url": "/external/connections", "body": "***", "headers": { "Content-Type": "text/plain" } """)]
    public async Task Each_part_that_is_refused_is_told_by_its_entry(string entry, string part)
    {
        Answer answer = (await fixture.Server.PostAsync(Batch, Parts($$"""{ "id": "1", {{part}} }"""))).ShouldBe(200);

        System.Text.Json.JsonElement response = answer.Json.GetProperty("responses")[0];
        AssertIs(entry, answer with { Status = response.GetProperty("status").GetInt32(), Body = response.GetProperty("body").GetRawText() });
    }

    [Theory]
    [InlineData("GraphErrors.Injected(400)", 400)]
    [InlineData("GraphErrors.Injected(401)", 401)]
    [InlineData("GraphErrors.Injected(402)", 402)]
    [InlineData("GraphErrors.Injected(403)", 403)]
    [InlineData("GraphErrors.Injected(404)", 404)]
    [InlineData("GraphErrors.Injected(405)", 405)]
    [InlineData("GraphErrors.Injected(406)", 406)]
    [InlineData("GraphErrors.Injected(408)", 408)]
    [InlineData("GraphErrors.Injected(409)", 409)]
    [InlineData("GraphErrors.Injected(410)", 410)]
    [InlineData("GraphErrors.Injected(412)", 412)]
    [InlineData("GraphErrors.Injected(413)", 413)]
    [InlineData("GraphErrors.Injected(414)", 414)]
    [InlineData("GraphErrors.Injected(415)", 415)]
    [InlineData("GraphErrors.Injected(416)", 416)]
    [InlineData("GraphErrors.Injected(418)", 418)]
    [InlineData("GraphErrors.Injected(422)", 422)]
    [InlineData("GraphErrors.Injected(423)", 423)]
    [InlineData("GraphErrors.Injected(424)", 424)]
    [InlineData("GraphErrors.Injected(429)", 429)]
    [InlineData("GraphErrors.Injected(431)", 431)]
    [InlineData("GraphErrors.Injected(500)", 500)]
    [InlineData("GraphErrors.Injected(501)", 501)]
    [InlineData("GraphErrors.Injected(502)", 502)]
    [InlineData("GraphErrors.Injected(503)", 503)]
    [InlineData("GraphErrors.Injected(504)", 504)]
    [InlineData("GraphErrors.Injected(507)", 507)]
    [InlineData("GraphErrors.Injected(509)", 509)]
    public async Task Each_status_of_an_injected_answer_is_told_by_its_entry(string entry, int status)
    {
        // A path of its own, as rules of other rows may stand at the same time.
        string id = $"fault{status}";
        await fixture.Server.FaultAsync($$"""{ "match": { "path": "/external/connections/{{id}}" }, "answer": { "status": {{status}} } }""");

        AssertIs(entry, await fixture.Server.GetAsync($"{Connections}/{id}"));
    }

    [Fact]
    public void Every_row_here_is_of_the_catalogue()
    {
        string[] entries = [.. ErrorCatalogue.Entries.Select(entry => entry.Name)];

        Assert.Empty(Requests.Select(row => row.Data.Item1).Except(entries));
        Assert.True(entries.Length > 70, $"There are only {entries.Length} entries of {nameof(GraphErrors)} and {nameof(SearchErrors)}.");
    }

    [Fact]
    public void Every_entry_whose_ledger_row_names_the_table_is_in_it()
    {
        string[] claimed = [.. Ledger.Errors.Where(row => row.Tests.Contains($"{nameof(ErrorCatalogueTests)}.{nameof(Each_entry_is_what_the_wire_shows)}")).Select(row => row.Entry)];

        Assert.Equal(claimed.Order(StringComparer.Ordinal), Requests.Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal));
    }

    private static void AssertIs(string name, Answer answer)
    {
        CatalogueEntry entry = ErrorCatalogue.Entries.Single(candidate => candidate.Name == name);
        answer.ShouldBe(entry.Status, entry.Code);

        // What stands in braces is what the request has put in.
        string message = "^" + Regex.Replace(Regex.Escape(entry.Message), @"\\\{\w+}", ".+") + "$";
        Assert.Matches(new Regex(message, RegexOptions.Singleline), answer.ErrorMessage);
        if (entry.InnerCode is null || entry.InnerCode.StartsWith('{'))
        {
            // A shape of the observed texts has none.
            Assert.True(entry.InnerCode is not null || answer.InnerCode is null, $"{name}: {answer}");
        }
        else
        {
            Assert.Equal(entry.InnerCode, answer.InnerCode);
        }
    }

    private static string Get(string id) => $$"""{ "id": "{{id}}", "method": "GET", "url": "/external/connections" }""";

    private static string Parts(params string[] parts) => $$"""{ "requests": [ {{string.Join(", ", parts)}} ] }""";

    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync("Faults:Enabled=true", "Items:MaxBytes=100000", "Items:MaxPerConnection=1", "Connections:DeletionDelay=1.00:00:00");
            await Server.CreateReadyConnectionAsync();
            (await Server.PutAsync(Contoso + "/items/T1", Item)).ShouldBe(200);
            (await Server.PostAsync(Connections, """{ "id": "draftone", "name": "Draft" }""")).ShouldBe(201);
            (await Server.PostAsync(Connections, """{ "id": "goingone", "name": "Going" }""")).ShouldBe(201);
            (await Server.DeleteAsync(Connections + "/goingone")).ShouldBe(202);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

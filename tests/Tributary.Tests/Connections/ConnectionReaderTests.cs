using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Tests.Connections;

public class ConnectionReaderTests
{
    private const string App = "d310d35d-72ec-47dd-92f2-fb9c40936555";
    private const string Other = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";
    private const string BrokenCard = """{ "searchResultTemplates": [ { "id": "bad", "priority": 1, "layout": 5 } ] }""";

    [Theory]
    [InlineData("")]
    [InlineData(""", "configuration": null""")]
    [InlineData(""", "configuration": {}""")]
    [InlineData(""", "configuration": { "authorizedAppIds": [] }""")]
    [InlineData(""", "configuration": { "authorizedAppIds": ["D310D35D-72EC-47DD-92F2-FB9C40936555"] }""")]
    public void Create_always_authorizes_the_caller(string members) =>
        Assert.Equal([App], Create($$"""{ "id": "contosohr", "name": "N"{{members}} }""").Configuration.AuthorizedAppIds);

    [Fact]
    public void Application_ids_are_kept_once_and_in_lower_case() => Assert.Equal(
        [Other, App],
        Create($$"""{ "id": "contosohr", "name": "N", "configuration": { "authorizedAppIds": ["{{Other.ToUpperInvariant()}}", "{{Other}}"] } }""").Configuration.AuthorizedAppIds);

    [Theory]
    [InlineData("search", ContentExperiences.Search)]
    [InlineData("MicrosoftSearch", ContentExperiences.Search)]
    [InlineData("Compliance", ContentExperiences.Compliance)]
    [InlineData("search,COMPLIANCE", ContentExperiences.Search | ContentExperiences.Compliance)]
    [InlineData(" compliance , search ", ContentExperiences.Search | ContentExperiences.Compliance)]
    public void Experiences_are_flags_in_one_text(string text, object expected) =>
        Assert.Equal(expected, Create($$"""{ "id": "contosohr", "name": "N", "enabledContentExperiences": "{{text}}" }""").EnabledContentExperiences);

    [Theory]
    [InlineData("1", ContentExperiences.Search)]
    [InlineData("2", ContentExperiences.Compliance)]
    [InlineData("3", ContentExperiences.Search | ContentExperiences.Compliance)]
    [InlineData("\"3\"", ContentExperiences.Search | ContentExperiences.Compliance)]
    [InlineData("\"1,2\"", ContentExperiences.Search | ContentExperiences.Compliance)]
    [InlineData("\"search, 2\"", ContentExperiences.Search | ContentExperiences.Compliance)]
    public void Experiences_are_read_as_numbers_too(string value, object expected) =>
        Assert.Equal(expected, Create($$"""{ "id": "contosohr", "name": "N", "enabledContentExperiences": {{value}} }""").EnabledContentExperiences);

    [Theory]
    [InlineData("0")]
    [InlineData("4")]
    [InlineData("5")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("2147483648")]
    [InlineData("\"0\"")]
    [InlineData("\"4\"")]
    [InlineData("\"7\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"search,\"")]
    [InlineData("\"unknownFutureValue\"")]
    public void A_number_that_is_no_sum_of_experiences_is_refused(string value)
    {
        var reader = new ConnectionReader(GraphVersion.Beta, App, new ConnectionOptions());

        reader.ReadCreate(Json($$"""{ "id": "contosohr", "name": "N", "enabledContentExperiences": {{value}} }"""));

        Assert.Equal("$.enabledContentExperiences", Assert.Single(reader.Problems).Path);
    }

    [Theory]
    [InlineData("3", false)]
    [InlineData("\"3\"", false)]
    [InlineData("\"Search\"", false)]
    [InlineData("\"microsoftSearch\"", false)]
    [InlineData("\"search\"", true)]
    [InlineData("\"search,compliance\"", true)]
    public void Where_values_are_strict_experiences_have_their_own_names(string value, bool isTaken)
    {
        var reader = new ConnectionReader(GraphVersion.Beta, App, new ConnectionOptions()) { Problems = new Problems { IsStrict = true } };

        reader.ReadCreate(Json($$"""{ "id": "contosohr", "name": "N", "enabledContentExperiences": {{value}} }"""));

        Assert.Equal(isTaken, reader.Problems.Count == 0);
    }

    [Theory]
    [InlineData("\"people\"")]
    [InlineData("\"People\"")]
    [InlineData("\"7\"")]
    [InlineData("7")]
    public void A_category_is_read_in_any_letter_case_and_as_number(string value) =>
        Assert.Equal(ContentCategory.People, Create($$"""{ "id": "contosohr", "name": "N", "contentCategory": {{value}} }""").ContentCategory);

    [Fact]
    public void A_category_of_null_resets_on_update_and_is_no_category_to_create_with()
    {
        var reader = new ConnectionReader(GraphVersion.V1, App, new ConnectionOptions());

        Assert.Null(Update("""{ "contentCategory": null }""").ContentCategory);
        reader.ReadCreate(Json("""{ "id": "contosohr", "name": "N", "contentCategory": null }"""));
        Assert.Equal(("$.contentCategory", ProblemKind.Shape), (Assert.Single(reader.AllProblems).Path, reader.AllProblems[0].Kind));
    }

    [Fact]
    public void An_update_may_take_the_caller_out_but_not_everybody()
    {
        Assert.Equal([Other], Update($$"""{ "configuration": { "authorizedAppIds": ["{{Other}}"] } }""").Configuration.AuthorizedAppIds);
        Assert.Equal([App], Update("""{ "configuration": { "authorizedAppIds": [] } }""").Configuration.AuthorizedAppIds);
    }

    [Fact]
    public void Settings_with_a_broken_layout_are_never_kept_and_the_earlier_ones_are()
    {
        var reader = new ConnectionReader(GraphVersion.Beta, App, new ConnectionOptions());
        ExternalConnection before = Create("""{ "id": "contosohr", "name": "N", "searchSettings": {}, "complianceSettings": {} }""");

        ExternalConnection after = reader.ReadUpdate(Json($$"""{ "description": "D", "searchSettings": {{BrokenCard}}, "complianceSettings": null }"""), before)!;

        Assert.Empty(reader.Problems);
        Assert.Equal("$.searchSettings.searchResultTemplates[0].layout", Assert.Single(reader.LayoutProblems).Path);
        Assert.Equal("D", after.Description);
        Assert.Same(before.SearchSettings, after.SearchSettings);
        Assert.Null(after.ComplianceSettings);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var reader = new ConnectionReader(GraphVersion.V1, App, new ConnectionOptions());

        reader.ReadCreate(Json($$"""{ "id": "a-", "contentCategory": "x", "searchSettings": {{BrokenCard}}, "configuration": { "authorizedAppIds": ["me"] } }"""));

        Assert.Equal(
            ["$.id", "$.id", "$.name", "$.configuration.authorizedAppIds[0]", "$.contentCategory", "$.searchSettings.searchResultTemplates[0].layout"],
            reader.AllProblems.Select(problem => problem.Path));
    }

    [Fact]
    public void A_stored_connection_reads_as_it_was_written()
    {
        ExternalConnection connection = Create(
            """
            { "id": "contosohr", "name": "N", "description": "ä😀", "connectorId": "c", "contentCategory": "crm", "enabledContentExperiences": "compliance",
              "configuration": { "x": { "deep": [1.50, null] } }, "complianceSettings": {},
              "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 3, "layout": {}, "rules": [ { "operation": "startsWith", "property": "p", "values": ["v"], "valuesJoinedBy": "and" } ] } ] },
              "activitySettings": { "urlToItemResolvers": [ { "@odata.type": "microsoft.graph.externalConnectors.itemIdResolver", "priority": 1, "itemId": "{n}", "urlMatchInfo": { "baseUrls": ["u"], "urlPattern": "(?<n>x)" } } ] } }
            """);

        byte[] stored = ConnectionJson.Serialize(connection);

        Assert.Equal(stored, ConnectionJson.Serialize(ConnectionJson.Deserialize(stored)));
        Assert.Contains("1.50", System.Text.Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
    }

    private static ExternalConnection Create(string body)
    {
        var reader = new ConnectionReader(GraphVersion.Beta, App, new ConnectionOptions());
        ExternalConnection? connection = reader.ReadCreate(Json(body));
        Assert.Empty(reader.AllProblems);
        return connection!;
    }

    private static ExternalConnection Update(string body)
    {
        var reader = new ConnectionReader(GraphVersion.Beta, App, new ConnectionOptions());
        ExternalConnection? connection = reader.ReadUpdate(Json(body), Create("""{ "id": "contosohr", "name": "N" }"""));
        Assert.Empty(reader.AllProblems);
        return connection!;
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}

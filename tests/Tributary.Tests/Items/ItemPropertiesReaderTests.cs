using System.Text;
using Tributary.Graph;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class ItemPropertiesReaderTests
{
    // ---- values that fit -----------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("""{"title":"Printer jams"}""")]
    [InlineData("""{"title":""}""")]
    [InlineData("""{"title":"  not trimmed  "}""")]
    [InlineData("""{"title":"Grüße 😀 日本 <b>&'+"}""")]
    [InlineData("""{"title":"two\nlines \"quoted\" \\ \/ \t"}""")]
    [InlineData("""{"title":"5"}""")]
    [InlineData("""{"priority":0}""")]
    [InlineData("""{"priority":-1}""")]
    [InlineData("""{"priority":9007199254740993}""")]
    [InlineData("""{"priority":9223372036854775807}""")]
    [InlineData("""{"priority":-9223372036854775808}""")]
    [InlineData("""{"rating":0}""")]
    [InlineData("""{"rating":4.50}""")]
    [InlineData("""{"rating":-1e3}""")]
    [InlineData("""{"rating":1.7976931348623157E+308}""")]
    [InlineData("""{"rating":12345678901234567890123}""")]
    [InlineData("""{"rating":1e-400}""")]
    [InlineData("""{"opened":"2026-01-10T08:00:00Z"}""")]
    [InlineData("""{"opened":"2026-01-10T08:00:00.1234567+01:00"}""")]
    [InlineData("""{"opened":"2026-01-10T08:00:00"}""")]
    [InlineData("""{"opened":"2026-01-10"}""")]
    [InlineData("""{"isUrgent":true}""")]
    [InlineData("""{"isUrgent":false}""")]
    [InlineData("""{"tags@odata.type":"Collection(String)","tags":["a","","b"]}""")]
    [InlineData("""{"tags":["a"],"tags@odata.type":"#Collection(Edm.String)"}""")]
    [InlineData("""{"tags@odata.type":"Collection(String)","tags":[]}""")]
    [InlineData("""{"counts@odata.type":"Collection(Int64)","counts":[1,-9223372036854775808]}""")]
    [InlineData("""{"scores@odata.type":"Collection(Double)","scores":[1,2.5,-1e3]}""")]
    [InlineData("""{"visits@odata.type":"Collection(DateTimeOffset)","visits":["2026-01-10T08:00:00Z","2026-01-10"]}""")]
    [InlineData("""{"author":{"externalName":"Anna","externalId":"a1","entraDisplayName":"Anna A","entraId":"x","email":"a@b","upn":"a@b","tenantId":"t"}}""")]
    [InlineData("""{"author":{}}""")]
    [InlineData("""{"author":{"@odata.type":"#microsoft.graph.externalConnectors.principal","upn":"a@b"}}""")]
    [InlineData("""{"author@odata.type":"microsoft.graph.externalConnectors.principal","author":{"upn":"a@b"}}""")]
    [InlineData("""{"readers":[{"upn":"a@b"},{"email":"c@d"}]}""")]
    [InlineData("""{"readers":[]}""")]
    [InlineData("""{"readers@odata.type":"Collection(microsoft.graph.externalConnectors.principal)","readers":[{"upn":"a@b"}]}""")]
    [InlineData("""{"readers":{"principals":[{"upn":"a@b"}]}}""")]
    [InlineData("""{"readers@odata.type":"#microsoft.graph.externalConnectors.principalCollection","readers":{"principals":[]}}""")]
    [InlineData("""{"title@odata.type":"String","title":"Grüße"}""")]
    [InlineData("""{"priority":5,"priority@odata.type":"Int64"}""")]
    [InlineData("""{"rating@odata.type":"Edm.Double","rating":5}""")]
    [InlineData("""{"opened@odata.type":"DateTimeOffset","opened":"2026-01-10T08:00:00Z"}""")]
    [InlineData("""{"isUrgent@odata.type":"#Boolean","isUrgent":true}""")]
    [InlineData("""{"rating":1,"title":"z","priority":2}""")]
    public void A_value_that_fits_is_stored_as_sent(string properties) => Reading.Accepts(properties);

    [Theory]
    [InlineData("{ \"title\" :\t\"a\" ,\n \"tags@odata.type\" : \"Collection(String)\", \"tags\" : [ \"a\" , \"b\" ] }", """{"title":"a","tags@odata.type":"Collection(String)","tags":["a","b"]}""")]
    [InlineData("""{"TITLE":"a","Tags":["x"],"tAGS@ODATA.TYPE":"Collection(String)"}""", """{"title":"a","tags":["x"],"tags@odata.type":"Collection(String)"}""")]
    [InlineData("""{"t\u0069tle":"a"}""", """{"title":"a"}""")]
    [InlineData("""{"tags\u0040odata.type":"Collection\u0028String)","tags":["a"]}""", """{"tags@odata.type":"Collection(String)","tags":["a"]}""")]
    [InlineData("""{"title":"Gr\u00fc\u00dfe \u65e5"}""", """{"title":"Grüße 日"}""")]
    [InlineData("""{"opened":"2026-01-10T08:00:00\u002B01:00"}""", """{"opened":"2026-01-10T08:00:00+01:00"}""")]
    [InlineData("""{"author":{"UPN":"a@b","Email":"c@d"}}""", """{"author":{"upn":"a@b","email":"c@d"}}""")]
    [InlineData("""{"readers":{"PRINCIPALS":[ {"upn":"a@b"} ]}}""", """{"readers":{"principals":[{"upn":"a@b"}]}}""")]
    public void The_stored_form_is_compact_and_has_the_spelling_of_the_schema(string properties, string stored) => Reading.Accepts(properties, stored);

    [Theory]
    [InlineData("""{"title":"a","priority":null}""", """{"title":"a"}""")]
    [InlineData("""{"tags@odata.type":"Collection(String)","tags":null,"title":"a"}""", """{"title":"a"}""")]
    [InlineData("""{"tags":null,"title":"a"}""", """{"title":"a"}""")]
    [InlineData("""{"title":"a","title@odata.type":null}""", """{"title":"a"}""")]
    [InlineData("""{"author":{"upn":"a@b","email":null}}""", """{"author":{"upn":"a@b"}}""")]
    [InlineData("""{"title":"a","@odata.type":"#microsoft.graph.externalConnectors.properties"}""", """{"title":"a"}""")]
    [InlineData("""{"title":"a","@odata.context":"x","title@odata.count":3,"other@vendor.note":{}}""", """{"title":"a"}""")]
    public void What_is_null_or_says_nothing_is_left_out(string properties, string stored) => Reading.Accepts(properties, stored);

    // ---- values that do not fit ----------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("title", "5")]
    [InlineData("title", "true")]
    [InlineData("title", "[\"a\"]")]
    [InlineData("title", "{}")]
    [InlineData("title", "\"\\ud800\"")]
    [InlineData("title", "\"\\udc00\\ud800\"")]
    [InlineData("priority", "\"5\"")]
    [InlineData("priority", "\"\"")]
    [InlineData("priority", "1.0")]
    [InlineData("priority", "1.5")]
    [InlineData("priority", "1e3")]
    [InlineData("priority", "9223372036854775808")]
    [InlineData("priority", "-9223372036854775809")]
    [InlineData("priority", "true")]
    [InlineData("priority", "[1]")]
    [InlineData("rating", "\"4.5\"")]
    [InlineData("rating", "\"\"")]
    [InlineData("rating", "\"NaN\"")]
    [InlineData("rating", "\"INF\"")]
    [InlineData("rating", "1e400")]
    [InlineData("rating", "-1e400")]
    [InlineData("rating", "false")]
    [InlineData("opened", "\"\"")]
    [InlineData("opened", "\"yesterday\"")]
    [InlineData("opened", "\"2026-01-10T08:00:00.12345678Z\"")]
    [InlineData("opened", "\"2026-01-10T08:00:00\\ud800\"")]
    [InlineData("opened", "1768032000")]
    [InlineData("opened", "{}")]
    [InlineData("isUrgent", "\"true\"")]
    [InlineData("isUrgent", "\"\"")]
    [InlineData("isUrgent", "1")]
    [InlineData("isUrgent", "[true]")]
    [InlineData("author", "\"Anna\"")]
    [InlineData("author", "[{}]")]
    [InlineData("author", "5")]
    [InlineData("readers", "\"Anna\"")]
    [InlineData("readers", "{}")]
    [InlineData("readers", "{\"principals\":null}")]
    [InlineData("readers", "{\"principals\":{}}")]
    public void A_value_of_another_type_is_refused_by_name(string name, string value)
    {
        Problem problem = Reading.Refuses($$"""{"{{name}}":{{value}}}""", $"$.properties.{name}", "PropertyTypeMismatch");

        Assert.Equal(ProblemKind.Rule, problem.Kind);
        Assert.Contains($"'{name}'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tags", "String", "\"a\"")]
    [InlineData("tags", "String", "\"\"")]
    [InlineData("tags", "String", "{}")]
    [InlineData("counts", "Int64", "5")]
    [InlineData("scores", "Double", "5")]
    [InlineData("visits", "DateTimeOffset", "\"2026-01-10\"")]
    public void A_single_value_is_no_collection(string name, string element, string value) =>
        Reading.Refuses($$"""{"{{name}}":{{value}},"{{name}}@odata.type":"Collection({{element}})"}""", $"$.properties.{name}", "PropertyTypeMismatch");

    [Theory]
    [InlineData("tags", "String", "[\"a\",5]", 1)]
    [InlineData("tags", "String", "[null]", 0)]
    [InlineData("tags", "String", "[[\"a\"]]", 0)]
    [InlineData("tags", "String", "[\"a\",\"b\",\"\\ud83d\"]", 2)]
    [InlineData("counts", "Int64", "[1,2.0]", 1)]
    [InlineData("counts", "Int64", "[\"1\"]", 0)]
    [InlineData("scores", "Double", "[1,\"NaN\"]", 1)]
    [InlineData("scores", "Double", "[1e999]", 0)]
    [InlineData("visits", "DateTimeOffset", "[\"2026-01-10\",\"\"]", 1)]
    [InlineData("readers", "microsoft.graph.externalConnectors.principal", "[{},\"Anna\"]", 1)]
    [InlineData("readers", "microsoft.graph.externalConnectors.principal", "{\"principals\":[5]}", 0)]
    public void The_element_that_does_not_fit_is_named(string name, string element, string value, int index)
    {
        string annotation = value[0] == '{' ? "microsoft.graph.externalConnectors.principalCollection" : $"Collection({element})";
        Reading.Refuses(
            $$"""{"{{name}}":{{value}},"{{name}}@odata.type":"{{annotation}}"}""", $"$.properties.{name}[{index}]", "PropertyTypeMismatch");
    }

    [Fact]
    public void A_mismatch_says_the_property_the_type_and_what_came()
    {
        Problem problem = Reading.Refuses("""{"priority":"5"}""", "$.properties.priority", "PropertyTypeMismatch");

        Assert.Equal(
            "The property 'priority' is of type int64 in the schema and needs a whole number from -9223372036854775808 to 9223372036854775807, without point or exponent; the string '5' came.",
            problem.Message);
    }

    [Fact]
    public void A_long_value_is_not_repeated_in_full() =>
        Assert.InRange(Reading.Refuses($$"""{"opened":"{{new string('x', 100_000)}}"}""", "$.properties.opened", "PropertyTypeMismatch").Message.Length, 1, 300);

    [Fact]
    public void Bytes_that_are_no_utf8_are_no_text()
    {
        byte[] body = [.. "{\"properties\":{\"title\":\""u8, 0xC3, 0x28, .. "\"}}"u8];

        (ItemWrite? write, Problems problems) = Reading.Item(body);

        Assert.Null(write);
        Assert.Equal(("$.properties.title", "PropertyTypeMismatch"), (problems[0].Path, problems[0].Code));
    }

    [Theory]
    [InlineData("""{"author":{"name":"Anna"}}""", "$.properties.author.name")]
    [InlineData("""{"author":{"upn":5}}""", "$.properties.author.upn")]
    [InlineData("""{"author":{"upn":"a","UPN":"b"}}""", "$.properties.author.UPN")]
    [InlineData("""{"author":{"upn":"\ud800"}}""", "$.properties.author.upn")]
    [InlineData("""{"readers":[{},{"email":["a@b"]}]}""", "$.properties.readers[1].email")]
    [InlineData("""{"readers":{"principals":[{"name":"Anna"}]}}""", "$.properties.readers[0].name")]
    [InlineData("""{"readers":{"principals":[],"others":[]}}""", "$.properties.readers.others")]
    public void A_principal_has_seven_strings_and_nothing_else(string properties, string path) => Reading.Refuses(properties, path, "BadRequest");

    [Fact]
    public void A_principal_of_another_type_is_refused() =>
        Reading.Refuses("""{"author":{"@odata.type":"#microsoft.graph.user"}}""", "$.properties.author.@odata.type", "DeserializationError");

    // ---- names ---------------------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("""{"colour":"red"}""", "$.properties.colour")]
    [InlineData("""{"title":"a","colour":null}""", "$.properties.colour")]
    [InlineData("""{"title":"a","colour@odata.type":"String"}""", "$.properties.colour@odata.type")]
    [InlineData("""{"title":"a","colour":["red"],"colour@odata.type":"Collection(String)"}""", "$.properties.colour")]
    [InlineData("""{"title":"a","":1}""", "$.properties.")]
    [InlineData("""{"title":"a","title ":1}""", "$.properties.title ")]
    [InlineData("""{"title":"a","tïtle":1}""", "$.properties.tïtle")]
    [InlineData("""{"title":"a","\ud800":1}""", "$.properties.?")]
    public void A_property_that_the_schema_does_not_have_is_refused_by_name_and_once(string properties, string path) =>
        Reading.Refuses(properties, path, "UnknownProperty");

    [Theory]
    [InlineData("""{"title":"a","title":"b"}""", "$.properties.title")]
    [InlineData("""{"title":"a","Title":"b"}""", "$.properties.title")]
    [InlineData("""{"title":null,"TITLE":"b"}""", "$.properties.title")]
    [InlineData("""{"title":"a","title@odata.type":"String","Title@odata.type":"String"}""", "$.properties.title@odata.type")]
    public void A_name_stands_once_whatever_its_letter_case(string properties, string path) =>
        Reading.Refuses(properties, path, "DuplicatePropertyName");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"title":null}""")]
    [InlineData("""{"@odata.type":"microsoft.graph.externalConnectors.properties"}""")]
    [InlineData("""{"tags":null,"tags@odata.type":"Collection(String)"}""")]
    public void At_least_one_property_has_a_value(string properties) => Reading.Refuses(properties, "$.properties", "InvalidProperties");

    [Theory]
    [InlineData("[]")]
    [InlineData("\"title\"")]
    [InlineData("5")]
    public void Properties_are_an_object(string properties) =>
        Assert.Equal(
            "Property properties in payload has a value that does not match schema.",
            Reading.Refuses(properties, "$.properties", "BadRequest").Message);

    // ---- annotations ---------------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("tags", "[\"a\"]", "Collection(String)")]
    [InlineData("tags", "[]", "Collection(String)")]
    [InlineData("counts", "[1]", "Collection(Int64)")]
    [InlineData("scores", "[1.5]", "Collection(Double)")]
    [InlineData("visits", "[\"2026-01-10\"]", "Collection(DateTimeOffset)")]
    public void A_collection_needs_its_annotation_and_the_answer_says_which(string name, string value, string annotation)
    {
        Problem problem = Reading.Refuses($$"""{"{{name}}":{{value}}}""", $"$.properties.{name}", "PropertyTypeMismatch");

        Assert.Contains($"\"{name}@odata.type\": \"{annotation}\"", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Collection(Foo)\"", "Collection(Foo)")]
    [InlineData("\"Collection(DateTime)\"", "Collection(DateTime)")]
    [InlineData("\"Collection(Int32)\"", "Collection(Int32)")]
    [InlineData("\"\"", "")]
    [InlineData("5", "5")]
    [InlineData("[\"Collection(String)\"]", "[\"Collection(String)\"]")]
    [InlineData("\"\\ud800\"", "\\ud800")]
    public void An_annotation_that_names_no_type_has_the_observed_text(string annotation, string shown)
    {
        Problem problem = Reading.Refuses($$"""{"tags":["a"],"tags@odata.type":{{annotation}}}""", "$.properties.tags@odata.type", "DeserializationError");

        Assert.StartsWith($"Requested value '{shown}' was not found.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Collections_of_DateTime_pass_with_the_lenient_switch_only()
    {
        const string Properties = """{"visits@odata.type":"Collection(DateTime)","visits":["2026-01-10T08:00:00Z"]}""";

        Reading.Refuses(Properties, "$.properties.visits@odata.type", "DeserializationError");
        Reading.Accepts(Properties, options: new ItemOptions { LenientDateTimeCollections = true });
    }

    [Theory]
    [InlineData("""{"tags":["a"],"tags@odata.type":"Collection(Int64)"}""", "$.properties.tags@odata.type")]
    [InlineData("""{"tags":["a"],"tags@odata.type":"String"}""", "$.properties.tags@odata.type")]
    [InlineData("""{"title@odata.type":"Collection(String)","title":"a"}""", "$.properties.title@odata.type")]
    [InlineData("""{"priority@odata.type":"Double","priority":5}""", "$.properties.priority@odata.type")]
    [InlineData("""{"opened@odata.type":"String","opened":"2026-01-10"}""", "$.properties.opened@odata.type")]
    [InlineData("""{"author@odata.type":"String","author":{}}""", "$.properties.author@odata.type")]
    public void An_annotation_that_contradicts_the_schema_is_refused(string properties, string path) =>
        Reading.Refuses(properties, path, "PropertyTypeMismatch");

    [Fact]
    public void An_annotation_of_a_property_that_is_not_there_is_refused() =>
        Reading.Refuses("""{"title":"a","tags@odata.type":"Collection(String)"}""", "$.properties.tags@odata.type", "DeserializationError");

    [Fact]
    public void O9_an_annotation_in_the_wrong_place_has_the_observed_text()
    {
        (ItemWrite? write, Problems problems) = Reading.Item(
            "{" + Reading.Acl + ""","properties":{"title":"a","@odata.type":"Collection(String)","tags":["a"]}}""");

        Assert.Null(write);
        Assert.Equal(["$.properties.@odata.type", "$.properties.tags"], problems.Select(problem => problem.Path));
        GraphError error = GraphErrors.Invalid(problems);
        Assert.Equal((400, "InvalidRequest", "The request is malformed or incorrect."), (error.Status, error.Code, error.Message));
        Assert.Equal("DeserializationError", error.InnerCode);
        Assert.Contains("Requested value 'Collection(String)' was not found.", error.Reason, StringComparison.Ordinal);
    }

    // ---- all of it -----------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        (_, Problems problems) = Reading.Properties(
            """
            {"colour":"red","title":5,"priority":"5","tags":["a",1],"counts":[1],"counts@odata.type":"Collection(Foo)",
             "visits@odata.type":"Collection(DateTimeOffset)","rating":1,"Rating":2,"isUrgent":"no","author":{"name":"x"}}
            """);

        Assert.Equal(
            [
                ("$.properties.colour", "UnknownProperty"),
                ("$.properties.counts@odata.type", "DeserializationError"),
                ("$.properties.rating", "DuplicatePropertyName"),
                ("$.properties.title", "PropertyTypeMismatch"),
                ("$.properties.priority", "PropertyTypeMismatch"),
                ("$.properties.tags", "PropertyTypeMismatch"),
                ("$.properties.tags[1]", "PropertyTypeMismatch"),
                ("$.properties.visits@odata.type", "DeserializationError"),
                ("$.properties.isUrgent", "PropertyTypeMismatch"),
                ("$.properties.author.name", "BadRequest"),
            ],
            problems.Select(problem => (problem.Path, problem.Code)));
    }

    [Fact]
    public void A_hostile_body_is_refused_without_an_answer_of_its_size()
    {
        var body = new StringBuilder("{\"tags@odata.type\":\"Collection(String)\",\"tags\":[0");
        for (int i = 0; i < 100_000; i++)
        {
            body.Append(",0");
        }

        body.Append(']');
        for (int i = 0; i < 20_000; i++)
        {
            body.Append(",\"x").Append(i).Append("@odata.type\":\"String\"");
        }

        body.Append(",\"").Append('y', 100_000).Append("\":1}");
        (string? stored, Problems problems) = Reading.Properties(body.ToString());

        Assert.Null(stored);
        Assert.InRange(problems.Count, 1, 1_000);
        Assert.InRange(GraphErrors.Invalid(problems).Reason!.Length, 1, 100_000);
    }

    [Fact]
    public void A_large_text_is_stored_as_sent()
    {
        string text = new('é', 3_000_000);

        Reading.Accepts($$"""{"title":"{{text}}"}""");
        Reading.Accepts("""{"title":"small again"}""");
    }

    [Fact]
    public void A_refused_item_leaves_nothing_behind_for_the_next()
    {
        Reading.Properties("""{"title":"left over","priority":"wrong"}""");

        Reading.Accepts("""{"title":"a"}""");
    }
}

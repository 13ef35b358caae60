using System.Text.Json;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public class SchemaReaderTests
{
    [Fact]
    public void A_whole_body_is_read_with_its_paths()
    {
        (SchemaBody? body, Problems problems) = Read(
            """
            {
              "baseType": "microsoft.graph.externalItem",
              "properties": [
                { "name": "a", "type": "string" },
                {
                  "name": "status", "type": "stringCollection", "isSearchable": true, "isRetrievable": true, "isQueryable": true, "isRefinable": false,
                  "isExactMatchRequired": false, "labels": ["title", "iconUrl"], "aliases": ["s", "t"], "rankingHint": { "importanceScore": "veryHigh" },
                  "description": "How far it is."
                }
              ]
            }
            """);

        Assert.Empty(problems);
        Assert.Equal("microsoft.graph.externalItem", body!.BaseType.Value);
        Assert.Equal(2, body.PropertyCount);
        PropertyBody status = body.Properties[1];
        Assert.Equal("$.properties[1]", status.Path);
        Assert.Equal("status", status.Name.Value);
        Assert.Equal(PropertyType.StringCollection, status.Type.Value);
        Assert.True(status.IsSearchable.Value);
        Assert.True(status.IsRetrievable.Value);
        Assert.True(status.IsQueryable.Value);
        Assert.False(status.IsRefinable.Value);
        Assert.False(status.IsExactMatchRequired.Value);
        Assert.Equal([(Label.Title, "$.properties[1].labels[0]"), (Label.IconUrl, "$.properties[1].labels[1]")], status.Labels.Value!);
        Assert.Equal([("s", "$.properties[1].aliases[0]"), ("t", "$.properties[1].aliases[1]")], status.Aliases.Value!);
        Assert.Equal(ImportanceScore.VeryHigh, status.RankingHint.Value);
        Assert.Equal("How far it is.", status.Description.Value);
    }

    [Fact]
    public void A_member_that_was_not_sent_is_told_from_one_sent_as_null()
    {
        PropertyBody absent = ReadProperty("""{ "name": "a", "type": "string" }""");
        Assert.False(absent.IsSearchable.IsSent);
        Assert.False(absent.IsQueryable.IsSent);
        Assert.False(absent.IsRetrievable.IsSent);
        Assert.False(absent.IsRefinable.IsSent);
        Assert.False(absent.IsExactMatchRequired.IsSent);
        Assert.False(absent.Labels.IsSent);
        Assert.False(absent.Aliases.IsSent);
        Assert.False(absent.RankingHint.IsSent);
        Assert.False(absent.Description.IsSent);

        PropertyBody sent = ReadProperty(
            """
            { "name": "a", "type": "string", "isSearchable": null, "isQueryable": null, "isRetrievable": null, "isRefinable": null,
              "isExactMatchRequired": null, "labels": null, "aliases": null, "rankingHint": null, "description": null }
            """);
        Assert.Equal(new Sent<bool?>(true, null), sent.IsSearchable);
        Assert.Equal(new Sent<bool?>(true, null), sent.IsQueryable);
        Assert.Equal(new Sent<bool?>(true, null), sent.IsRetrievable);
        Assert.Equal(new Sent<bool?>(true, null), sent.IsRefinable);
        Assert.Equal(new Sent<bool?>(true, null), sent.IsExactMatchRequired);
        Assert.True(sent.Labels is { IsSent: true, Value: null });
        Assert.True(sent.Aliases is { IsSent: true, Value: null });
        Assert.Equal(new Sent<ImportanceScore?>(true, null), sent.RankingHint);
        Assert.Equal(new Sent<string>(true, null), sent.Description);
    }

    [Theory]
    [InlineData("""{ "baseType": null }""", "$.baseType")]
    [InlineData("""{ "properties": [ { "name": null, "type": "string" } ] }""", "$.properties[0].name")]
    [InlineData("""{ "properties": [ { "name": "a", "type": null } ] }""", "$.properties[0].type")]
    [InlineData("""{ "properties": [ { "name": "a", "type": "string", "rankingHint": { "importanceScore": null } } ] }""", "$.properties[0].rankingHint.importanceScore")]
    public void Null_is_refused_where_the_metadata_has_no_null(string body, string path) => AssertShape(body, path);

    [Theory]
    [InlineData("""{ "\ud800": 1 }""", "$.?")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("\"x\"", "$")]
    [InlineData("""{ "baseType": 1 }""", "$.baseType")]
    [InlineData("""{ "properties": {} }""", "$.properties")]
    [InlineData("""{ "properties": "x" }""", "$.properties")]
    [InlineData("""{ "properties": [ null ] }""", "$.properties[0]")]
    [InlineData("""{ "properties": [ { "name": "a" }, "b" ] }""", "$.properties[1]")]
    [InlineData("""{ "properties": [ { "name": 1 } ] }""", "$.properties[0].name")]
    [InlineData("""{ "properties": [ { "type": true } ] }""", "$.properties[0].type")]
    [InlineData("""{ "properties": [ { "type": 12 } ] }""", "$.properties[0].type")]
    [InlineData("""{ "properties": [ { "labels": [ "title", 10 ] } ] }""", "$.properties[0].labels[1]")]
    [InlineData("""{ "properties": [ { "isSearchable": 1 } ] }""", "$.properties[0].isSearchable")]
    [InlineData("""{ "properties": [ { "isQueryable": "yes" } ] }""", "$.properties[0].isQueryable")]
    [InlineData("""{ "properties": [ { "isRetrievable": [] } ] }""", "$.properties[0].isRetrievable")]
    [InlineData("""{ "properties": [ { "isRefinable": {} } ] }""", "$.properties[0].isRefinable")]
    [InlineData("""{ "properties": [ { "isExactMatchRequired": "" } ] }""", "$.properties[0].isExactMatchRequired")]
    [InlineData("""{ "properties": [ { "labels": "title" } ] }""", "$.properties[0].labels")]
    [InlineData("""{ "properties": [ { "labels": [ "title", null ] } ] }""", "$.properties[0].labels[1]")]
    [InlineData("""{ "properties": [ { "aliases": {} } ] }""", "$.properties[0].aliases")]
    [InlineData("""{ "properties": [ { "aliases": [ "a", 2 ] } ] }""", "$.properties[0].aliases[1]")]
    [InlineData("""{ "properties": [ { "rankingHint": "high" } ] }""", "$.properties[0].rankingHint")]
    [InlineData("""{ "properties": [ { "rankingHint": { "importanceScore": [] } } ] }""", "$.properties[0].rankingHint.importanceScore")]
    [InlineData("""{ "properties": [ { "description": 7 } ] }""", "$.properties[0].description")]
    [InlineData("""{ "properties": [ { "description": "\ud800" } ] }""", "$.properties[0].description")]
    public void A_value_of_the_wrong_JSON_type_is_a_problem_of_shape(string body, string path) => AssertShape(body, path);

    [Theory]
    [InlineData("""{ "basetyp": "microsoft.graph.externalItem" }""", "$.basetyp")]
    [InlineData("""{ "value": {} }""", "$.value")]
    [InlineData("""{ "properties": [ { "isSortable": true } ] }""", "$.properties[0].isSortable")]
    [InlineData("""{ "properties": [ { "rankingHint": { "importanceScore": "low", "weight": 2 } } ] }""", "$.properties[0].rankingHint.weight")]
    public void A_member_that_is_not_declared_is_refused_by_name(string body, string path) => AssertShape(body, path);

    [Theory]
    [InlineData("isExactMatchRequired", "true")]
    [InlineData("rankingHint", "{ \"importanceScore\": \"low\" }")]
    public void Beta_members_are_unknown_on_v1(string member, string value)
    {
        string body = $$"""{ "properties": [ { "name": "a", "type": "string", "{{member}}": {{value}} } ] }""";

        Assert.Empty(Read(body).Problems);
        Problem problem = Assert.Single(Read(body, GraphVersion.V1).Problems);
        Assert.Equal($"$.properties[0].{member}", problem.Path);
        Assert.Equal(
            $"The property '{member}' does not exist on type 'microsoft.graph.externalConnectors.property'. In /beta it has '{member}', in /v1.0 it has not: send it to /beta, or leave it out.",
            problem.Message);
    }

    [Fact]
    public void A_description_is_known_on_both_versions()
    {
        const string body = """{ "properties": [ { "name": "a", "type": "string", "description": "x" } ] }""";
        Assert.Equal("x", Read(body, GraphVersion.V1).Body!.Properties[0].Description.Value);
        Assert.Equal("x", Read(body, GraphVersion.Beta).Body!.Properties[0].Description.Value);
    }

    [Theory]
    [InlineData("\"true\"", true)]
    [InlineData("\"True\"", true)]
    [InlineData("\"false\"", false)]
    [InlineData("\"FALSE\"", false)]
    public void A_Boolean_may_be_sent_as_text(string text, bool expected) =>
        Assert.Equal(expected, ReadProperty($$"""{ "isSearchable": {{text}} }""").IsSearchable.Value);

    [Theory]
    [InlineData("\"String\"", "string")]
    [InlineData("\"string\"", "string")]
    [InlineData("\"DateTime\"", "dateTime")]
    [InlineData("\"INT64COLLECTION\"", "int64Collection")]
    [InlineData("\"principal\"", "principal")]
    [InlineData("\"PrincipalCollection\"", "principalCollection")]
    [InlineData("4", "boolean")]
    [InlineData("\"4\"", "boolean")]
    public void A_type_is_known_in_any_letter_case_and_by_number(string sent, string expected) =>
        Assert.Equal(expected, WireNames<PropertyType>.Get(ReadProperty($$"""{ "type": {{sent}} }""").Type.Value!.Value));

    [Theory]
    [InlineData("\"Title\"", "title")]
    [InlineData("\"CREATEDBY\"", "createdBy")]
    [InlineData("\"assignedToPeople\"", "assignedToPeople")]
    [InlineData("\"assignedTo\"", "assignedToPeople")]
    [InlineData("\"AssignedTo\"", "assignedToPeople")]
    [InlineData("\"numberOfReactions\"", "numberOfReactions")]
    [InlineData("\"numReactions\"", "numberOfReactions")]
    [InlineData("15", "iconUrl")]
    public void A_label_is_known_in_any_letter_case_and_by_its_documented_other_name(string sent, string expected) =>
        Assert.Equal(expected, WireNames<Label>.Get(Assert.Single(ReadProperty($$"""{ "labels": [ {{sent}} ] }""").Labels.Value!).Value));

    [Theory]
    [InlineData(GraphVersion.V1)]
    [InlineData(GraphVersion.Beta)]
    internal void Every_label_and_type_is_known_on_both_versions(GraphVersion version)
    {
        foreach (Label label in Enum.GetValues<Label>().Where(label => label != Label.UnknownFutureValue))
        {
            (SchemaBody? body, Problems problems) = Read($$"""{ "properties": [ { "labels": [ "{{WireNames<Label>.Get(label)}}" ] } ] }""", version);
            Assert.Empty(problems);
            Assert.Equal(label, body!.Properties[0].Labels.Value![0].Value);
        }

        foreach (PropertyType type in Enum.GetValues<PropertyType>().Where(type => type != PropertyType.UnknownFutureValue))
        {
            (SchemaBody? body, Problems problems) = Read($$"""{ "properties": [ { "type": "{{WireNames<PropertyType>.Get(type)}}" } ] }""", version);
            Assert.Empty(problems);
            Assert.Equal(type, body!.Properties[0].Type.Value);
        }
    }

    [Theory]
    [InlineData("""{ "type": "booleanCollection" }""", "type")]
    [InlineData("""{ "type": "" }""", "type")]
    [InlineData("""{ "type": "12" }""", "type")]
    [InlineData("""{ "type": "unknownFutureValue" }""", "type")]
    [InlineData("""{ "type": 9 }""", "type")]
    [InlineData("""{ "labels": [ "headline" ] }""", "labels[0]")]
    [InlineData("""{ "labels": [ "title", "unknownFutureValue" ] }""", "labels[1]")]
    [InlineData("""{ "labels": [ "UNKNOWNFUTUREVALUE" ] }""", "labels[0]")]
    [InlineData("""{ "labels": [ 12 ] }""", "labels[0]")]
    [InlineData("""{ "rankingHint": { "importanceScore": "huge" } }""", "rankingHint.importanceScore")]
    [InlineData("""{ "rankingHint": { "importanceScore": "unknownFutureValue" } }""", "rankingHint.importanceScore")]
    public void An_enum_member_that_does_not_parse_is_a_DeserializationError(string property, string member)
    {
        Problem problem = Assert.Single(Read($$"""{ "properties": [ {{property}} ] }""").Problems);
        Assert.Equal(ProblemKind.Rule, problem.Kind);
        Assert.Equal("DeserializationError", problem.Code);
        Assert.Equal($"$.properties[0].{member}", problem.Path);
    }

    [Fact]
    public void The_path_of_a_label_counts_unreadable_neighbours()
    {
        (SchemaBody? body, Problems problems) = Read("""{ "properties": [ { "labels": [ "headline", "title" ], "aliases": [ 1, "b" ] } ] }""");
        Assert.Equal(2, problems.Count);
        Assert.Equal("$.properties[0].labels[1]", Assert.Single(body!.Properties[0].Labels.Value!).Path);
        Assert.Equal("$.properties[0].aliases[1]", Assert.Single(body.Properties[0].Aliases.Value!).Path);
    }

    [Fact]
    public void A_bare_string_is_one_alias() =>
        Assert.Equal([("creator", "$.properties[0].aliases")], ReadProperty("""{ "aliases": "creator" }""").Aliases.Value!);

    [Fact]
    public void A_ranking_hint_needs_its_score()
    {
        Problem problem = Assert.Single(Read("""{ "properties": [ { "rankingHint": {} } ] }""").Problems);
        Assert.Equal(("InvalidRankingHint", "$.properties[0].rankingHint.importanceScore"), (problem.Code, problem.Path));
    }

    [Theory]
    [InlineData("#microsoft.graph.externalConnectors.schema", "microsoft.graph.externalConnectors.property", "#microsoft.graph.externalConnectors.rankingHint")]
    [InlineData("microsoft.graph.externalConnectors.schema", "#microsoft.graph.externalConnectors.property", "microsoft.graph.externalConnectors.rankingHint")]
    public void Type_annotations_are_accepted(string schema, string property, string rankingHint) =>
        Assert.Empty(Read(
            $$"""
            {
              "properties": [
                { "name": "a", "rankingHint": { "importanceScore": "low", "@odata.type": "{{rankingHint}}" }, "@odata.type": "{{property}}",
                  "labels@odata.type": "#Collection(String)" }
              ],
              "@odata.context": "https://graph.microsoft.com/beta/$metadata#x", "@odata.type": "{{schema}}"
            }
            """).Problems);

    [Theory]
    [InlineData("""{ "@odata.type": "microsoft.graph.externalConnectors.property" }""", "$.@odata.type")]
    [InlineData("""{ "@odata.type": "#microsoft.graph.schema" }""", "$.@odata.type")]
    [InlineData("""{ "@odata.type": "##microsoft.graph.externalConnectors.schema" }""", "$.@odata.type")]
    [InlineData("""{ "@odata.type": "\ud800" }""", "$.@odata.type")]
    [InlineData("""{ "@odata.type": 1 }""", "$.@odata.type")]
    [InlineData("""{ "@odata.type": null }""", "$.@odata.type")]
    [InlineData("""{ "properties": [ { "@odata.type": "microsoft.substrateConnectors.property" } ] }""", "$.properties[0].@odata.type")]
    public void A_wrong_type_annotation_is_a_DeserializationError(string body, string path)
    {
        Problem problem = Assert.Single(Read(body).Problems);
        Assert.Equal(("DeserializationError", path), (problem.Code, problem.Path));
    }

    [Fact]
    public void Names_of_members_are_matched_ignoring_case_and_an_id_is_taken()
    {
        (SchemaBody? body, Problems problems) = Read("""{ "id": "schema", "BaseType": "x", "Properties": [ { "Name": "a", "ISSEARCHABLE": true } ] }""");
        Assert.Empty(problems);
        Assert.Equal("x", body!.BaseType.Value);
        Assert.True(body.Properties[0].IsSearchable.Value);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{ "properties": null }""", 0)]
    [InlineData("""{ "properties": [] }""", 0)]
    [InlineData("""{ "properties": [ 1, { "name": "a" } ] }""", 2)]
    [InlineData("""{ "properties": 1 }""", null)]
    public void The_count_of_properties_includes_unreadable_ones(string body, int? count) => Assert.Equal(count, Read(body).Body!.PropertyCount);

    private static void AssertShape(string body, string path)
    {
        Problem problem = Assert.Single(Read(body).Problems);
        Assert.Equal(ProblemKind.Shape, problem.Kind);
        Assert.Equal(path, problem.Path);
    }

    private static PropertyBody ReadProperty(string property)
    {
        (SchemaBody? body, Problems problems) = Read($$"""{ "properties": [ {{property}} ] }""");
        Assert.Empty(problems);
        return Assert.Single(body!.Properties);
    }

    private static (SchemaBody? Body, Problems Problems) Read(string body, GraphVersion version = GraphVersion.Beta)
    {
        var problems = new Problems();
        using JsonDocument json = JsonDocument.Parse(body);
        return (SchemaReader.Read(json.RootElement, version, problems), problems);
    }
}

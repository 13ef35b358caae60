using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Acls;
using Tributary.Graph;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class ItemReaderTests
{
    private const string Label = "6F1C0000-0000-4000-8000-00000000000a";

    [Fact]
    public void The_body_of_the_reference_is_read_whole()
    {
        (ItemWrite? write, Problems problems) = Reading.Item(
            """
            {
              "@odata.type": "#microsoft.graph.externalConnectors.externalItem",
              "acl": [
                { "type": "everyone", "value": "8f0c0000-0000-4000-8000-00000000000f", "accessType": "grant" },
                { "type": "user", "value": "0b1d2e3f-0000-4000-8000-00000000000a", "accessType": "deny" }
              ],
              "properties": {
                "title": "Printer on floor 3 jams",
                "title@odata.type": "String",
                "opened": "2026-01-10T08:00:00Z",
                "tags@odata.type": "Collection(String)",
                "tags": ["printer", "floor3"]
              },
              "content": { "value": "Paper jam since Monday …", "type": "text" },
              "informationProtectionLabel": { "sensitivityLabelId": "6F1C0000-0000-4000-8000-00000000000a" }
            }
            """);

        Assert.Empty(problems);
        Assert.Equal("T4711", write!.Id);
        Assert.Equal(
            [
                new AclEntry(AclType.Everyone, "8f0c0000-0000-4000-8000-00000000000f", AccessType.Grant),
                new AclEntry(AclType.User, "0b1d2e3f-0000-4000-8000-00000000000a", AccessType.Deny),
            ],
            write.Acl!.Entries);
        Assert.Equal(
            """{"title":"Printer on floor 3 jams","title@odata.type":"String","opened":"2026-01-10T08:00:00Z","tags@odata.type":"Collection(String)","tags":["printer","floor3"]}""",
            Encoding.UTF8.GetString(write.Properties!.Value.Span));
        Assert.True(write.HasContent);
        Assert.Equal(new ExternalItemContent(ExternalItemContentType.Text, "Paper jam since Monday …"), write.Content);
        Assert.True(write.HasSensitivityLabel);
        Assert.Equal(Label, write.SensitivityLabelId);
        Assert.Empty(write.Activities);
    }

    [Fact]
    public void An_empty_body_says_nothing_and_is_no_problem_here()
    {
        (ItemWrite? write, Problems problems) = Reading.Item("{}");

        Assert.Empty(problems);
        Assert.Null(write!.Acl);
        Assert.Null(write.Properties);
        Assert.Null(write.Content);
        Assert.Null(write.SensitivityLabelId);
        Assert.False(write.HasContent || write.HasSensitivityLabel);
        Assert.Empty(write.Activities);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"item\"")]
    [InlineData("5")]
    public void The_body_is_an_object(string body)
    {
        (ItemWrite? write, Problems problems) = Reading.Item(body);

        Assert.Null(write);
        Assert.Equal(("$", ProblemKind.Shape), (problems[0].Path, problems[0].Kind));
    }

    [Theory]
    [InlineData("""{"@odata.type":"microsoft.graph.externalConnectors.externalItem"}""")]
    [InlineData("""{"@odata.type":"#microsoft.graph.externalItem"}""")]
    [InlineData("""{"@odata.type":"microsoft.graph.externalItem"}""")]
    [InlineData("""{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#x"}""")]
    [InlineData("""{"acl@odata.type":"Collection(microsoft.graph.externalConnectors.acl)"}""")]
    [InlineData("""{"id":"T4711"}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"ID":"T4711"}""")]
    [InlineData("""{"content":null}""")]
    [InlineData("""{"content":{"type":"text","value":""}}""")]
    [InlineData("""{"content":{"type":"Text","value":"x"}}""")]
    [InlineData("""{"content":{"Type":"HTML","Value":"<p>x"}}""")]
    [InlineData("""{"content":{"type":2,"value":"x"}}""")]
    [InlineData("""{"content":{"@odata.type":"microsoft.graph.externalConnectors.externalItemContent","type":"text","value":"x"}}""")]
    [InlineData("""{"activities":[]}""")]
    [InlineData("""{"activities":null}""")]
    [InlineData("""{"informationProtectionLabel":null}""")]
    [InlineData("""{"informationProtectionLabel":{}}""")]
    [InlineData("""{"informationProtectionLabel":{"sensitivityLabelId":null}}""")]
    public void These_bodies_are_accepted(string body)
    {
        (ItemWrite? write, Problems problems) = Reading.Item(body);

        Assert.Empty(problems);
        Assert.NotNull(write);
    }

    [Theory]
    [InlineData("""{"@odata.type":"#microsoft.substrateConnectors.externalItem"}""", "$.@odata.type", "DeserializationError")]
    [InlineData("""{"@odata.type":"Collection(String)"}""", "$.@odata.type", "DeserializationError")]
    [InlineData("""{"@odata.type":"\ud800"}""", "$.@odata.type", "DeserializationError")]
    [InlineData("""{"id":"T4712"}""", "$.id", "InvalidItemId")]
    [InlineData("""{"id":"t4711"}""", "$.id", "InvalidItemId")]
    [InlineData("""{"id":""}""", "$.id", "InvalidItemId")]
    [InlineData("""{"id":4711}""", "$.id", "BadRequest")]
    [InlineData("""{"id":"\udc00"}""", "$.id", "BadRequest")]
    [InlineData("""{"acl":null}""", "$.acl", "InvalidAcl")]
    [InlineData("""{"acl":[]}""", "$.acl", "InvalidAcl")]
    [InlineData("""{"acl":{}}""", "$.acl", "BadRequest")]
    [InlineData("""{"properties":null}""", "$.properties", "InvalidProperties")]
    [InlineData("""{"properties":[]}""", "$.properties", "BadRequest")]
    [InlineData("""{"content":"text"}""", "$.content", "BadRequest")]
    [InlineData("""{"content":[{"type":"text","value":"x"}]}""", "$.content", "BadRequest")]
    [InlineData("""{"content":{"value":"x"}}""", "$.content.type", "InvalidContent")]
    [InlineData("""{"content":{"type":null,"value":"x"}}""", "$.content.type", "InvalidContent")]
    [InlineData("""{"content":{"type":"text"}}""", "$.content.value", "InvalidContent")]
    [InlineData("""{"content":{"type":"text","value":null}}""", "$.content.value", "InvalidContent")]
    [InlineData("""{"content":{"type":"pdf","value":"x"}}""", "$.content.type", "DeserializationError")]
    [InlineData("""{"content":{"type":"unknownFutureValue","value":"x"}}""", "$.content.type", "DeserializationError")]
    [InlineData("""{"content":{"type":0,"value":"x"}}""", "$.content.type", "BadRequest")]
    [InlineData("""{"content":{"type":"text","value":5}}""", "$.content.value", "BadRequest")]
    [InlineData("""{"content":{"type":"text","value":"\ud83d"}}""", "$.content.value", "BadRequest")]
    [InlineData("""{"content":{"type":"text","value":"x","language":"de"}}""", "$.content.language", "BadRequest")]
    [InlineData("""{"activities":{}}""", "$.activities", "BadRequest")]
    [InlineData("""{"informationProtectionLabel":"x"}""", "$.informationProtectionLabel", "BadRequest")]
    [InlineData("""{"informationProtectionLabel":{"sensitivityLabelId":"secret"}}""", "$.informationProtectionLabel.sensitivityLabelId", "InvalidSensitivityLabel")]
    [InlineData("""{"informationProtectionLabel":{"sensitivityLabelId":5}}""", "$.informationProtectionLabel.sensitivityLabelId", "BadRequest")]
    [InlineData("""{"informationProtectionLabel":{"name":"x"}}""", "$.informationProtectionLabel.name", "BadRequest")]
    [InlineData("""{"title":"x"}""", "$.title", "BadRequest")]
    [InlineData("""{"lastModifiedDateTime":"2026-01-10"}""", "$.lastModifiedDateTime", "BadRequest")]
    [InlineData("""{"\ud800":1}""", "$.?", "BadRequest")]
    [InlineData("""{"id":"T4711","ID":"T4711"}""", "$.ID", "BadRequest")]
    public void These_bodies_are_refused_where_they_are_wrong(string body, string path, string code)
    {
        (ItemWrite? write, Problems problems) = Reading.Item(body);

        Assert.Null(write);
        Problem problem = Assert.Single(problems);
        Assert.Equal((path, code), (problem.Path, problem.Code));
    }

    [Theory]
    [InlineData("\"just text\"")]
    [InlineData("[\"just text\"]")]
    [InlineData("5")]
    public void O10_content_of_the_wrong_shape_has_the_observed_answer(string content)
    {
        (_, Problems problems) = Reading.Item("{" + Reading.Acl + ""","properties":{"priority":"5"},"content":""" + content + "}");

        GraphError error = GraphErrors.Invalid(problems);
        Assert.Equal(
            (400, "BadRequest", "Property content in payload has a value that does not match schema."),
            (error.Status, error.Code, error.Message));
    }

    [Fact]
    public void O11_anything_else_is_malformed_on_the_wire_and_precise_within()
    {
        (_, Problems problems) = Reading.Item("{" + Reading.Acl + ""","properties":{"priority":"5","colour":"red"}}""");

        GraphError error = GraphErrors.Invalid(problems);
        Assert.Equal((400, "InvalidRequest", "The request is malformed or incorrect."), (error.Status, error.Code, error.Message));
        Assert.Equal("UnknownProperty", error.InnerCode);
        Assert.Contains("$.properties.colour: The schema of the connection has no property 'colour'.", error.Reason, StringComparison.Ordinal);
        Assert.Contains("$.properties.priority: The property 'priority' is of type int64", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        (ItemWrite? write, Problems problems) = Reading.Item(
            """
            {"id":"other","acl":[{"type":"user","value":"anna","accessType":"grant"}],"properties":{"colour":"red","priority":""},
             "content":{"type":"pdf"},"activities":5,"informationProtectionLabel":{"sensitivityLabelId":"secret"},"owner":"me"}
            """);

        Assert.Null(write);
        Assert.Equal(
            [
                "$.acl[0].value", "$.activities", "$.content.type", "$.content.value", "$.id", "$.informationProtectionLabel.sensitivityLabelId",
                "$.owner", "$.properties.colour", "$.properties.priority",
            ],
            problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Null_takes_content_and_label_away_and_leaving_them_out_does_not()
    {
        (ItemWrite? write, _) = Reading.Item("""{"content":null,"informationProtectionLabel":null}""");

        Assert.True(write!.HasContent && write.HasSensitivityLabel);
        Assert.Null(write.Content);
        Assert.Null(write.SensitivityLabelId);
    }

    [Fact]
    public void An_empty_access_list_passes_with_the_switch() =>
        Assert.Empty(Reading.Item("""{"acl":[]}""", new ItemOptions { AllowEmptyAcl = true }).Write!.Acl!.Entries);

    [Theory]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"grant"}]}""", true)]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"grant"},{"type":"externalGroup","value":"x","accessType":"deny"}]}""", true)]
    [InlineData("""{"acl":[{"type":"everyoneExceptGuests","value":"x","accessType":"grant"}]}""", false)]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"deny"}]}""", false)]
    [InlineData("""{"acl":[{"type":"externalGroup","value":"x","accessType":"grant"}]}""", false)]
    [InlineData("{}", true)]
    public void Items_of_people_grant_everyone(string body, bool isAccepted)
    {
        (ItemWrite? write, Problems problems) = Reading.Item(body, isPeople: true);

        Assert.Equal(isAccepted, write is not null);
        Assert.Equal(isAccepted ? [] : [("$.acl", "InvalidAcl")], problems.Select(problem => (problem.Path, problem.Code)));
        Assert.NotNull(Reading.Item(body, isPeople: false).Write);
    }

    [Fact]
    public void IdentitySource_is_of_beta()
    {
        const string Body = """{"acl":[{"type":"group","identitySource":"external","value":"nightshift","accessType":"grant"}]}""";

        Assert.Equal(AclType.ExternalGroup, Reading.Item(Body, version: GraphVersion.Beta).Write!.Acl!.Entries[0].Type);
        Assert.Equal("$.acl[0].identitySource", Reading.Item(Body, version: GraphVersion.V1).Problems[0].Path);
    }

    [Fact]
    public void What_was_read_outlives_the_request()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"properties":{"title":"kept"},"content":{"type":"text","value":"kept"}}""");
        (ItemWrite? write, _) = Reading.Item(body);
        body.AsSpan().Clear();

        Assert.Equal("""{"title":"kept"}""", Encoding.UTF8.GetString(write!.Properties!.Value.Span));
        Assert.Equal("kept", write.Content!.Value);
    }

    [Fact]
    public void The_default_limit_is_the_larger_reading_of_30_MB() => Assert.Equal(31_457_280, new ItemOptions().MaxBytes);

    // ---- properties ----------------------------------------------------------------------------------------------------------------------------

    private static readonly Gen<string> Name = Gen.OneOf(
    [
        .. Reading.Schema.Properties.Select(property => property.Name),
        "id", "acl", "properties", "content", "type", "value", "accessType", "activities", "informationProtectionLabel", "principals", "upn",
        "@odata.type", "tags@odata.type", "counts@odata.type", "title@odata.type", "x", "@", "", "\\ud800", "t\\u0069tle",
    ]);

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOf(
            "null", "true", "false", "0", "-1", "1.0", "1e400", "9223372036854775808", "\"\"", "\"\\ud800\"", "\"Collection(String)\"", "\"everyone\"",
            "\"grant\"", "\"text\"", "\"2026-01-10T08:00:00Z\"", "\"microsoft.graph.externalItem\"", "\"T4711\""),
        Gen.Double.Select(number => JsonSerializer.Serialize(double.IsFinite(number) ? number : 0)),
        Gen.Long.Select(number => JsonSerializer.Serialize(number)),
        Gen.String.Select(text => JsonSerializer.Serialize(text)));

    private static Gen<string> Json(int depth) =>
        depth == 0
            ? Scalar
            : Gen.Frequency(
                (2, Scalar),
                (1, Json(depth - 1).Array[0, 4].Select(elements => $"[{string.Join(',', elements)}]")),
                (3, Gen.Select(Name, Json(depth - 1)).Array[0, 6].Select(members => $"{{{string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}")));

    [Fact]
    public void Random_json_never_throws_and_is_either_read_or_refused() =>
        Json(4).Sample(body =>
        {
            (ItemWrite? write, Problems problems) = Reading.Item(body, version: GraphVersion.Beta);
            return write is null == (problems.Count > 0);
        });

    [Fact]
    public void Random_properties_never_throw_and_what_is_stored_is_json_that_reads_the_same_again() =>
        Gen.Select(Name, Json(2)).Array[1, 5].Sample(members =>
        {
            string properties = $"{{{string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}";
            (string? stored, Problems problems) = Reading.Properties(properties);
            return stored is null
                ? problems.Count > 0
                : problems.Count == 0 && Reading.Properties(stored).Stored == stored;
        });

    [Fact]
    public void A_name_that_is_no_text_within_principals_is_a_problem_and_not_an_exception()
    {
        (string? stored, Problems problems) = Reading.Properties("""{ "readers": { "principals": [], "\ud83d": "x" } }""");

        Assert.Null(stored);
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void An_accepted_item_that_is_written_and_sent_back_is_the_same_item() =>
        ItemGen.Body.Sample(body =>
        {
            ItemWrite write = Accepted(body);
            ExternalItem item = ItemGen.ToItem(write);
            string wire = ItemGen.Wire(item);
            ExternalItem again = ItemGen.ToItem(Accepted(wire));

            return ItemGen.Wire(again) == wire
                && again.Acl.Entries.SequenceEqual(item.Acl.Entries)
                && again.Properties.Span.SequenceEqual(item.Properties.Span)
                && again.Content == item.Content;
        });

    private static ItemWrite Accepted(string body)
    {
        (ItemWrite? write, Problems problems) = Reading.Item(body);
        Assert.True(write is not null, $"{body}: {string.Join(' ', problems)}");
        return write;
    }
}

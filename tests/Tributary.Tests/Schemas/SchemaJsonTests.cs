using System.Text;
using System.Text.Json;
using CsCheck;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public class SchemaJsonTests
{
    private static readonly Schema Tickets = new(
    [
        new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsRetrievable = true, IsQueryable = true, Labels = [Label.Title] },
        new Property
        {
            Name = "status",
            Type = PropertyType.StringCollection,
            IsRetrievable = true,
            IsRefinable = true,
            IsExactMatchRequired = true,
            Labels = [Label.State, Label.FileName, Label.IconUrl],
            Aliases = ["ticketState", "s"],
            RankingHint = ImportanceScore.VeryHigh,
            Description = "How far it is.",
        },
        new Property { Name = "owner", Type = PropertyType.Principal },
    ]);

    [Fact]
    public void A_schema_on_v1() => Assert.Equal(
        """
        {"baseType":"microsoft.graph.externalItem","properties":[
        {"name":"title","type":"string","isSearchable":true,"isRetrievable":true,"isQueryable":true,"isRefinable":false,"labels":["title"],"aliases":[],"description":null},
        {"name":"status","type":"stringCollection","isSearchable":false,"isRetrievable":true,"isQueryable":false,"isRefinable":true,"labels":["unknownFutureValue","fileName","unknownFutureValue"],"aliases":["ticketState","s"],"description":"How far it is."},
        {"name":"owner","type":"unknownFutureValue","isSearchable":false,"isRetrievable":false,"isQueryable":false,"isRefinable":false,"labels":[],"aliases":[],"description":null}
        ]}
        """.ReplaceLineEndings(""),
        Written(Tickets, GraphVersion.V1));

    [Fact]
    public void A_schema_on_beta() => Assert.Equal(
        """
        {"baseType":"microsoft.graph.externalItem","properties":[
        {"name":"title","type":"string","isSearchable":true,"isRetrievable":true,"isQueryable":true,"isRefinable":false,"isExactMatchRequired":false,"labels":["title"],"aliases":[],"rankingHint":null,"description":null},
        {"name":"status","type":"stringCollection","isSearchable":false,"isRetrievable":true,"isQueryable":false,"isRefinable":true,"isExactMatchRequired":true,"labels":["unknownFutureValue","fileName","unknownFutureValue"],"aliases":["ticketState","s"],"rankingHint":{"importanceScore":"veryHigh"},"description":"How far it is."},
        {"name":"owner","type":"unknownFutureValue","isSearchable":false,"isRetrievable":false,"isQueryable":false,"isRefinable":false,"isExactMatchRequired":false,"labels":[],"aliases":[],"rankingHint":null,"description":null}
        ]}
        """.ReplaceLineEndings(""),
        Written(Tickets, GraphVersion.Beta));

    [Fact]
    public void Members_behind_the_sentinel_are_shown_to_those_who_ask()
    {
        string written = Written(Tickets, GraphVersion.V1, includeUnknownEnumMembers: true);
        Assert.Contains("""["state","fileName","iconUrl"]""", written, StringComparison.Ordinal);
        Assert.Contains("""{"name":"owner","type":"principal",""", written, StringComparison.Ordinal);
        Assert.DoesNotContain("unknownFutureValue", written, StringComparison.Ordinal);
    }

    /// <summary>Known since the first release of the real enum: labels 0 to 8, types 0 to 8.</summary>
    [Fact]
    public void Only_members_behind_the_sentinel_are_hidden()
    {
        foreach (Label label in Enum.GetValues<Label>())
        {
            var schema = new Schema([new Property { Name = "a", Type = PropertyType.String, Labels = [label] }]);
            string shown = (int)label <= 8 ? WireNames<Label>.Get(label) : "unknownFutureValue";
            Assert.Contains($"\"labels\":[\"{shown}\"]", Written(schema, GraphVersion.Beta), StringComparison.Ordinal);
        }

        foreach (PropertyType type in Enum.GetValues<PropertyType>())
        {
            var schema = new Schema([new Property { Name = "a", Type = type }]);
            string shown = (int)type <= 8 ? WireNames<PropertyType>.Get(type) : "unknownFutureValue";
            Assert.Contains($"\"type\":\"{shown}\"", Written(schema, GraphVersion.Beta), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GraphVersion.V1)]
    [InlineData(GraphVersion.Beta)]
    internal void A_client_may_send_back_what_it_read(GraphVersion version)
    {
        string read = Written(Tickets, version, includeUnknownEnumMembers: true);
        var problems = new Problems();
        using JsonDocument body = JsonDocument.Parse(read);
        Schema? updated = SchemaRules.CheckUpdate(SchemaReader.Read(body.RootElement, version, problems)!, Tickets, isPeople: false, new SchemaOptions(), problems);
        Assert.Empty(problems);
        Assert.Equal(SchemaJson.Serialize(Tickets), SchemaJson.Serialize(updated!));
    }

    [Fact]
    public void The_stored_form_brings_back_every_member() =>
        SomeSchema.Sample(
            schema =>
            {
                Schema back = SchemaJson.Deserialize(SchemaJson.Serialize(schema));
                Assert.Equivalent(schema.Properties, back.Properties, strict: true);
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void The_stored_form_is_found_by_name_again() =>
        Assert.Equal("status", SchemaJson.Deserialize(SchemaJson.Serialize(Tickets)).FindOrNull("STATUS")!.Name);

    /// <summary>The text is fixed: rows of a release must be readable in the next.</summary>
    [Fact]
    public void The_stored_form_has_enums_by_name_and_only_what_is_set()
    {
        const string stored =
            """{"properties":[{"name":"a","type":"int64","isSearchable":false,"isQueryable":true,"isRetrievable":false,"isRefinable":false,"isExactMatchRequired":false,"labels":["priority"],"aliases":["p"],"rankingHint":"low","description":"d"},{"name":"b","type":"string","isSearchable":false,"isQueryable":false,"isRetrievable":false,"isRefinable":false,"isExactMatchRequired":false,"labels":[],"aliases":[]}]}""";
        var schema = new Schema(
        [
            new Property
            {
                Name = "a", Type = PropertyType.Int64, IsQueryable = true, Labels = [Label.Priority], Aliases = ["p"], RankingHint = ImportanceScore.Low, Description = "d",
            },
            new Property { Name = "b", Type = PropertyType.String },
        ]);
        Assert.Equal(stored, Encoding.UTF8.GetString(SchemaJson.Serialize(schema)));
        Assert.Equivalent(schema.Properties, SchemaJson.Deserialize(Encoding.UTF8.GetBytes(stored)).Properties, strict: true);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"properties":[{"name":"a"}]}""")]
    [InlineData("""{"properties":[{"name":"a","type":"text","labels":[],"aliases":[]}]}""")]
    [InlineData("""{"properties":[{"name":"a","type":true,"labels":[],"aliases":[]}]}""")]
    [InlineData("""{"properties":[{"name":"a","type":null,"labels":[],"aliases":[]}]}""")]
    public void What_is_no_stored_schema_is_an_exception(string stored) =>
        Assert.Throws<JsonException>(() => SchemaJson.Deserialize(Encoding.UTF8.GetBytes(stored)));

    private static Gen<Schema> SomeSchema
    {
        get
        {
            string[] hard = ["", "Größe \"x\"\n", "日本 \U0001F600", "\0<script>\\u0041"];
            Gen<string> text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 20], Gen.Int[0, hard.Length - 1].Select(index => hard[index]));
            Gen<Property> property = Gen.Select(
                Gen.Enum<PropertyType>(),
                Gen.Bool.Array[5],
                Gen.Enum<Label>().Array[0, 3],
                text.Array[0, 3],
                Gen.Select(Gen.Bool, Gen.Enum<ImportanceScore>(), ImportanceScore? (isSet, score) => isSet ? score : null),
                Gen.Select(Gen.Bool, text, string? (isSet, description) => isSet ? description : null),
                (type, flags, labels, aliases, hint, description) => new Property
                {
                    Name = "",
                    Type = type,
                    IsSearchable = flags[0],
                    IsQueryable = flags[1],
                    IsRetrievable = flags[2],
                    IsRefinable = flags[3],
                    IsExactMatchRequired = flags[4],
                    Labels = labels,
                    Aliases = aliases,
                    RankingHint = hint,
                    Description = description,
                });
            return property.Array[0, 5].Select(properties =>
                new Schema([.. properties.Select((one, index) => one with { Name = FormattableString.Invariant($"p{index}") })]));
        }
    }

    private static string Written(Schema schema, GraphVersion version, bool includeUnknownEnumMembers = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            SchemaJson.Write(writer, schema, version, includeUnknownEnumMembers);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}

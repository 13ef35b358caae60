using CsCheck;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public partial class SchemaRulesTests
{
    // ---- what stays, what comes (U15, U18, U19) ----------------------------------------------------------------------------------------------

    [Fact]
    public void Properties_that_an_update_does_not_name_stay_in_their_order_and_new_ones_follow()
    {
        Schema schema = SchemaTrial.UpdateWith(
            $"{Text("a")}, {Text("b")}, {Text("c")}",
            $$"""{{Text("y")}}, { "name": "c", "description": "third" }, {{Text("x")}}, { "name": "a", "description": "first" }""").Accepted();
        Assert.Equal(["a", "b", "c", "y", "x"], schema.Properties.Select(property => property.Name));
        Assert.Equal(["first", null, "third", null, null], schema.Properties.Select(property => property.Description));
    }

    [Fact]
    public void An_update_finds_a_property_in_any_letter_case_and_keeps_the_stored_spelling()
    {
        Schema schema = SchemaTrial.UpdateWith(Text("dueDate"), """{ "name": "DUEDATE", "isQueryable": true }""").Accepted();
        Assert.Equal("dueDate", Assert.Single(schema.Properties).Name);
        Assert.True(schema.Properties[0].IsQueryable);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "properties": [] }""")]
    [InlineData("""{ "properties": null }""")]
    [InlineData("""{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "a", "type": "string" } ] }""")]
    public void An_update_that_changes_nothing_is_accepted(string body)
    {
        Schema schema = SchemaTrial.Update("""{ "name": "a", "type": "string", "isRefinable": true }""", body).Accepted();
        Assert.Equivalent(new Property { Name = "a", Type = PropertyType.String, IsRefinable = true }, Assert.Single(schema.Properties), strict: true);
    }

    [Fact]
    public void An_update_may_leave_the_base_type_out_but_not_change_it()
    {
        SchemaTrial.Update(Text("a"), """{ "properties": [] }""").Accepted();
        SchemaTrial.Update(Text("a"), """{ "baseType": "microsoft.graph.item" }""").RefusedFor("InvalidBaseType", "$.baseType");
        SchemaTrial.Update(Text("a"), """{ "baseType": null }""").RefusedFor("BadRequest", "$.baseType");
    }

    private const string EveryMember =
        """
        { "name": "a", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "isExactMatchRequired": true,
          "labels": [ "state" ], "aliases": [ "b" ], "rankingHint": { "importanceScore": "low" }, "description": "d" }
        """;

    [Fact]
    public void A_member_that_an_update_does_not_send_keeps_its_value()
    {
        Property before = SchemaTrial.CreateWith(EveryMember).Accepted().Properties[0];
        Assert.Equivalent(before, SchemaTrial.UpdateWith(EveryMember, """{ "name": "a" }""").Accepted().Properties[0], strict: true);
    }

    /// <summary>Why members merge: v1.0 cannot send these two, and must not drop them.</summary>
    [Fact]
    public void A_whole_list_from_v1_keeps_what_only_beta_can_send()
    {
        Property after = SchemaTrial.Update(
            EveryMember,
            """
            {
              "baseType": "microsoft.graph.externalItem",
              "properties": [
                { "name": "a", "type": "string", "isSearchable": false, "isQueryable": true, "isRetrievable": true, "isRefinable": true,
                  "labels": [ "state" ], "aliases": [ "b" ], "description": "new" }
              ]
            }
            """,
            version: GraphVersion.V1).Accepted().Properties[0];
        Assert.True(after.IsExactMatchRequired);
        Assert.Equal(ImportanceScore.Low, after.RankingHint);
        Assert.Equal("new", after.Description);
    }

    [Fact]
    public void Null_sets_a_member_back_to_its_default()
    {
        Property after = SchemaTrial.UpdateWith(
            EveryMember,
            """
            { "name": "a", "isQueryable": null, "isRetrievable": null, "isRefinable": null, "isExactMatchRequired": null, "labels": null, "aliases": null,
              "rankingHint": null, "description": null }
            """).Accepted().Properties[0];
        Assert.Equivalent(new Property { Name = "a", Type = PropertyType.String }, after, strict: true);
    }

    [Fact]
    public void A_collection_that_is_sent_replaces_the_stored_one()
    {
        Property after = SchemaTrial.UpdateWith(EveryMember, """{ "name": "a", "labels": [ "severity" ], "aliases": [] }""").Accepted().Properties[0];
        Assert.Equal([Label.Severity], after.Labels);
        Assert.Empty(after.Aliases);
    }

    // ---- transitions of the flags (4.8, U17) -------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("isSearchable", "false", "true", true, "")]
    [InlineData("isSearchable", "false", "null", false, "")]
    [InlineData("isSearchable", "true", "false", false, "")]
    [InlineData("isSearchable", "true", "true", true, "")]
    [InlineData("isQueryable", "false", "true", true, "")]
    [InlineData("isQueryable", "true", "false", false, "")]
    [InlineData("isQueryable", "true", "null", false, "")]
    [InlineData("isRetrievable", "false", "true", true, "")]
    [InlineData("isRetrievable", "true", "false", false, "")]
    [InlineData("isRetrievable", "true", "null", false, "")]
    [InlineData("isRefinable", "false", "true", null, "RefinerCannotBeAdded")]
    [InlineData("isRefinable", "false", "false", false, "")]
    [InlineData("isRefinable", "true", "true", true, "")]
    [InlineData("isRefinable", "true", "false", false, "")]
    [InlineData("isRefinable", "true", "null", false, "")]
    [InlineData("isExactMatchRequired", "false", "true", true, "")]
    [InlineData("isExactMatchRequired", "true", "false", false, "")]
    public void Flags_may_change_except_that_no_refiner_is_added(string flag, string from, string to, bool? result, string code)
    {
        SchemaTrial trial = SchemaTrial.UpdateWith(
            $$"""{ "name": "a", "type": "string", "{{flag}}": {{from}} }""", $$"""{ "name": "a", "{{flag}}": {{to}} }""");
        if (result is null)
        {
            trial.RefusedFor(code, $"$.properties[0].{flag}");
            return;
        }

        Property property = trial.Accepted().Properties[0];
        Assert.Equal(
            result,
            flag switch
            {
                "isSearchable" => property.IsSearchable,
                "isQueryable" => property.IsQueryable,
                "isRetrievable" => property.IsRetrievable,
                "isRefinable" => property.IsRefinable,
                _ => property.IsExactMatchRequired,
            });
    }

    [Fact]
    public void A_new_property_of_an_update_may_be_refinable() =>
        Assert.True(SchemaTrial.UpdateWith(Text("a"), """{ "name": "b", "type": "int64", "isRefinable": true }""").Accepted().Properties[1].IsRefinable);

    [Theory]
    [InlineData("""{ "name": "a", "isSearchable": true }""", "Property 'a' cannot be both searchable and refinable.")]
    [InlineData("""{ "name": "a", "isSearchable": true, "isRefinable": true }""", "Property 'a' cannot be both searchable and refinable.")]
    [InlineData("""{ "name": "a", "isSearchable": true, "isRefinable": false }""", "Property 'a' is refinable and cannot be made searchable.")]
    [InlineData("""{ "name": "a", "isSearchable": true, "isRefinable": null }""", "Property 'a' is refinable and cannot be made searchable.")]
    public void A_refinable_property_cannot_be_made_searchable(string property, string message) =>
        SchemaTrial.UpdateWith("""{ "name": "a", "type": "string", "isRefinable": true }""", property)
            .RefusedFor("SearchableAndRefinableConflict", "$.properties[0].isSearchable", message);

    [Fact]
    public void A_searchable_property_cannot_be_made_refinable_even_when_it_stops_being_searchable()
    {
        const string searchable = """{ "name": "a", "type": "string", "isSearchable": true }""";
        SchemaTrial.UpdateWith(searchable, """{ "name": "a", "isSearchable": false, "isRefinable": true }""")
            .RefusedFor("RefinerCannotBeAdded", "$.properties[0].isRefinable");
        SchemaTrial both = SchemaTrial.UpdateWith(searchable, """{ "name": "a", "isRefinable": true }""");
        Assert.Equal(["SearchableAndRefinableConflict", "RefinerCannotBeAdded"], both.Codes);
        Assert.All(both.Problems, problem => Assert.Equal("$.properties[0].isRefinable", problem.Path));
    }

    [Fact]
    public void A_conflict_with_a_stored_flag_is_reported_where_the_change_was_sent()
    {
        SchemaTrial.UpdateWith("""{ "name": "a", "type": "string", "isExactMatchRequired": true }""", """{ "name": "a", "isSearchable": true }""")
            .RefusedFor("ExactMatchAndSearchableConflict", "$.properties[0].isSearchable");
        SchemaTrial.UpdateWith("""{ "name": "a", "type": "string", "isSearchable": true }""", """{ "name": "a", "isExactMatchRequired": true }""")
            .RefusedFor("ExactMatchAndSearchableConflict", "$.properties[0].isExactMatchRequired");
        SchemaTrial.UpdateWith("""{ "name": "a", "type": "int64" }""", """{ "name": "a", "isSearchable": true }""")
            .RefusedFor("SearchableShouldBeString", "$.properties[0].isSearchable");
    }

    [Fact]
    public void A_labelled_property_must_stay_retrievable()
    {
        const string labelled = """{ "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title" ] }""";
        SchemaTrial.UpdateWith(labelled, """{ "name": "a", "isRetrievable": false }""").RefusedFor("LabelNotRetrievable", "$.properties[0].isRetrievable");
        SchemaTrial.UpdateWith(labelled, """{ "name": "a", "isRetrievable": false, "labels": [] }""").Accepted();
        SchemaTrial.UpdateWith(Text("a"), """{ "name": "a", "labels": [ "title" ] }""").RefusedFor("LabelNotRetrievable", "$.properties[0].labels");
    }

    // ---- type (U16) --------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_type_cannot_change() =>
        SchemaTrial.UpdateWith(Text("a"), """{ "name": "a", "type": "stringCollection" }""").RefusedFor(
            "PropertyTypeCannotChange", "$.properties[0].type", "Property 'a' has type 'string', which cannot change to 'stringCollection'.");

    [Fact]
    public void The_other_members_are_judged_by_the_type_that_stays() =>
        SchemaTrial.UpdateWith("""{ "name": "a", "type": "string", "isSearchable": true }""", """{ "name": "a", "type": "int64", "isSearchable": true }""")
            .RefusedFor("PropertyTypeCannotChange", "$.properties[0].type");

    // ---- uniqueness across stored and sent ---------------------------------------------------------------------------------------------------

    [Fact]
    public void A_name_sent_twice_is_refused_also_when_it_is_stored() =>
        SchemaTrial.UpdateWith(Text("a"), """{ "name": "a" }, { "name": "A" }""").RefusedFor("DuplicatePropertyName", "$.properties[1].name");

    private const string Titled = """{ "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title" ], "aliases": [ "x" ] }""";
    private const string Plain = """{ "name": "b", "type": "string", "isRetrievable": true }""";

    [Fact]
    public void A_label_that_stays_elsewhere_cannot_be_given_again()
    {
        SchemaTrial.UpdateWith($"{Titled}, {Plain}", """{ "name": "b", "labels": [ "title" ] }""").RefusedFor("DuplicateLabel", "$.properties[0].labels[0]");
        SchemaTrial.UpdateWith($"{Plain}, {Titled}", """{ "name": "b", "labels": [ "title" ] }""").RefusedFor("DuplicateLabel", "$.properties[0].labels[0]");
        SchemaTrial.UpdateWith(
            $"{Titled}, {Plain}", """{ "name": "b", "labels": [ "title" ] }, { "name": "a", "description": "keeps its label" }""")
            .RefusedFor("DuplicateLabel", "$.properties[0].labels[0]");
    }

    [Theory]
    [InlineData("""{ "name": "a", "labels": [] }, { "name": "b", "labels": [ "title" ] }""")]
    [InlineData("""{ "name": "b", "labels": [ "title" ] }, { "name": "a", "labels": [] }""")]
    public void A_label_moves_in_one_body(string properties)
    {
        Schema schema = SchemaTrial.UpdateWith($"{Titled}, {Plain}", properties).Accepted();
        Assert.Empty(schema.Properties[0].Labels);
        Assert.Equal([Label.Title], schema.Properties[1].Labels);
    }

    [Fact]
    public void Labels_can_be_swapped()
    {
        Schema schema = SchemaTrial.UpdateWith(
            """
            { "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title" ] },
            { "name": "b", "type": "string", "isRetrievable": true, "labels": [ "fileName" ] }
            """,
            """{ "name": "a", "labels": [ "fileName" ] }, { "name": "b", "labels": [ "title" ] }""").Accepted();
        Assert.Equal([Label.FileName], schema.Properties[0].Labels);
        Assert.Equal([Label.Title], schema.Properties[1].Labels);
    }

    [Fact]
    public void An_alias_cannot_be_one_that_is_stored_elsewhere()
    {
        SchemaTrial.UpdateWith($"{Titled}, {Plain}", """{ "name": "b", "aliases": [ "X" ] }""").RefusedFor("InvalidAlias", "$.properties[0].aliases[0]");
        SchemaTrial.UpdateWith($"{Titled}, {Plain}", """{ "name": "b", "aliases": [ "A" ] }""").RefusedFor("InvalidAlias", "$.properties[0].aliases[0]");
        SchemaTrial.UpdateWith($"{Titled}, {Plain}", """{ "name": "b", "aliases": [ "x" ] }, { "name": "a", "aliases": [] }""").Accepted();
    }

    [Fact]
    public void A_new_name_cannot_be_an_alias_that_stays()
    {
        SchemaTrial.UpdateWith(Titled, Text("X")).RefusedFor(
            "DuplicatePropertyName", "$.properties[0].name", "The name 'X' is already an alias of property 'a'.");
        SchemaTrial.UpdateWith(Titled, $$"""{{Text("x")}}, { "name": "a", "aliases": [ "x" ] }""").RefusedFor("InvalidAlias", "$.properties[1].aliases[0]");
        SchemaTrial.UpdateWith(Titled, $$"""{{Text("x")}}, { "name": "a", "aliases": [] }""").Accepted();
    }

    [Fact]
    public void Stored_properties_count_towards_the_limit()
    {
        Assert.Equal(128, SchemaTrial.UpdateWith(Properties(127), Text("x")).Accepted().Properties.Count);
        Assert.Equal(128, SchemaTrial.UpdateWith(Properties(128), Properties(128)).Accepted().Properties.Count);
        SchemaTrial.UpdateWith(Properties(128), Text("x")).RefusedFor("TooManyProperties", "$.properties");
        SchemaTrial.UpdateWith(Properties(127), $"{Text("p1")}, {Text("x")}, {Text("y")}").RefusedFor("TooManyProperties", "$.properties");
    }

    [Fact]
    public void Every_violation_of_an_update_is_reported_at_once()
    {
        SchemaTrial trial = SchemaTrial.UpdateWith(
            $$"""{{Titled}}, {{Plain}}, { "name": "c", "type": "boolean" }, { "name": "d", "type": "string", "isRefinable": true }""",
            """
            { "name": "d", "isSearchable": true },
            { "name": "c", "type": "string", "isRefinable": true },
            { "name": "b", "labels": [ "title" ], "aliases": [ "x" ] },
            { "name": "a", "isRetrievable": false },
            { "name": "e" }
            """);
        Assert.Equal(
            new[]
            {
                "$.properties[0].isSearchable SearchableAndRefinableConflict",
                "$.properties[1].isRefinable RefinerCannotBeAdded",
                "$.properties[1].isRefinable RefinerShouldNotBeOfType",
                "$.properties[1].type PropertyTypeCannotChange",
                "$.properties[2].aliases[0] InvalidAlias",
                "$.properties[2].labels[0] DuplicateLabel",
                "$.properties[3].isRetrievable LabelNotRetrievable",
                "$.properties[4].type InvalidPropertyType",
            },
            trial.Problems.Select(problem => $"{problem.Path} {problem.Code}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_stored_schema_is_not_touched_by_an_update()
    {
        Schema current = SchemaTrial.CreateWith(Titled).Accepted();
        byte[] before = SchemaJson.Serialize(current);
        var problems = new Problems();
        SchemaRules.CheckUpdate(
            new SchemaBody { Properties = [new PropertyBody("$.properties[0]") { Name = new(true, "a"), Description = new(true, "new") }], PropertyCount = 1 },
            current,
            isPeople: false,
            new SchemaOptions(),
            problems);
        Assert.Empty(problems);
        Assert.Equal(before, SchemaJson.Serialize(current));
    }

    // ---- whatever is sent --------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Small vocabularies, so that names, labels and aliases collide often. An accepted schema must hold together; a refused one must say why.
    /// </summary>
    [Fact]
    public void Whatever_is_sent_an_accepted_schema_holds_together()
    {
        Gen<string> flag = Gen.Select(
            OneOf("isSearchable", "isRefinable", "isRetrievable", "isExactMatchRequired"),
            OneOf("true", "true", "false", "null", "1"),
            (name, value) => $"\"{name}\": {value}");
        Gen<string> labels = OneOf("title", "createdDateTime", "personAccount", "url").Array[0, 2].Select(texts => $"\"labels\": {Array(texts)}");
        Gen<string> aliases = OneOf("a", "b", "x", "X", "-").Array[0, 2].Select(texts => $"\"aliases\": {Array(texts)}");
        Gen<string> property = Gen.Select(
            OneOf("a", "A", "b", "c", "d", "e f"),
            OneOf("string", "string", "int64", "dateTime", "boolean", "principal"),
            Gen.OneOf(flag, flag, labels, aliases).Array[0, 4],
            (name, type, members) =>
                $$"""{ "name": "{{name}}", "type": "{{type}}", {{string.Join(", ", members.Prepend("\"description\": null").DistinctBy(text => text.Split(':')[0]))}} }""");
        Gen<string> properties = property.Array[1, 3].Select(texts => string.Join(", ", texts));

        int created = 0;
        int updated = 0;
        Gen.Select(properties, properties, Gen.Bool).Sample(
            (first, second, isPeople) =>
            {
                SchemaTrial creation = SchemaTrial.CreateWith(first, isPeople);
                AssertHoldsTogether(creation);
                if (creation.Result is not null)
                {
                    created++;
                    SchemaTrial update = SchemaTrial.UpdateWith(first, second, isPeople);
                    AssertHoldsTogether(update);
                    updated += update.Result is null ? 0 : 1;
                }
            },
            iter: 10_000,
            threads: 1);
        Assert.True(created > 500 && updated > 50, $"Too few bodies were good to say much: {created} created, {updated} updated.");

        static string Array(string[] texts) => "[ " + string.Join(", ", texts.Select(text => $"\"{text}\"")) + " ]";
        static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
    }

    private static void AssertHoldsTogether(SchemaTrial trial)
    {
        Assert.Equal(trial.Result is null, trial.Problems.Count > 0);
        if (trial.Result is not { } schema)
        {
            return;
        }

        var labels = schema.Properties.SelectMany(property => property.Labels).ToList();
        Assert.Equal(labels.Count, labels.Distinct().Count());
        var words = schema.Properties
            .SelectMany(property => property.Aliases.Append(property.Name).Distinct(StringComparer.OrdinalIgnoreCase))
            .ToList();
        Assert.Equal(words.Count, words.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(schema.Properties, property =>
        {
            Assert.False(property.IsSearchable && (property.IsRefinable || !property.Type.IsText()));
            Assert.False(property.IsExactMatchRequired && (property.IsSearchable || !property.Type.IsText()));
            Assert.False(property.IsRefinable && property.Type is PropertyType.Boolean or PropertyType.Principal);
        });
    }
}

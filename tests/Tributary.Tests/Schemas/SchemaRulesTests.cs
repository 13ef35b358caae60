using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

/// <summary>Creating a schema. Updates and people connections stand in the files beside.</summary>
public partial class SchemaRulesTests
{
    private static readonly string A32 = new('a', 32);
    private static readonly string A33 = new('a', 33);

    // ---- baseType (S1) -----------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("microsoft.graph.externalItem")]
    [InlineData("MICROSOFT.GRAPH.EXTERNALITEM")]
    public void The_base_type_is_compared_ignoring_case(string baseType) =>
        SchemaTrial.Create($$"""{ "baseType": "{{baseType}}", "properties": [ { "name": "a", "type": "string" } ] }""").Accepted();

    [Theory]
    [InlineData("microsoft.graph.externalConnector.externalItem")]
    [InlineData("microsoft.graph.externalItem ")]
    [InlineData("")]
    public void Another_base_type_is_refused(string baseType) =>
        SchemaTrial.Create($$"""{ "baseType": "{{baseType}}", "properties": [ { "name": "a", "type": "string" } ] }""")
            .RefusedFor("InvalidBaseType", "$.baseType", $"baseType '{baseType}' must be 'microsoft.graph.externalItem'.");

    [Fact]
    public void Creation_needs_a_base_type() =>
        SchemaTrial.Create("""{ "properties": [ { "name": "a", "type": "string" } ] }""").RefusedFor("InvalidBaseType", "$.baseType");

    [Fact]
    public void A_base_type_of_null_is_one_problem_of_shape() =>
        SchemaTrial.Create("""{ "baseType": null, "properties": [ { "name": "a", "type": "string" } ] }""").RefusedFor("BadRequest", "$.baseType");

    // ---- number of properties (S2) -----------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("""{ "baseType": "microsoft.graph.externalItem" }""")]
    [InlineData("""{ "baseType": "microsoft.graph.externalItem", "properties": null }""")]
    [InlineData("""{ "baseType": "microsoft.graph.externalItem", "properties": [] }""")]
    public void Creation_needs_a_property(string body) => SchemaTrial.Create(body).RefusedFor("NoProperties", "$.properties");

    [Theory]
    [InlineData("1")]
    [InlineData("[ 1 ]")]
    public void Unreadable_properties_are_not_called_missing_too(string properties) =>
        Assert.Equal(["BadRequest"], SchemaTrial.Create($$"""{ "baseType": "microsoft.graph.externalItem", "properties": {{properties}} }""").Codes);

    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public void Up_to_128_properties_are_accepted(int count) =>
        Assert.Equal(count, SchemaTrial.CreateWith(Properties(count)).Accepted().Properties.Count);

    [Fact]
    public void The_129th_property_is_refused() =>
        SchemaTrial.CreateWith(Properties(129))
            .RefusedFor("TooManyProperties", "$.properties", "The schema would have 129 properties; at most 128 are allowed.");

    [Fact]
    public void Unreadable_properties_count_too() =>
        Assert.Equal(["BadRequest", "TooManyProperties"], SchemaTrial.CreateWith(Properties(128) + ", 1").Codes);

    // ---- names (S3) --------------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("a")]
    [InlineData("Z")]
    [InlineData("0")]
    [InlineData("9lives")]
    [InlineData("azAZ09")]
    public void A_name_has_ASCII_letters_and_digits(string name) =>
        Assert.Equal(name, SchemaTrial.CreateWith(Text(name)).Accepted().Properties[0].Name);

    [Fact]
    public void A_name_has_at_most_32_characters()
    {
        SchemaTrial.CreateWith(Text(A32)).Accepted();
        SchemaTrial.CreateWith(Text(A33)).RefusedFor(
            "InvalidPropertyName", "$.properties[0].name", $"The name '{A33}' has 33 characters; at most 32 are allowed.");
    }

    [Fact]
    public void An_empty_or_missing_name_is_refused()
    {
        SchemaTrial.CreateWith(Text("")).RefusedFor("InvalidPropertyName", "$.properties[0].name", "The name '' is empty.");
        SchemaTrial.CreateWith("""{ "type": "string" }""").RefusedFor("InvalidPropertyName", "$.properties[0].name", "A property needs a name.");
    }

    /// <summary>The documented list, then what "alphanumeric" leaves out besides: other ASCII, and letters and digits beyond ASCII.</summary>
    public static TheoryData<int> ForbiddenCharacters =>
    [
        0x00, 0x01, 0x1F, 0x7F, 0x85, 0x9F, // control characters
        ' ', '\t', '\n', '\r', 0xA0, 0x2003, 0x3000, 0x200B, 0xFEFF, // white space, seen and unseen
        .. ":;,()[]{}%$+!*=&?@#\\~'\"<>`^".Select(character => (int)character),
        '-', '_', '.', '/', '|',
        'ä', 'ß', 'é', 'ı', 'Ω', 'я', '日', 'ª', // letters
        '٣', '²', '½', '１', 'Ａ', 0x0301, // digits, full width forms, a combining accent
        0x1D49C, 0x1F600, // beyond the basic plane
    ];

    [Theory]
    [MemberData(nameof(ForbiddenCharacters))]
    public void A_name_or_alias_with_another_character_is_refused(int codePoint)
    {
        string name = $"a{char.ConvertFromUtf32(codePoint)}b";
        string json = System.Text.Json.JsonSerializer.Serialize(name);
        SchemaTrial.CreateWith($$"""{ "name": {{json}}, "type": "string" }""").RefusedFor(
            "InvalidPropertyName", "$.properties[0].name", $"The name '{name}' may have letters A to Z, a to z and digits only.");
        SchemaTrial.CreateWith($$"""{ "name": "x", "type": "string", "aliases": [ "ok", {{json}} ] }""").RefusedFor(
            "InvalidAlias", "$.properties[0].aliases[1]", $"The alias '{name}' may have letters A to Z, a to z and digits only.");
    }

    [Fact]
    public void Names_are_unique_ignoring_case() =>
        SchemaTrial.CreateWith($"{Text("title")}, {Text("other")}, {Text("TITLE")}")
            .RefusedFor("DuplicatePropertyName", "$.properties[2].name", "The name 'TITLE' stands more than once; names are compared ignoring case.");

    [Fact]
    public void Each_repetition_of_a_name_is_reported() =>
        Assert.Equal(
            ["$.properties[1].name", "$.properties[2].name"],
            SchemaTrial.CreateWith($"{Text("a")}, {Text("a")}, {Text("A")}").Problems.Select(problem => problem.Path));

    [Fact]
    public void A_schema_keeps_the_order_and_spelling_sent() =>
        Assert.Equal(
            ["zeta", "Alpha", "mid"],
            SchemaTrial.CreateWith($"{Text("zeta")}, {Text("Alpha")}, {Text("mid")}").Accepted().Properties.Select(property => property.Name));

    // ---- types (S4) --------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_new_property_needs_a_type() =>
        SchemaTrial.CreateWith("""{ "name": "a" }""").RefusedFor("InvalidPropertyType", "$.properties[0].type", "Property 'a' needs a type.");

    [Theory]
    [InlineData("\"booleanCollection\"", "DeserializationError")]
    [InlineData("null", "BadRequest")]
    public void A_type_that_could_not_be_read_is_not_called_missing_too(string type, string code) =>
        SchemaTrial.CreateWith($$"""{ "name": "a", "type": {{type}}, "isSearchable": true, "isRefinable": false, "labels": [] }""")
            .RefusedFor(code, "$.properties[0].type");

    [Fact]
    public void Every_flag_is_off_unless_sent()
    {
        Property property = SchemaTrial.CreateWith(Text("a")).Accepted().Properties[0];
        Assert.Equivalent(new Property { Name = "a", Type = PropertyType.String }, property, strict: true);
    }

    [Fact]
    public void Every_member_sent_is_in_the_schema()
    {
        Property property = SchemaTrial.CreateWith(
            """
            { "name": "a", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "isExactMatchRequired": true,
              "labels": [ "state", "severity" ], "aliases": [ "b", "c" ], "rankingHint": { "importanceScore": "low" }, "description": "d" }
            """).Accepted().Properties[0];
        Assert.Equivalent(
            new Property
            {
                Name = "a",
                Type = PropertyType.String,
                IsQueryable = true,
                IsRetrievable = true,
                IsRefinable = true,
                IsExactMatchRequired = true,
                Labels = [Label.State, Label.Severity],
                Aliases = ["b", "c"],
                RankingHint = ImportanceScore.Low,
                Description = "d",
            },
            property,
            strict: true);
    }

    // ---- flags against types (S5 to S9, S15) -------------------------------------------------------------------------------------------------

    /// <summary>Rows: searchable, refinable, exact. Columns: what is wrong on text, on other types that can be refined, on those that cannot.</summary>
    private const string FlagTable =
        """
        --- |                                                |                                                                                                            |
        --E |                                                | ExactMatchShouldBeString                                                                                   | ExactMatchShouldBeString
        -R- |                                                |                                                                                                            | RefinerShouldNotBeOfType
        -RE |                                                | ExactMatchShouldBeString                                                                                   | RefinerShouldNotBeOfType ExactMatchShouldBeString
        S-- |                                                | SearchableShouldBeString                                                                                   | SearchableShouldBeString
        S-E | ExactMatchAndSearchableConflict                | SearchableShouldBeString ExactMatchShouldBeString ExactMatchAndSearchableConflict                          | SearchableShouldBeString ExactMatchShouldBeString ExactMatchAndSearchableConflict
        SR- | SearchableAndRefinableConflict                 | SearchableShouldBeString SearchableAndRefinableConflict                                                    | SearchableShouldBeString SearchableAndRefinableConflict RefinerShouldNotBeOfType
        SRE | SearchableAndRefinableConflict ExactMatchAndSearchableConflict | SearchableShouldBeString SearchableAndRefinableConflict ExactMatchShouldBeString ExactMatchAndSearchableConflict | SearchableShouldBeString SearchableAndRefinableConflict RefinerShouldNotBeOfType ExactMatchShouldBeString ExactMatchAndSearchableConflict
        """;

    public static TheoryData<string, string, string> FlagCases
    {
        get
        {
            string[][] columns =
            [
                ["string", "stringCollection"],
                ["int64", "double", "dateTime", "int64Collection", "doubleCollection", "dateTimeCollection"],
                ["boolean", "principal", "principalCollection"],
            ];
            var cases = new TheoryData<string, string, string>();
            foreach (string[] row in FlagTable.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)))
            {
                for (int column = 0; column < columns.Length; column++)
                {
                    foreach (string type in columns[column])
                    {
                        cases.Add(type, row[0], row[column + 1]);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(FlagCases))]
    public void Searchable_refinable_and_exact_match_go_with_some_types_and_combinations_only(string type, string flags, string codes)
    {
        string property = $$"""
            { "name": "a", "type": "{{type}}", "isQueryable": true, "isRetrievable": true,
              "isSearchable": {{Json(flags[0] == 'S')}}, "isRefinable": {{Json(flags[1] == 'R')}}, "isExactMatchRequired": {{Json(flags[2] == 'E')}} }
            """;
        SchemaTrial trial = SchemaTrial.CreateWith(property);
        Assert.Equal(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries), trial.Codes);
        Assert.Equal(codes.Length == 0, trial.Result is not null);
    }

    [Fact]
    public void The_flag_table_covers_every_type_and_combination() => Assert.Equal(11 * 8, FlagCases.Count);

    [Fact]
    public void A_refinable_Boolean_is_refused_with_the_observed_message() =>
        SchemaTrial.CreateWith("""{ "name": "urgent", "type": "boolean", "isRefinable": true }""").RefusedFor(
            "RefinerShouldNotBeOfType", "$.properties[0].isRefinable", "Refiner property 'urgent' cannot be of type 'Boolean'.");

    [Fact]
    public void A_refinable_principal_is_refused_alike() =>
        SchemaTrial.CreateWith("""{ "name": "owner", "type": "principalCollection", "isRefinable": true }""").RefusedFor(
            "RefinerShouldNotBeOfType", "$.properties[0].isRefinable", "Refiner property 'owner' cannot be of type 'PrincipalCollection'.");

    [Fact]
    public void Reasons_name_the_property_and_what_is_allowed()
    {
        SchemaTrial.CreateWith("""{ "name": "n", "type": "int64", "isSearchable": true }""").RefusedFor(
            "SearchableShouldBeString",
            "$.properties[0].isSearchable",
            "Property 'n' of type 'int64' cannot be searchable; only string and stringCollection can.");
        SchemaTrial.CreateWith("""{ "name": "n", "type": "string", "isSearchable": true, "isRefinable": true }""").RefusedFor(
            "SearchableAndRefinableConflict", "$.properties[0].isSearchable", "Property 'n' cannot be both searchable and refinable.");
        SchemaTrial.CreateWith("""{ "name": "n", "type": "string", "isSearchable": true, "isExactMatchRequired": true }""").RefusedFor(
            "ExactMatchAndSearchableConflict",
            "$.properties[0].isExactMatchRequired",
            "Property 'n' cannot both be searchable and have isExactMatchRequired.");
    }

    // ---- labels (S10 to S12) -----------------------------------------------------------------------------------------------------------------

    [Fact]
    public void A_labelled_property_must_be_retrievable()
    {
        SchemaTrial.CreateWith("""{ "name": "a", "type": "string", "labels": [ "title", "url" ] }""").RefusedFor(
            "LabelNotRetrievable", "$.properties[0].labels", "Property 'a' with label 'title', 'url' must be retrievable.");
        SchemaTrial.CreateWith("""{ "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title", "url" ] }""").Accepted();
    }

    [Fact]
    public void A_labelled_property_need_not_be_retrievable_when_so_configured()
    {
        var options = new SchemaOptions { RequireRetrievableLabels = false };
        Schema schema = SchemaTrial.CreateWith("""{ "name": "a", "type": "string", "labels": [ "title" ] }""", options: options).Accepted();
        Assert.False(schema.Properties[0].IsRetrievable);
    }

    [Fact]
    public void A_person_label_needs_no_search_flag() =>
        SchemaTrial.CreateWith("""{ "name": "a", "type": "string", "labels": [ "personName" ] }""").Accepted();

    [Fact]
    public void A_person_label_does_not_excuse_the_label_beside_it() =>
        SchemaTrial.CreateWith("""{ "name": "a", "type": "string", "labels": [ "personName", "title" ] }""").RefusedFor(
            "LabelNotRetrievable", "$.properties[0].labels", "Property 'a' with label 'title' must be retrievable.");

    [Fact]
    public void A_label_is_on_one_property_only() =>
        SchemaTrial.CreateWith(
            """
            { "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title" ] },
            { "name": "b", "type": "string", "isRetrievable": true, "labels": [ "url", "Title" ] }
            """).RefusedFor("DuplicateLabel", "$.properties[1].labels[1]", "The label 'title' is already on property 'a'; it may be on one only.");

    [Fact]
    public void A_property_may_have_several_labels_and_repeat_one()
    {
        Schema schema = SchemaTrial.CreateWith(
            """{ "name": "a", "type": "string", "isRetrievable": true, "labels": [ "title", "assignedTo", "fileName", "title", "assignedToPeople" ] }""").Accepted();
        Assert.Equal([Label.Title, Label.AssignedToPeople, Label.FileName], schema.Properties[0].Labels);
    }

    [Fact]
    public void A_label_that_does_not_fit_the_type_is_refused_at_its_path() =>
        SchemaTrial.CreateWith("""{ "name": "done", "type": "boolean", "isRetrievable": true, "labels": [ "createdDateTime" ] }""").RefusedFor(
            "LabelTypeMismatch",
            "$.properties[0].labels[0]",
            "Property 'done' of type 'boolean' cannot have the label 'createdDateTime', which fits dateTime, dateTimeCollection.");

    [Fact]
    public void Without_a_readable_type_a_label_is_not_judged() =>
        Assert.Equal(
            ["DeserializationError"],
            SchemaTrial.CreateWith("""{ "name": "a", "type": "text", "isRetrievable": true, "labels": [ "createdDateTime" ] }""").Codes);

    // ---- aliases (S13) -----------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void An_alias_has_at_most_32_characters_and_at_least_one()
    {
        SchemaTrial.CreateWith(WithAliases("x", "a", A32)).Accepted();
        SchemaTrial.CreateWith(WithAliases("x", [.. Enumerable.Range(0, 32).Select(i => $"a{i}"), "A0"])).Accepted();
        SchemaTrial.CreateWith(WithAliases("x", [.. Enumerable.Range(0, 33).Select(i => $"a{i}")])).RefusedFor("InvalidAlias", "$.properties[0].aliases");
        SchemaTrial.CreateWith(WithAliases("x", "a", A33)).RefusedFor("InvalidAlias", "$.properties[0].aliases[1]");
        SchemaTrial.CreateWith(WithAliases("x", "")).RefusedFor("InvalidAlias", "$.properties[0].aliases[0]", "The alias '' is empty.");
    }

    [Fact]
    public void An_alias_is_not_the_name_of_another_property_before_or_after_it()
    {
        SchemaTrial.CreateWith($"{Text("status")}, {WithAliases("x", "STATUS")}").RefusedFor(
            "InvalidAlias", "$.properties[1].aliases[0]", "The alias 'STATUS' is the name of property 'status'.");
        SchemaTrial.CreateWith($"{WithAliases("x", "status")}, {Text("Status")}").RefusedFor("InvalidAlias", "$.properties[0].aliases[0]");
    }

    [Fact]
    public void An_alias_is_not_the_alias_of_another_property() =>
        SchemaTrial.CreateWith($"{WithAliases("x", "s")}, {WithAliases("y", "t", "S")}").RefusedFor(
            "InvalidAlias", "$.properties[1].aliases[1]", "The alias 'S' is already an alias of property 'x'.");

    [Fact]
    public void An_alias_may_repeat_its_own_propertys_name() =>
        Assert.Equal(["Status"], SchemaTrial.CreateWith(WithAliases("status", "Status")).Accepted().Properties[0].Aliases);

    [Fact]
    public void An_alias_that_repeats_itself_is_kept_once() =>
        Assert.Equal(["s", "t"], SchemaTrial.CreateWith(WithAliases("x", "s", "S", "t", "s")).Accepted().Properties[0].Aliases);

    // ---- description (S14) -------------------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData("x", 200)]
    [InlineData("\U0001F600", 100)]
    public void A_description_has_at_most_200_characters(string text, int count)
    {
        string good = string.Concat(Enumerable.Repeat(text, count));
        Assert.Equal(good, SchemaTrial.CreateWith($$"""{ "name": "a", "type": "string", "description": "{{good}}" }""").Accepted().Properties[0].Description);
        SchemaTrial.CreateWith($$"""{ "name": "a", "type": "string", "description": "{{good}}x" }""").RefusedFor(
            "InvalidDescription", "$.properties[0].description", "Property 'a' has a description of 201 characters; at most 200 are allowed.");
    }

    // ---- all at once -------------------------------------------------------------------------------------------------------------------------

    [Fact]
    public void Every_violation_is_reported_at_once()
    {
        SchemaTrial trial = SchemaTrial.Create(
            $$"""
            {
              "baseType": "microsoft.graph.item",
              "properties": [
                { "name": "first name", "type": "string" },
                { "name": "status", "type": "string", "isSearchable": true, "isRefinable": true, "aliases": [ "a-b", "{{A33}}" ] },
                { "name": "STATUS", "type": "string" },
                { "name": "count", "type": "int64", "isSearchable": true, "isExactMatchRequired": true },
                { "name": "urgent", "type": "boolean", "isRefinable": true },
                { "name": "opened", "type": "boolean", "isRetrievable": true, "labels": [ "createdDateTime" ] },
                { "name": "t1", "type": "string", "isRetrievable": true, "labels": [ "title" ] },
                { "name": "t2", "type": "string", "labels": [ "title", "headline" ], "aliases": "count" },
                { "type": "text", "isQueryable": "often" },
                { "name": "long", "description": "{{new string('x', 201)}}", "isSortable": true },
                { "name": "boss", "type": "string", "labels": [ "personManager" ], "rankingHint": {} }
              ]
            }
            """);

        Assert.Null(trial.Result);
        Assert.Equal(
            new[]
            {
                "$.baseType InvalidBaseType",
                "$.properties[0].name InvalidPropertyName",
                "$.properties[10].labels[0] LabelNotSupported",
                "$.properties[10].rankingHint.importanceScore InvalidRankingHint",
                "$.properties[1].aliases[0] InvalidAlias",
                "$.properties[1].aliases[1] InvalidAlias",
                "$.properties[1].isSearchable SearchableAndRefinableConflict",
                "$.properties[2].name DuplicatePropertyName",
                "$.properties[3].isExactMatchRequired ExactMatchAndSearchableConflict",
                "$.properties[3].isExactMatchRequired ExactMatchShouldBeString",
                "$.properties[3].isSearchable SearchableShouldBeString",
                "$.properties[4].isRefinable RefinerShouldNotBeOfType",
                "$.properties[5].labels[0] LabelTypeMismatch",
                "$.properties[7].aliases InvalidAlias",
                "$.properties[7].labels LabelNotRetrievable",
                "$.properties[7].labels[0] DuplicateLabel",
                "$.properties[7].labels[1] DeserializationError",
                "$.properties[8].isQueryable BadRequest",
                "$.properties[8].name InvalidPropertyName",
                "$.properties[8].type DeserializationError",
                "$.properties[9].description InvalidDescription",
                "$.properties[9].isSortable BadRequest",
                "$.properties[9].type InvalidPropertyType",
            },
            trial.Problems.Select(problem => $"{problem.Path} {problem.Code}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_documented_body_with_its_oddities_is_accepted()
    {
        Schema schema = SchemaTrial.Create(
            """
            {
              "baseType": "microsoft.graph.externalItem",
              "properties": [
                { "name": "ticketTitle", "type": "String", "isSearchable": "true", "isRetrievable": "true", "labels": [ "title" ] },
                { "name": "priority", "type": "String", "isQueryable": "true", "isRetrievable": "true", "isSearchable": "false" },
                { "name": "assignee", "type": "String", "isRetrievable": "true", "aliases": "creator" },
                { "name": "opened", "type": "DateTime", "isQueryable": "true", "isRetrievable": "true", "labels": [ "CreatedDateTime" ] }
              ]
            }
            """,
            version: GraphVersion.V1).Accepted();

        Assert.True(schema.Properties[0].IsSearchable);
        Assert.False(schema.Properties[1].IsSearchable);
        Assert.Equal(["creator"], schema.Properties[2].Aliases);
        Assert.Equal(PropertyType.DateTime, schema.Properties[3].Type);
    }

    private static string Properties(int count, string prefix = "p") =>
        string.Join(", ", Enumerable.Range(1, count).Select(number => Text(FormattableString.Invariant($"{prefix}{number}"))));

    private static string Text(string name) => $$"""{ "name": "{{name}}", "type": "string" }""";

    private static string WithAliases(string name, params string[] aliases) =>
        $$"""{ "name": "{{name}}", "type": "string", "aliases": [ {{string.Join(", ", aliases.Select(alias => $"\"{alias}\""))}} ] }""";

    private static string Json(bool value) => value ? "true" : "false";
}

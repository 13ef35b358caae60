using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public partial class SchemaRulesTests
{
    private const string Account = """{ "name": "account", "type": "string", "labels": [ "personAccount" ] }""";

    [Fact]
    public void A_people_schema_needs_the_account_label()
    {
        SchemaTrial.CreateWith(Account, isPeople: true).Accepted();
        SchemaTrial.CreateWith(Text("a"), isPeople: true).RefusedFor("PersonAccountRequired", "$.properties");
        SchemaTrial.CreateWith(Text("a"), isPeople: false).Accepted();
    }

    [Fact]
    public void An_update_of_a_people_schema_keeps_the_account_label()
    {
        SchemaTrial.UpdateWith(Account, Text("a"), isPeople: true).Accepted();
        SchemaTrial.UpdateWith(Account, """{ "name": "account", "labels": [] }""", isPeople: true).RefusedFor("PersonAccountRequired", "$.properties");
        SchemaTrial.UpdateWith(
            Account, """{ "name": "account", "labels": [] }, { "name": "b", "type": "string", "labels": [ "personAccount" ] }""", isPeople: true).Accepted();
    }

    [Theory]
    [InlineData("principal")]
    [InlineData("principalCollection")]
    public void A_people_schema_has_no_principals(string type)
    {
        string property = $$"""{ "name": "boss", "type": "{{type}}" }""";
        SchemaTrial.CreateWith($"{Account}, {property}", isPeople: true).RefusedFor(
            "PropertyTypeNotSupported", "$.properties[1].type", $"Property 'boss' cannot be of type '{type}' on a connection for people.");
        SchemaTrial.CreateWith(property, isPeople: false).Accepted();
    }

    [Theory]
    [InlineData("boolean")]
    [InlineData("int64")]
    [InlineData("dateTimeCollection")]
    public void A_people_schema_may_have_unlabelled_properties_of_any_other_type(string type) =>
        SchemaTrial.CreateWith($$"""{{Account}}, { "name": "a", "type": "{{type}}" }""", isPeople: true).Accepted();

    [Fact]
    public void Search_flags_of_a_people_schema_are_ignored_whatever_they_say()
    {
        Property property = SchemaTrial.CreateWith(
            $$"""{{Account}}, { "name": "a", "type": "boolean", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "isRefinable": true }""",
            isPeople: true).Accepted().Properties[1];
        Assert.Equivalent(new Property { Name = "a", Type = PropertyType.Boolean }, property, strict: true);
        SchemaTrial.UpdateWith($"{Account}, {Text("a")}", """{ "name": "a", "isSearchable": true, "isRefinable": true }""", isPeople: true).Accepted();
    }

    /// <summary><c>contentCategory</c> can be changed after the schema was registered, and changed back.</summary>
    [Fact]
    public void Flags_from_before_a_connection_was_for_people_are_kept()
    {
        Schema before = SchemaTrial.CreateWith($$"""{{Account}}, { "name": "a", "type": "string", "isRefinable": true }""").Accepted();
        var problems = new Tributary.Graph.Problems();
        Schema? after = SchemaRules.CheckUpdate(
            new SchemaBody { Properties = [new PropertyBody("$.properties[0]") { Name = new(true, "a"), IsRefinable = new(true, false) }], PropertyCount = 1 },
            before,
            isPeople: true,
            new SchemaOptions(),
            problems);
        Assert.Empty(problems);
        Assert.True(after!.FindOrNull("a")!.IsRefinable);
    }

    [Fact]
    public void A_label_of_a_people_schema_need_not_be_retrievable() =>
        SchemaTrial.CreateWith($$"""{{Account}}, { "name": "a", "type": "string", "labels": [ "title" ] }""", isPeople: true).Accepted();

    [Theory]
    [InlineData("personAssistants")]
    [InlineData("personColleagues")]
    [InlineData("personManager")]
    [InlineData("personAlternateContacts")]
    [InlineData("personEmergencyContacts")]
    public void Person_labels_that_are_not_yet_supported_are_refused_on_any_connection(string label)
    {
        foreach (string type in new[] { "string", "stringCollection" })
        {
            string property = $$"""{ "name": "a", "type": "{{type}}", "labels": [ "{{label}}" ] }""";
            SchemaTrial.CreateWith($"{property}, {Account}", isPeople: true).RefusedFor(
                "LabelNotSupported", "$.properties[0].labels[0]", $"The label '{label}' is not yet supported.");
            SchemaTrial.CreateWith(property, isPeople: false).RefusedFor("LabelNotSupported", "$.properties[0].labels[0]");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_type_of_a_person_label_is_exact_on_any_connection(bool isPeople)
    {
        SchemaTrial.CreateWith($$"""{{Account}}, { "name": "a", "type": "stringCollection", "labels": [ "personSkills" ] }""", isPeople).Accepted();
        SchemaTrial.CreateWith($$"""{{Account}}, { "name": "a", "type": "string", "labels": [ "personSkills" ] }""", isPeople).RefusedFor(
            "LabelTypeMismatch",
            "$.properties[1].labels[0]",
            "Property 'a' of type 'string' cannot have the label 'personSkills', which fits stringCollection.");
    }
}

using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

public class LabelTypesTests
{
    private const string Text = "string stringCollection";
    private const string Date = "dateTime dateTimeCollection";
    private const string Person = "string stringCollection principal principalCollection";
    private const string TextOrNumber = "string stringCollection int64 int64Collection double doubleCollection";

    /// <summary>Written from external-connectors 4.7 and 4.9, label by label in the order of their numbers.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { "title", Text },
        { "url", Text },
        { "createdBy", Person },
        { "lastModifiedBy", Person },
        { "authors", Person },
        { "createdDateTime", Date },
        { "lastModifiedDateTime", Date },
        { "fileName", Text },
        { "fileExtension", Text },
        { "unknownFutureValue", "" },
        { "containerName", Text },
        { "containerUrl", Text },
        { "iconUrl", Text },
        { "assignedToPeople", Person },
        { "closedBy", Person },
        { "closedDate", Date },
        { "priority", TextOrNumber },
        { "sprintName", Text },
        { "tags", Text },
        { "severity", TextOrNumber },
        { "state", Text },
        { "dueDate", Date },
        { "itemParentId", TextOrNumber },
        { "itemPath", Text },
        { "itemType", Text },
        { "numberOfReactions", "int64 int64Collection double doubleCollection" },
        { "parentUrl", Text },
        { "priorityNormalized", TextOrNumber },
        { "reportedBy", Person },
        { "secondaryId", TextOrNumber },
        { "personEmails", "stringCollection" },
        { "personAddresses", "stringCollection" },
        { "personAnniversaries", "stringCollection" },
        { "personName", "string" },
        { "personNote", "string" },
        { "personPhones", "stringCollection" },
        { "personCurrentPosition", "string" },
        { "personWebAccounts", "stringCollection" },
        { "personWebSite", "string" },
        { "personSkills", "stringCollection" },
        { "personProjects", "stringCollection" },
        { "personAccount", "string" },
        { "personAwards", "stringCollection" },
        { "personCertifications", "stringCollection" },
        { "personAssistants", "" },
        { "personColleagues", "" },
        { "personManager", "" },
        { "personAlternateContacts", "" },
        { "personEmergencyContacts", "" },
        { "personEducationalActivities", "stringCollection" },
        { "personInterests", "stringCollection" },
        { "personLanguages", "stringCollection" },
        { "personPublications", "stringCollection" },
        { "personPatents", "stringCollection" },
        { "personWorkPositions", "stringCollection" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_label_fits_these_types_and_no_other(string label, string types)
    {
        Assert.True(WireNames<Label>.TryParse(label, out Label parsed));
        Assert.Equal(
            types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            LabelTypes.Of(parsed).Select(WireNames<PropertyType>.Get).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_has_every_label() =>
        Assert.Equal(Enum.GetValues<Label>().Select(WireNames<Label>.Get), Table.Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Table))]
    public void The_rules_apply_the_table_to_every_type(string label, string types)
    {
        if (types.Length == 0)
        {
            return; // Refused whatever the type: SchemaReaderTests for the sentinel, SchemaRulesTests for what is not yet supported.
        }

        foreach (string type in WireNames<PropertyType>.All.Where(type => type != "unknownFutureValue"))
        {
            SchemaTrial trial = SchemaTrial.CreateWith($$"""{ "name": "a", "type": "{{type}}", "isRetrievable": true, "labels": [ "{{label}}" ] }""");
            Assert.Equal(types.Split(' ').Contains(type) ? [] : new[] { "LabelTypeMismatch" }, trial.Codes);
        }
    }

    [Fact]
    public void Labels_of_people_are_those_named_so() =>
        Assert.All(
            Enum.GetValues<Label>(),
            label => Assert.Equal(WireNames<Label>.Get(label).StartsWith("person", StringComparison.Ordinal), label.IsPerson()));
}

using System.Text;
using System.Text.Json;
using Tributary.Acls;
using Tributary.Graph;

namespace Tributary.Tests.Acls;

public class AclRulesTests
{
    private const string Id = "0b1d2e3f-0000-4000-8000-00000000000a";

    private static readonly GraphType Item = new("test.item", isOpen: false, "acl");

    [Theory]
    [InlineData("user", AclType.User, Id)]
    [InlineData("User", AclType.User, Id)]
    [InlineData("USER", AclType.User, "0B1D2E3F-0000-4000-8000-00000000000A")]
    [InlineData("1", AclType.User, Id)]
    [InlineData("group", AclType.Group, Id)]
    [InlineData("Group", AclType.Group, "00000000-0000-0000-0000-000000000000")]
    [InlineData("everyone", AclType.Everyone, "everyone")]
    [InlineData("Everyone", AclType.Everyone, Id)]
    [InlineData("everyone", AclType.Everyone, " ")]
    [InlineData("everyoneExceptGuests", AclType.EveryoneExceptGuests, "Everyone except guests 😀")]
    [InlineData("everyoneexceptguests", AclType.EveryoneExceptGuests, "x")]
    [InlineData("externalGroup", AclType.ExternalGroup, "a")]
    [InlineData("externalgroup", AclType.ExternalGroup, "Night-Shift_2")]
    internal void An_entry_keeps_its_value_as_sent(string sent, AclType type, string value)
    {
        (Acl? acl, Problems problems) = Read($$"""{"acl":[{"type":"{{sent}}","value":"{{value}}","accessType":"Grant"}]}""");

        Assert.Empty(problems);
        Assert.Equal([new AclEntry(type, value, AccessType.Grant)], acl!.Entries);
    }

    [Theory]
    [InlineData("user", "anna@contoso.com")]
    [InlineData("user", "")]
    [InlineData("user", "everyone")]
    [InlineData("user", "0b1d2e3f00004000800000000000000a")]
    [InlineData("user", "{0b1d2e3f-0000-4000-8000-00000000000a}")]
    [InlineData("user", " 0b1d2e3f-0000-4000-8000-00000000000a")]
    [InlineData("user", "0b1d2e3f-0000-4000-8000-00000000000a ")]
    [InlineData("user", "0b1d2e3f-0000-4000-8000-00000000000g")]
    [InlineData("group", "nightshift")]
    [InlineData("everyone", "")]
    [InlineData("everyoneExceptGuests", "")]
    [InlineData("externalGroup", "")]
    [InlineData("externalGroup", "night shift")]
    [InlineData("externalGroup", "nacht.schicht")]
    [InlineData("externalGroup", "nächte")]
    public void A_value_that_cannot_name_such_a_principal_is_refused(string type, string value)
    {
        (Acl? acl, Problems problems) = Read($$"""{"acl":[{"type":"{{type}}","value":"{{value}}","accessType":"grant"}]}""");

        Assert.Null(acl);
        Problem problem = Assert.Single(problems);
        Assert.Equal(("$.acl[0].value", "InvalidAcl", ProblemKind.Rule), (problem.Path, problem.Code, problem.Kind));
        Assert.Contains(type, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void The_id_of_an_external_group_has_at_most_128_characters(int length, bool isAccepted) =>
        Assert.Equal(isAccepted, Read($$"""{"acl":[{"type":"externalGroup","value":"{{new string('g', length)}}","accessType":"grant"}]}""").Acl is not null);

    [Theory]
    [InlineData("grant", true)]
    [InlineData("Deny", true)]
    [InlineData("2", true)]
    [InlineData("allow", false)]
    [InlineData("3", false)]
    [InlineData("unknownFutureValue", false)]
    [InlineData("", false)]
    public void AccessType_is_grant_or_deny_in_any_letter_case(string accessType, bool isAccepted)
    {
        (Acl? acl, Problems problems) = Read($$"""{"acl":[{"type":"user","value":"{{Id}}","accessType":"{{accessType}}"}]}""");

        Assert.Equal(isAccepted, acl is not null);
        if (!isAccepted)
        {
            Assert.Equal(("$.acl[0].accessType", "DeserializationError"), (problems[0].Path, problems[0].Code));
            Assert.StartsWith($"Requested value '{accessType}' was not found.", problems[0].Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"value":"x","accessType":"grant"}""", "$.acl[0].type")]
    [InlineData("""{"type":null,"value":"x","accessType":"grant"}""", "$.acl[0].type")]
    [InlineData("""{"type":"everyone","accessType":"grant"}""", "$.acl[0].value")]
    [InlineData("""{"type":"everyone","value":null,"accessType":"grant"}""", "$.acl[0].value")]
    [InlineData("""{"type":"everyone","value":"x"}""", "$.acl[0].accessType")]
    public void An_entry_needs_all_three_members(string entry, string path)
    {
        (Acl? acl, Problems problems) = Read($$"""{"acl":[{{entry}}]}""");

        Assert.Null(acl);
        Problem problem = Assert.Single(problems);
        Assert.Equal((path, "InvalidAcl"), (problem.Path, problem.Code));
    }

    [Theory]
    [InlineData("""{"acl":{}}""", "$.acl")]
    [InlineData("""{"acl":"everyone"}""", "$.acl")]
    [InlineData("""{"acl":[5]}""", "$.acl[0]")]
    [InlineData("""{"acl":[null]}""", "$.acl[0]")]
    [InlineData("""{"acl":[{"type":"everyone","value":5,"accessType":"grant"}]}""", "$.acl[0].value")]
    [InlineData("""{"acl":[{"type":"everyone","value":"\ud800","accessType":"grant"}]}""", "$.acl[0].value")]
    [InlineData("""{"acl":[{"type":true,"value":"x","accessType":"grant"}]}""", "$.acl[0].type")]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"grant","reason":"x"}]}""", "$.acl[0].reason")]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","value":"y","accessType":"grant"}]}""", "$.acl[0].value")]
    public void The_wrong_shape_is_refused_where_it_stands(string body, string path)
    {
        (Acl? acl, Problems problems) = Read(body);

        Assert.Null(acl);
        Problem problem = Assert.Single(problems);
        Assert.Equal((path, ProblemKind.Shape), (problem.Path, problem.Kind));
    }

    [Fact]
    public void An_access_list_that_was_not_sent_is_no_problem_here()
    {
        (Acl? acl, Problems problems) = Read("{}");

        Assert.Null(acl);
        Assert.Empty(problems);
    }

    [Fact]
    public void Null_is_no_access_list()
    {
        (Acl? acl, Problems problems) = Read("""{"acl":null}""");

        Assert.Null(acl);
        Assert.Equal(("$.acl", "InvalidAcl"), (problems[0].Path, problems[0].Code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_list_is_accepted_only_when_allowed(bool allowEmpty)
    {
        (Acl? acl, Problems problems) = Read("""{"acl":[]}""", allowEmpty: allowEmpty);

        Assert.Equal(allowEmpty, acl is not null);
        Assert.Equal(allowEmpty ? [] : ["InvalidAcl"], problems.Select(problem => problem.Code));
    }

    [Theory]
    [InlineData("group", "external", "nightshift", AclType.ExternalGroup)]
    [InlineData("Group", "External", "nightshift", AclType.ExternalGroup)]
    [InlineData("externalGroup", "external", "nightshift", AclType.ExternalGroup)]
    [InlineData("group", "azureActiveDirectory", Id, AclType.Group)]
    [InlineData("Group", "Azure Active Directory", Id, AclType.Group)]
    [InlineData("user", "azure active directory", Id, AclType.User)]
    [InlineData("everyone", "azureActiveDirectory", "everyone", AclType.Everyone)]
    [InlineData("Everyone", "External", "everyone", AclType.Everyone)]
    internal void Beta_takes_the_legacy_identitySource(string sent, string source, string value, AclType type)
    {
        (Acl? acl, Problems problems) = Read(
            $$"""{"acl":[{"type":"{{sent}}","value":"{{value}}","accessType":"grant","identitySource":"{{source}}"}]}""", GraphVersion.Beta);

        Assert.Empty(problems);
        Assert.Equal([new AclEntry(type, value, AccessType.Grant)], acl!.Entries);
    }

    [Theory]
    [InlineData("user", "external", Id, "InvalidAcl", "$.acl[0].identitySource")]
    [InlineData("externalGroup", "azureActiveDirectory", "nightshift", "InvalidAcl", "$.acl[0].identitySource")]
    [InlineData("group", "external", "night shift", "InvalidAcl", "$.acl[0].value")]
    [InlineData("group", "azureActiveDirectory", "nightshift", "InvalidAcl", "$.acl[0].value")]
    [InlineData("group", "ldap", Id, "DeserializationError", "$.acl[0].identitySource")]
    [InlineData("group", "", Id, "DeserializationError", "$.acl[0].identitySource")]
    public void An_identitySource_that_contradicts_its_entry_is_refused(string type, string source, string value, string code, string path)
    {
        (Acl? acl, Problems problems) = Read(
            $$"""{"acl":[{"type":"{{type}}","value":"{{value}}","accessType":"grant","identitySource":"{{source}}"}]}""", GraphVersion.Beta);

        Assert.Null(acl);
        Assert.Contains(problems, problem => problem.Path == path && problem.Code == code);
    }

    [Fact]
    public void V1_does_not_know_identitySource()
    {
        (Acl? acl, Problems problems) = Read($$"""{"acl":[{"type":"group","value":"{{Id}}","accessType":"grant","identitySource":"external"}]}""");

        Assert.Null(acl);
        Assert.Equal(("$.acl[0].identitySource", ProblemKind.Shape), (problems[0].Path, problems[0].Kind));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        (_, Problems problems) = Read(
            """
            {"acl":[{"type":"user","value":"anna","accessType":"allow"},{"type":"everyone","value":"x","accessType":"grant"},{"type":"team","color":1}]}
            """);

        Assert.Equal(
            ["$.acl[0].accessType", "$.acl[0].value", "$.acl[2].color", "$.acl[2].type", "$.acl[2].accessType", "$.acl[2].value"],
            problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Annotations_beside_the_members_are_accepted_and_a_wrong_type_name_is_not()
    {
        Assert.NotNull(Read("""{"acl":[{"@odata.type":"#microsoft.graph.externalConnectors.acl","type":"everyone","type@odata.type":"x","value":"x","accessType":"grant"}]}""").Acl);
        Assert.Equal(
            "DeserializationError",
            Read("""{"acl":[{"@odata.type":"#microsoft.graph.acls","type":"everyone","value":"x","accessType":"grant"}]}""").Problems[0].Code);
    }

    [Theory]
    [InlineData("everyone", "grant", true)]
    [InlineData("everyone", "deny", false)]
    [InlineData("everyoneExceptGuests", "grant", false)]
    [InlineData("user", "grant", false)]
    public void Only_a_grant_to_everyone_grants_everyone(string type, string accessType, bool grants) =>
        Assert.Equal(grants, AclRules.GrantsEveryone(Read($$"""{"acl":[{"type":"{{type}}","value":"{{Id}}","accessType":"{{accessType}}"}]}""").Acl!));

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_list_has_as_many_entries_as_are_allowed_and_no_more(int count, bool isTaken)
    {
        string entries = string.Join(',', Enumerable.Repeat("""{"type":"everyone","value":"x","accessType":"grant"}""", count));

        (Acl? acl, Problems problems) = Read($$"""{"acl":[{{entries}}]}""", maxEntries: 3);

        Assert.Equal(isTaken ? count : null, acl?.Entries.Count);
        if (!isTaken)
        {
            Assert.Equal(("$.acl", "InvalidAcl"), (problems[0].Path, problems[0].Code));
        }
    }

    private static (Acl? Acl, Problems Problems) Read(string body, GraphVersion version = GraphVersion.V1, bool allowEmpty = false, int maxEntries = 10_000)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(body));
        var problems = new Problems();
        GraphObject item = GraphObject.Open(document.RootElement, "$", Item, version, problems)!;
        return (AclRules.ReadOrNull(item, version, allowEmpty, maxEntries, problems), problems);
    }
}

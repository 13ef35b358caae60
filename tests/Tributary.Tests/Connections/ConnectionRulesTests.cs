using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Tests.Connections;

public class ConnectionRulesTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("ABC123")]
    [InlineData("a2345678901234567890123456789012")]
    [InlineData("Nonesuch")]
    [InlineData("aMicrosoft")]
    [InlineData("Microsof")]
    public void An_id_of_3_to_32_letters_and_digits_is_good(string id) => Assert.Empty(Check(problems => ConnectionRules.CheckId(id, "$.id", problems)));

    [Theory]
    [InlineData(null, "InvalidConnectionId")]
    [InlineData("ab", "InvalidConnectionId")]
    [InlineData("a23456789012345678901234567890123", "InvalidConnectionId")]
    [InlineData("a-b", "InvalidConnectionId")]
    [InlineData("äbc", "InvalidConnectionId")]
    [InlineData("Microsoft", "ReservedConnectionId")]
    [InlineData("mICROSOFTx", "ReservedConnectionId")]
    [InlineData("TEAMS", "ReservedConnectionId")]
    [InlineData("msft_all_connectors", "ReservedConnectionId")]
    public void Another_id_is_refused_for_one_reason(string? id, string code) =>
        Assert.Equal([code], Check(problems => ConnectionRules.CheckId(id, "$.id", problems)));

    [Theory]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(0, false)]
    public void A_name_has_1_to_128_characters(int length, bool isGood) =>
        Assert.Equal(isGood, Check(problems => ConnectionRules.CheckName(new string('n', length), "$.name", problems)).Count == 0);

    [Theory]
    [InlineData(" ", "The name has nothing but blanks.")]
    [InlineData("\t", "The name has nothing but blanks.")]
    [InlineData("\u00a0\u3000", "The name has nothing but blanks.")]
    [InlineData("", "The name is required.")]
    [InlineData(null, "The name is required.")]
    [InlineData(" n ", null)]
    public void A_name_of_blanks_alone_is_no_name(string? name, string? message)
    {
        var problems = new Problems();

        ConnectionRules.CheckName(name, "$.name", problems);

        Assert.Equal(message, problems.SingleOrDefault()?.Message);
    }

    [Theory]
    [InlineData("A name, ä😀", true, true)]
    [InlineData("a\tb", false, true)]
    [InlineData("a\r\nb", false, true)]
    [InlineData("a\0", false, false)]
    [InlineData("a\u001b[31m", false, false)]
    [InlineData("a\u007f", false, false)]
    [InlineData("a\u0085", false, false)]
    public void Control_characters_have_no_place_in_a_name_and_only_those_of_text_have_one_in_a_description(string text, bool isName, bool isDescription)
    {
        Assert.Equal(isName ? [] : ["InvalidConnectionName"], Check(problems => ConnectionRules.CheckName(text, "$", problems)));
        Assert.Equal(isDescription ? [] : ["InvalidConnectionDescription"], Check(problems => ConnectionRules.CheckDescription(text, "$", problems)));
    }

    [Theory]
    [InlineData("doc_{num}", true)]
    [InlineData("{num}-{word}-{num}", true)]
    [InlineData("{0}", true)]
    [InlineData("fixed", true)]
    [InlineData("}x", true)]
    [InlineData("doc_{Num}", false)]
    [InlineData("{num}{other}", false)]
    [InlineData("{}", false)]
    [InlineData("{num", false)]
    [InlineData("{num}{", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_names_of_a_resolvers_item_id_are_groups_of_its_pattern(string? itemId, bool isGood)
    {
        string[] groups = UrlPattern.Compile("/(?<num>[0-9]+)/(?<word>[a-z]+)").GetGroupNames();

        Assert.Equal(isGood, Check(problems => ConnectionRules.CheckResolverItemId(itemId, groups, "$", problems)).Count == 0);
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_resolvers_item_id_has_at_most_512_characters(int length, bool isGood) =>
        Assert.Equal(isGood, Check(problems => ConnectionRules.CheckResolverItemId(new string('x', length), [], "$", problems)).Count == 0);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a234567890123456", true)]
    [InlineData("a2345678901234567", false)]
    [InlineData("", false)]
    [InlineData("a_b", false)]
    [InlineData(null, false)]
    public void A_template_id_has_1_to_16_letters_and_digits(string? id, bool isGood) =>
        Assert.Equal(isGood, Check(problems => ConnectionRules.CheckTemplateId(id, "$", problems)).Count == 0);

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(-1, false, false)]
    [InlineData(0, true, false)]
    [InlineData(1, true, true)]
    [InlineData(8, true, true)]
    [InlineData(9, true, false)]
    [InlineData(int.MaxValue, true, false)]
    public void A_priority_is_0_or_more_of_a_template_and_1_to_8_of_a_resolver(int? priority, bool isGoodForTemplate, bool isGoodForResolver)
    {
        Assert.Equal(isGoodForTemplate, Check(problems => ConnectionRules.CheckTemplatePriority(priority, "$", problems)).Count == 0);
        Assert.Equal(isGoodForResolver, Check(problems => ConnectionRules.CheckResolverPriority(priority, "$", problems)).Count == 0);
    }

    [Theory]
    [InlineData("d310d35d-72ec-47dd-92f2-fb9c40936555", true)]
    [InlineData("D310D35D-72EC-47DD-92F2-FB9C40936555", true)]
    [InlineData("d310d35d72ec47dd92f2fb9c40936555", false)]
    [InlineData("{d310d35d-72ec-47dd-92f2-fb9c40936555}", false)]
    [InlineData("d310d35d-72ec-47dd-92f2-fb9c40936555 ", false)]
    [InlineData("d310d35d-72ec-47dd-92f2-fb9c4093655g", false)]
    public void An_application_id_is_a_GUID_with_dashes(string app, bool isGood) =>
        Assert.Equal(isGood, Check(problems => ConnectionRules.CheckAuthorizedApps([app], "$", 50, problems)).Count == 0);

    [Fact]
    public void Templates_differ_in_their_ids_ignoring_case()
    {
        DisplayTemplate[] templates = [.. ((string[])["a", "b", "A"]).Select(id => new DisplayTemplate(id, default(JsonElement), 1, []))];

        var problems = new Problems();
        ConnectionRules.CheckDistinctTemplates(templates, "$.t", problems);

        Assert.Equal("$.t[2].id", Assert.Single(problems).Path);
    }

    private static List<string> Check(Action<Problems> check)
    {
        var problems = new Problems();
        check(problems);
        return [.. problems.Select(problem => problem.Code)];
    }
}

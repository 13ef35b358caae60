using Tributary.Graph;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class ItemRulesTests
{
    [Theory]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"grant"}],"properties":{"title":"a"}}""", new string[0])]
    [InlineData("""{"acl":[{"type":"everyone","value":"x","accessType":"grant"}]}""", new[] { "$.properties" })]
    [InlineData("""{"properties":{"title":"a"}}""", new[] { "$.acl" })]
    [InlineData("""{"content":{"type":"text","value":"x"}}""", new[] { "$.acl", "$.properties" })]
    public void A_new_item_needs_access_list_and_properties(string body, string[] paths)
    {
        var problems = new Problems();
        ItemRules.RequireComplete(Reading.Item(body).Write!, problems);

        Assert.Equal(paths, problems.Select(problem => problem.Path));
    }

    [Fact]
    public void The_codes_of_what_is_missing_are_those_of_the_members()
    {
        var problems = new Problems();
        ItemRules.RequireComplete(Reading.Item("{}").Write!, problems);

        Assert.Equal(["InvalidAcl", "InvalidProperties"], problems.Select(problem => problem.Code));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("T1", true)]
    [InlineData("t1", false)]
    [InlineData("T1 ", false)]
    [InlineData("", false)]
    public void The_id_in_the_body_is_that_of_the_path_or_not_there(string? bodyId, bool isAccepted)
    {
        ItemId.TryParse("T1", isLenient: false, out ItemId id);
        var problems = new Problems();
        ItemRules.CheckIdOfBody(bodyId, id, "$.id", problems);

        Assert.Equal(isAccepted ? [] : ["InvalidItemId"], problems.Select(problem => problem.Code));
    }
}

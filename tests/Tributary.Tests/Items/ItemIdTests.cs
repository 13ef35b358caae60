using Tributary.Graph;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class ItemIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("-")]
    [InlineData("_")]
    [InlineData("T4711")]
    [InlineData("Az09-_zA90_-")]
    public void Letters_digits_hyphen_and_underscore_make_an_id(string text)
    {
        Assert.True(ItemId.TryParse(text, isLenient: false, out ItemId id));
        Assert.Equal(text, id.Value);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(127, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(0, false)]
    public void An_id_has_1_to_128_characters(int length, bool isAccepted)
    {
        Assert.Equal(isAccepted, ItemId.TryParse(new string('f', length), isLenient: false, out _));
        Assert.Equal(isAccepted, ItemId.TryParse(new string('f', length), isLenient: true, out _));
    }

    [Theory]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a&b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData(" ab")]
    [InlineData("ab ")]
    [InlineData("a+b")]
    [InlineData("a%62")]
    [InlineData("a'b")]
    [InlineData("a;b")]
    [InlineData("a@b")]
    [InlineData("ä")]
    [InlineData("１")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("😀")]
    [InlineData(null)]
    public void Everything_else_is_refused_whatever_the_switch(string? text)
    {
        Assert.False(ItemId.TryParse(text, isLenient: false, out ItemId id));
        Assert.Equal("", id.Value);
        Assert.False(ItemId.TryParse(text, isLenient: true, out _));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a~b")]
    [InlineData("YWI=")]
    [InlineData("a:b")]
    [InlineData("a,b")]
    public void Five_more_characters_pass_with_the_lenient_switch_only(string text)
    {
        Assert.False(ItemId.TryParse(text, isLenient: false, out _));
        Assert.True(ItemId.TryParse(text, isLenient: true, out _));
    }

    [Fact]
    public void Ids_are_compared_case_sensitively()
    {
        ItemId.TryParse("t1", isLenient: false, out ItemId lower);
        ItemId.TryParse("T1", isLenient: false, out ItemId upper);
        ItemId.TryParse("T1", isLenient: false, out ItemId same);

        Assert.NotEqual(lower, upper);
        Assert.Equal(upper, same);
    }

    [Fact]
    public void A_refused_id_is_told_with_its_rule()
    {
        var problems = new Problems();

        Assert.Null(ItemRules.ReadIdOrNull("a b", new ItemOptions(), problems));
        Problem problem = Assert.Single(problems);
        Assert.Equal(("{item-id}", "InvalidItemId", ProblemKind.Rule), (problem.Path, problem.Code, problem.Kind));
        Assert.Contains("1 to 128", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'a b'", problem.Message, StringComparison.Ordinal);
        Assert.Equal("a.b", ItemRules.ReadIdOrNull("a.b", new ItemOptions { LenientIds = true }, problems)?.Value);
    }
}

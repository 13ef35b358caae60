using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class KqlErrorTests
{
    [Theory]
    [InlineData("price:>5 a", "at character 7 ('>5'): After 'price' stand two operators")]
    [InlineData("(a b", "at character 1 ('(a'): This '(' is not closed.")]
    [InlineData("a AND", "at its end: 'AND' has no operand on its right.")]
    [InlineData("a NEAR() b", "at character 8 (')'): 'NEAR' takes a whole number")]
    [InlineData("a XRANK( ) b", "at character 9: '' is no parameter")]
    public void A_description_tells_where_what_stands_there_and_what_was_expected(string text, string expected) =>
        Assert.StartsWith(expected, KqlParser.Parse(text, KqlTestProperties.KeyOrNull).Error?.Describe(text), StringComparison.Ordinal);

    [Fact]
    public void A_description_does_not_repeat_more_than_the_first_40_characters()
    {
        string text = "a OR )" + new string('x', 39);
        Assert.Equal("at character 6 (')" + new string('x', 39) + "'): m", new KqlError(5, "m").Describe(text));
        Assert.Equal("at character 6 (')" + new string('x', 39) + "…'): m", new KqlError(5, "m").Describe(text + "x"));
    }

    [Fact]
    public void A_pair_of_surrogates_is_not_cut_in_two()
    {
        Assert.Equal(new string('x', 38) + "🎉", KqlError.Excerpt(new string('x', 38) + "🎉"));
        Assert.Equal(new string('x', 38) + "🎉…", KqlError.Excerpt(new string('x', 38) + "🎉y"));
        Assert.Equal(new string('x', 39) + "…", KqlError.Excerpt(new string('x', 39) + "🎉y"));
    }

    /// <summary>What a caller sent may be long; what it is told may not be.</summary>
    [Theory]
    [InlineData("a NEAR({0}) b")]
    [InlineData("a XRANK({0}) b")]
    [InlineData("a XRANK(cb=1, {0}=1) b")]
    [InlineData("a AND OR {0}")]
    public void No_message_repeats_a_long_text(string format)
    {
        string text = format.Replace("{0}", new string('y', 3000), StringComparison.Ordinal);
        Assert.InRange(KqlParser.Parse(text, KqlTestProperties.KeyOrNull).Error!.Describe(text).Length, 1, 300);
    }
}

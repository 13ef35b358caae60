using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class WordBreaksTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("--1", true)]
    [InlineData("🎉", true)]
    [InlineData("", false)]
    [InlineData(" \t", false)]
    [InlineData("-&/.,;:_'\"", false)]
    [InlineData("$+<=>^`|~", false)]
    [InlineData("\u200c\ufeff", false)]
    [InlineData("\ud83d", false)]
    public void A_word_has_a_letter_a_digit_or_a_symbol(string text, bool expected) => Assert.Equal(expected, WordBreaks.HasWord(text));

    [Theory]
    [InlineData("a-b_c.d", "a b c d")]
    [InlineData("it's its' 'its o''clock", "it's its its o clock")]
    [InlineData("  a  ", "a")]
    [InlineData("\ud83dx", "x")]
    [InlineData("", "")]
    public void Words_end_at_punctuation_but_not_at_an_apostrophe_inside(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', WordBreaks.Split(text)));
}

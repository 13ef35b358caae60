using System.Text;
using Tributary.Indexing;

namespace Tributary.Tests.Indexing;

public class ExactTermTests
{
    [Theory]
    [InlineData("CTS-ce913b61", "cts-CE913B61")]
    [InlineData("ﬁ", "FI")]
    [InlineData("e\u0301", "\u00C9")]
    public void Letter_case_and_the_way_of_writing_do_not_matter(string one, string other) => Assert.Equal(ExactTerm.Of(one), ExactTerm.Of(other));

    [Fact]
    public void Long_values_that_differ_only_at_their_end_differ() =>
        Assert.NotEqual(ExactTerm.Of(new string('x', 40_000) + "a"), ExactTerm.Of(new string('x', 40_000) + "b"));

    [Theory]
    [InlineData('x')]
    [InlineData('語')]
    [InlineData('\uFDFA')]
    public void A_term_is_never_longer_than_lucene_takes(char c) => Assert.True(Encoding.UTF8.GetByteCount(ExactTerm.Of(new string(c, 33_000))) < 32_766);

    [Fact]
    public void A_long_value_begins_as_it_is_written() => Assert.StartsWith(ExactTerm.Of(new string('x', 2000)), ExactTerm.Of(new string('x', 40_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\uD800b")]
    [InlineData("\uFFFE")]
    [InlineData("\uDC00\uD800")]
    public void Characters_that_are_none_break_nothing(string value) => Assert.NotEmpty(ExactTerm.Of(value));
}

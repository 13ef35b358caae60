using System.Text.RegularExpressions;
using Tributary.Connections;

namespace Tributary.Tests.Connections;

public class UrlPatternTests
{
    [Fact]
    public void A_pattern_is_matched_without_going_back_where_that_can_be()
    {
        Regex pattern = UrlPattern.Compile("/docs/(?<num>[0-9]+)");

        Assert.True(pattern.Options.HasFlag(RegexOptions.NonBacktracking));
        Assert.Equal("42", pattern.Match("https://a.example/docs/42").Groups["num"].Value);
    }

    [Theory]
    [InlineData("(?=x)y")]
    [InlineData(@"(?<a>x)\k<a>")]
    public void A_pattern_that_looks_around_or_back_has_little_time(string text)
    {
        Regex pattern = UrlPattern.Compile(text);

        Assert.False(pattern.Options.HasFlag(RegexOptions.NonBacktracking));
        Assert.Equal(UrlPattern.Patience, pattern.MatchTimeout);
    }

    [Fact]
    public void A_pattern_made_to_take_for_ever_does_not()
    {
        string url = new string('a', 5000) + "!";

        Assert.DoesNotMatch(UrlPattern.Compile("^(a+)+$"), url);
        Assert.Throws<RegexMatchTimeoutException>(() => UrlPattern.Compile(@"^(a|aa)+$(?<=x)").IsMatch(url));
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_pattern_has_at_most_1024_characters(int length, bool isTaken)
    {
        Exception? refusal = Record.Exception(() => UrlPattern.Compile(new string('a', length)));

        Assert.Equal(isTaken, refusal is null);
    }
}

using Tributary.Search;

namespace Tributary.Tests.Search;

public class QueryCultureTests
{
    [Theory]
    [InlineData("en-US", DayOfWeek.Sunday)]
    [InlineData("EN-us", DayOfWeek.Sunday)]
    [InlineData("en-GB", DayOfWeek.Monday)]
    [InlineData("de-DE", DayOfWeek.Monday)]
    [InlineData("de", DayOfWeek.Monday)]
    [InlineData("ar-EG", DayOfWeek.Saturday)]
    [InlineData("ja-JP", DayOfWeek.Sunday)]
    [InlineData("zh-Hant-TW", DayOfWeek.Sunday)]
    [InlineData("en-US-x-private", DayOfWeek.Sunday)]
    public void The_week_begins_as_it_does_in_the_culture(string header, DayOfWeek expected) => Assert.Equal(expected, QueryCulture.FirstDayOfWeek([header]));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("xx-YY")]
    [InlineData("tlh")]
    [InlineData("not a language;;;")]
    [InlineData("en-US;q=x")]
    [InlineData("en-US;q=0")]
    [InlineData("-")]
    public void It_begins_on_Monday_where_no_culture_is_known(string header) => Assert.Equal(DayOfWeek.Monday, QueryCulture.FirstDayOfWeek([header]));

    [Fact]
    public void It_begins_on_Monday_without_a_header() => Assert.Equal(DayOfWeek.Monday, QueryCulture.FirstDayOfWeek([]));

    [Theory]
    [InlineData("de;q=0.5, en-US;q=0.9", DayOfWeek.Sunday)]
    [InlineData("de, en-US;q=0.9", DayOfWeek.Monday)]
    [InlineData("xx-YY, en-US;q=0.1", DayOfWeek.Sunday)]
    [InlineData("en-US;q=0, ar-EG;q=0.1", DayOfWeek.Saturday)]
    [InlineData("en-US, de", DayOfWeek.Sunday)]
    public void The_most_wanted_known_language_counts(string header, DayOfWeek expected) => Assert.Equal(expected, QueryCulture.FirstDayOfWeek([header]));

    [Theory]
    [InlineData(15, DayOfWeek.Sunday)]
    [InlineData(16, DayOfWeek.Monday)]
    public void At_most_16_languages_are_looked_at(int unknown, DayOfWeek expected) =>
        Assert.Equal(expected, QueryCulture.FirstDayOfWeek([string.Join(", ", Enumerable.Repeat("xx", unknown).Append("en-US"))]));

    [Theory]
    [InlineData(35, DayOfWeek.Sunday)]
    [InlineData(36, DayOfWeek.Monday)]
    public void A_language_has_at_most_35_characters(int length, DayOfWeek expected) =>
        Assert.Equal(expected, QueryCulture.FirstDayOfWeek(["en-US-x-" + new string('a', length - 8)]));
}

using Tributary.Search;

namespace Tributary.Tests.Search;

public class RangeTextTests
{
    [Theory]
    [InlineData(null, "2021-09-01T09:08:19.6224752Z", "Before 2021-09-01T09:08:19.6224752Z", "range(min, 2021-09-01T09:08:19.6224752Z)")]
    [InlineData("2021-09-01", "2021-10-01", "From 2021-09-01 up to 2021-10-01", "range(2021-09-01, 2021-10-01)")]
    [InlineData("2021-10-01T00:00:00.000Z", null, "2021-10-01T00:00:00.000Z or later", "range(2021-10-01T00:00:00.000Z, max, to=\"le\")")]
    [InlineData(null, "100", "Less than 100", "range(min, 100)")]
    [InlineData("100", "1000", "100 up to 1000", "range(100, 1000)")]
    [InlineData("1000", null, "1000 and up", "range(1000, max, to=\"le\")")]
    [InlineData("-0.50", "+1e3", "-0.50 up to +1e3", "range(-0.50, +1e3)")]
    public void A_range_is_written_as_the_published_examples_have_it(string? from, string? to, string key, string token)
    {
        var range = new FacetRange(from, to);

        Assert.Equal((key, token), (RangeText.Key(range), RangeText.Token(range)));
    }
}

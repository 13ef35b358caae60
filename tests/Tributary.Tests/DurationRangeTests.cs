using System.Globalization;
using Tributary.Schemas;

namespace Tributary.Tests;

public class DurationRangeTests
{
    [Theory]
    [InlineData("00:00:00", "00:00:00", "00:00:00")]
    [InlineData("00:05:00", "00:05:00", "00:05:00")]
    [InlineData("00:05:00..00:15:00", "00:05:00", "00:15:00")]
    [InlineData("00:00:00..1.00:00:00", "00:00:00", "1.00:00:00")]
    [InlineData("00:05:00..00:05:00", "00:05:00", "00:05:00")]
    public void One_duration_or_two_with_dots_between_are_a_range(string text, string least, string most)
    {
        Assert.True(DurationRange.TryParse(text, out DurationRange range));
        Assert.Equal((Duration(least), Duration(most)), (range.Least, range.Most));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-00:00:01")]
    [InlineData("00:00:02..00:00:01")]
    [InlineData("-00:00:02..00:00:01")]
    [InlineData("00:00:01..")]
    [InlineData("..00:00:01")]
    [InlineData("00:00:01..00:00:02..00:00:03")]
    public void Anything_else_is_refused_by_the_name_of_its_setting(string? text)
    {
        Assert.False(DurationRange.TryParse(text, out DurationRange range));
        Assert.True(range.IsZero);
        Assert.Contains("Schemas:ProvisioningDelay is '", Assert.Single(new SchemaOptions { ProvisioningDelay = text! }.Problems()), StringComparison.Ordinal);
    }

    private static TimeSpan Duration(string text) => TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.5, 10)]
    [InlineData(1, 15)]
    public void A_place_in_it_is_between_its_bounds(double place, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), new DurationRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)).At(place));
}

using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class KqlNumbersTests
{
    [Theory]
    [InlineData("12", true)]
    [InlineData("12.0", true)]
    [InlineData("-0.5", true)]
    [InlineData("1e1", true)]
    [InlineData("9223372036854775808", true)]
    [InlineData("1e999", false)]
    [InlineData("1,5", false)]
    [InlineData("abc", false)]
    [InlineData("", false)]
    public void A_number_is_a_number_whatever_the_propertys_type(string text, bool isNumber) => Assert.Equal(isNumber, KqlNumbers.IsNumber(text));

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("-12", -12L)]
    [InlineData("+12", 12L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("12.0", null)]
    [InlineData("1,000", null)]
    [InlineData(" 12", null)]
    [InlineData("", null)]
    public void Whole_numbers(string text, long? expected) => Assert.Equal(expected, KqlNumbers.Int64OrNull(text));

    [Theory]
    [InlineData("12", 12.0)]
    [InlineData("-1.5", -1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("1e3", 1000.0)]
    [InlineData("1,5", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("1e999", null)]
    [InlineData(" 1", null)]
    public void Numbers(string text, double? expected) => Assert.Equal(expected, KqlNumbers.DoubleOrNull(text));

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("Yes", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("2", null)]
    [InlineData("", null)]
    public void Booleans(string text, bool? expected) => Assert.Equal(expected, KqlNumbers.BooleanOrNull(text));

    [Fact]
    public void The_culture_does_not_matter()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(1.5, KqlNumbers.DoubleOrNull("1.5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

public class WholeNumbersTests
{
    private const long Least = long.MinValue;
    private const long Most = long.MaxValue;

    [Theory]
    [InlineData(KqlOperator.Equal, "7", 7, 7)]
    [InlineData(KqlOperator.Equal, "7.0", 7, 7)]
    [InlineData(KqlOperator.Equal, "7e0", 7, 7)]
    [InlineData(KqlOperator.Less, "1.5", Least, 1)]
    [InlineData(KqlOperator.LessOrEqual, "1.5", Least, 1)]
    [InlineData(KqlOperator.Greater, "1.5", 2, Most)]
    [InlineData(KqlOperator.GreaterOrEqual, "1.5", 2, Most)]
    [InlineData(KqlOperator.Less, "-1.5", Least, -2)]
    [InlineData(KqlOperator.Greater, "-1.5", -1, Most)]
    [InlineData(KqlOperator.Greater, "1e-300", 1, Most)]
    [InlineData(KqlOperator.Less, "-1e-300", Least, -1)]
    [InlineData(KqlOperator.LessOrEqual, "1e-300", Least, 0)]
    [InlineData(KqlOperator.Equal, "9223372036854775807", Most, Most)]
    [InlineData(KqlOperator.Equal, "9223372036854775807.0", Most, Most)]
    [InlineData(KqlOperator.Equal, "-9223372036854775808", Least, Least)]
    [InlineData(KqlOperator.LessOrEqual, "9223372036854775807.5", Least, Most)]
    [InlineData(KqlOperator.Less, "9223372036854775806.5", Least, Most - 1)]
    [InlineData(KqlOperator.Greater, "-9223372036854775809", Least, Most)]
    [InlineData(KqlOperator.GreaterOrEqual, "-9223372036854775808.5", Least, Most)]
    [InlineData(KqlOperator.Less, "9223372036854775808", Least, Most)]
    [InlineData(KqlOperator.Less, "1e300", Least, Most)]
    [InlineData(KqlOperator.Greater, "-1e300", Least, Most)]
    public void A_comparison_holds_for_a_range_of_whole_numbers(KqlOperator sign, string text, long min, long max) =>
        Assert.Equal((min, max), WholeNumbers.Satisfying(sign, text));

    [Theory]
    [InlineData(KqlOperator.Equal, "1.5")]
    [InlineData(KqlOperator.Equal, "-9223372036854775809")]
    [InlineData(KqlOperator.Equal, "-9223372036854775808.5")]
    [InlineData(KqlOperator.LessOrEqual, "-9223372036854775809")]
    [InlineData(KqlOperator.Less, "-9223372036854775808")]
    [InlineData(KqlOperator.Equal, "9223372036854775808")]
    [InlineData(KqlOperator.Greater, "9223372036854775807")]
    [InlineData(KqlOperator.GreaterOrEqual, "9223372036854775807.5")]
    [InlineData(KqlOperator.Equal, "1e300")]
    [InlineData(KqlOperator.LessOrEqual, "-1e300")]
    [InlineData(KqlOperator.Equal, "abc")]
    [InlineData(KqlOperator.Less, "1e400")]
    public void Or_for_none(KqlOperator sign, string text) => Assert.Null(WholeNumbers.Satisfying(sign, text));
}

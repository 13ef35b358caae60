using Tributary.Indexing;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

public class WholeNumbersTests
{
    private const long Least = long.MinValue;
    private const long Most = long.MaxValue;

    [Theory]
    [InlineData(nameof(KqlOperator.Equal), "7", 7, 7)]
    [InlineData(nameof(KqlOperator.Equal), "7.0", 7, 7)]
    [InlineData(nameof(KqlOperator.Equal), "7e0", 7, 7)]
    [InlineData(nameof(KqlOperator.Less), "1.5", Least, 1)]
    [InlineData(nameof(KqlOperator.LessOrEqual), "1.5", Least, 1)]
    [InlineData(nameof(KqlOperator.Greater), "1.5", 2, Most)]
    [InlineData(nameof(KqlOperator.GreaterOrEqual), "1.5", 2, Most)]
    [InlineData(nameof(KqlOperator.Less), "-1.5", Least, -2)]
    [InlineData(nameof(KqlOperator.Greater), "-1.5", -1, Most)]
    [InlineData(nameof(KqlOperator.Greater), "1e-300", 1, Most)]
    [InlineData(nameof(KqlOperator.Less), "-1e-300", Least, -1)]
    [InlineData(nameof(KqlOperator.LessOrEqual), "1e-300", Least, 0)]
    [InlineData(nameof(KqlOperator.Equal), "9223372036854775807", Most, Most)]
    [InlineData(nameof(KqlOperator.Equal), "9223372036854775807.0", Most, Most)]
    [InlineData(nameof(KqlOperator.Equal), "-9223372036854775808", Least, Least)]
    [InlineData(nameof(KqlOperator.LessOrEqual), "9223372036854775807.5", Least, Most)]
    [InlineData(nameof(KqlOperator.Less), "9223372036854775806.5", Least, Most - 1)]
    [InlineData(nameof(KqlOperator.Greater), "-9223372036854775809", Least, Most)]
    [InlineData(nameof(KqlOperator.GreaterOrEqual), "-9223372036854775808.5", Least, Most)]
    [InlineData(nameof(KqlOperator.Less), "9223372036854775808", Least, Most)]
    [InlineData(nameof(KqlOperator.Less), "1e300", Least, Most)]
    [InlineData(nameof(KqlOperator.Greater), "-1e300", Least, Most)]
    public void A_comparison_holds_for_a_range_of_whole_numbers(string sign, string text, long min, long max) =>
        Assert.Equal((min, max), WholeNumbers.Satisfying(Enum.Parse<KqlOperator>(sign), text));

    [Theory]
    [InlineData(nameof(KqlOperator.Equal), "1.5")]
    [InlineData(nameof(KqlOperator.Equal), "-9223372036854775809")]
    [InlineData(nameof(KqlOperator.Equal), "-9223372036854775808.5")]
    [InlineData(nameof(KqlOperator.LessOrEqual), "-9223372036854775809")]
    [InlineData(nameof(KqlOperator.Less), "-9223372036854775808")]
    [InlineData(nameof(KqlOperator.Equal), "9223372036854775808")]
    [InlineData(nameof(KqlOperator.Greater), "9223372036854775807")]
    [InlineData(nameof(KqlOperator.GreaterOrEqual), "9223372036854775807.5")]
    [InlineData(nameof(KqlOperator.Equal), "1e300")]
    [InlineData(nameof(KqlOperator.LessOrEqual), "-1e300")]
    [InlineData(nameof(KqlOperator.Equal), "abc")]
    [InlineData(nameof(KqlOperator.Less), "1e400")]
    public void Or_for_none(string sign, string text) => Assert.Null(WholeNumbers.Satisfying(Enum.Parse<KqlOperator>(sign), text));
}

using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class KqlIntervalTests
{
    /// <summary>For the day [10, 20): which of the ticks before, first, last and after satisfy the comparison (search 7.6).</summary>
    [Theory]
    [InlineData(nameof(KqlOperator.Contains), false, true, true, false)]
    [InlineData(nameof(KqlOperator.Equal), false, true, true, false)]
    [InlineData(nameof(KqlOperator.NotEqual), false, true, true, false)]
    [InlineData(nameof(KqlOperator.Less), true, false, false, false)]
    [InlineData(nameof(KqlOperator.LessOrEqual), true, true, true, false)]
    [InlineData(nameof(KqlOperator.Greater), false, false, false, true)]
    [InlineData(nameof(KqlOperator.GreaterOrEqual), false, true, true, true)]
    public void A_comparison_takes_the_start_or_the_end(string sign, bool before, bool first, bool last, bool after)
    {
        var (from, to) = new KqlInterval(10, 20, IsWhole: true).Satisfying(Enum.Parse<KqlOperator>(sign));
        Assert.Equal([before, first, last, after], new long[] { 9, 10, 19, 20 }.Select(tick => tick >= from && tick < to));
    }

    [Fact]
    public void A_range_goes_from_the_start_of_the_first_to_the_end_of_the_second() =>
        Assert.Equal(
            new KqlInterval(10, 41, IsWhole: true),
            new KqlInterval(10, 20, IsWhole: true).Through(new KqlInterval(40, 41, IsWhole: false)));
}

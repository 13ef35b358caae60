using Tributary.Items;

namespace Tributary.Tests.Items;

public class ActivityStandingTests
{
    private static readonly long Monday = new DateTime(2026, 3, 9, 0, 0, 0, DateTimeKind.Utc).Ticks;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(6, 2)]
    [InlineData(7, 3)]
    [InlineData(1022, 9)]
    [InlineData(1023, 10)]
    [InlineData(long.MaxValue, 10)]
    public void Each_level_takes_twice_as_many(long count, int level) => Assert.Equal(level, new ActivityStanding(count, 0).Level);

    [Fact]
    public void Within_a_level_and_a_week_an_index_need_not_hear_of_more()
    {
        var standing = new ActivityStanding(3, Monday);

        Assert.True(standing.IsAsGoodAs(new ActivityStanding(6, Monday + (7 * TimeSpan.TicksPerDay) - 1)));
        Assert.False(standing.IsAsGoodAs(new ActivityStanding(7, Monday)));
        Assert.False(standing.IsAsGoodAs(new ActivityStanding(3, Monday + (7 * TimeSpan.TicksPerDay))));
        Assert.False(standing.IsAsGoodAs(new ActivityStanding(3, Monday - 1)));
    }
}

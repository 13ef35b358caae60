using Tributary.Relevance;

namespace Tributary.Tests.Relevance;

public sealed class RandomisationTestTests
{
    [Fact]
    public void Differences_that_all_point_one_way_are_no_chance_and_balanced_ones_are()
    {
        Assert.True(RandomisationTest.PValue(Enumerable.Repeat(0.1, 40)) < 0.001);
        Assert.True(RandomisationTest.PValue(Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 0.1 : -0.1)) > 0.9);
    }

    [Fact]
    public void Four_differences_alike_come_by_chance_once_in_eight_times() =>
        Assert.Equal(1 / 8.0, RandomisationTest.PValue([0.5, 0.5, 0.5, 0.5, 0]), 0.01);

    [Fact]
    public void No_difference_is_certainly_chance_and_the_same_question_has_the_same_answer()
    {
        Assert.Equal(1, RandomisationTest.PValue([0, 0, 0]));
        double[] some = [0.3, -0.1, 0.2, 0.4, -0.2, 0.1, 0.1];
        Assert.Equal(RandomisationTest.PValue(some), RandomisationTest.PValue(some));
    }
}

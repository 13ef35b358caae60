using Microsoft.Extensions.Configuration;
using Tributary.Quirks;

namespace Tributary.Tests.Quirks;

public class ChanceTests
{
    private static readonly DurationRange Range = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));

    [Fact]
    public void The_same_seed_and_occasion_draw_the_same_wait_in_whatever_order() =>
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => new Chance(7).Draw(Range, "item", $"{i}")),
            Enumerable.Range(0, 50).Reverse().Select(i => new Chance(7).Draw(Range, "item", $"{i}")).Reverse());

    [Fact]
    public void Another_seed_or_another_occasion_draws_another_wait()
    {
        TimeSpan[] draws = [new Chance(7).Draw(Range, "item", "a"), new Chance(8).Draw(Range, "item", "a"), new Chance(7).Draw(Range, "item", "b"), new Chance(7).Draw(Range, "itema")];

        Assert.Equal(4, draws.Distinct().Count());
    }

    [Fact]
    public void The_draws_fill_the_range_and_never_leave_it()
    {
        var chance = new Chance(0);
        int[] tenths = new int[10];
        for (int i = 0; i < 2000; i++)
        {
            TimeSpan wait = chance.Draw(Range, $"{i}");
            Assert.InRange(wait, Range.Least, Range.Most);
            tenths[(int)((wait - Range.Least) / (Range.Most - Range.Least) * 10)]++;
        }

        // 200 are expected in each; a fair draw leaves this corridor once in many billion seeds.
        Assert.All(tenths, count => Assert.InRange(count, 100, 300));
    }

    [Fact]
    public void Bounds_that_are_one_are_the_wait() => Assert.Equal(Range.Least, new Chance(3).Draw(Range with { Most = Range.Least }, "x"));

    [Theory]
    [InlineData(null, 0)]
    [InlineData("42", 42)]
    [InlineData("-1", -1)]
    public void The_seed_is_a_setting(string? text, int seed) => Assert.Equal(new Chance(seed).Draw(Range, "x"), Chance.From(Setting(text)).Draw(Range, "x"));

    [Theory]
    [InlineData("dice")]
    [InlineData("1.5")]
    [InlineData("2147483648")]
    public void A_seed_that_is_no_whole_number_is_refused(string text) =>
        Assert.StartsWith("RandomSeed is '", Assert.Throws<ArgumentException>(() => Chance.From(Setting(text))).Message, StringComparison.Ordinal);

    private static IConfiguration Setting(string? seed) => new ConfigurationBuilder().AddInMemoryCollection([new("RandomSeed", seed)]).Build();
}

using Tributary.Search;

namespace Tributary.Tests.Search;

public class RankingOptionsTests
{
    [Fact]
    public void The_defaults_are_right() => Assert.Empty(new RankingOptions().Problems());

    [Fact]
    public void Bounds_belong_to_what_they_bound()
    {
        var least = new RankingOptions
        {
            TitleWeight = 0,
            VeryHighWeight = 0,
            HighWeight = 0,
            MediumWeight = 0,
            LowWeight = 0,
            ExactTitleLift = 0,
            TitlePhraseLift = 0,
            TextPhraseLift = 0,
            FreshnessLift = 0,
            ActivityLift = 0,
            FreshnessHalfLife = TimeSpan.FromDays(1),
            ActivityHalfLife = TimeSpan.FromDays(1),
        };
        var most = new RankingOptions
        {
            Statistics = StatisticsScope.Visible,
            TitleWeight = 100,
            VeryHighWeight = 100,
            HighWeight = 100,
            MediumWeight = 100,
            LowWeight = 100,
            ExactTitleLift = 10,
            TitlePhraseLift = 10,
            TextPhraseLift = 10,
            FreshnessLift = 1,
            ActivityLift = 1,
            FreshnessHalfLife = TimeSpan.FromDays(3650),
            ActivityHalfLife = TimeSpan.FromDays(3650),
        };

        Assert.Empty(least.Problems().Concat(most.Problems()));
    }

    [Fact]
    public void Each_that_is_beyond_is_named_with_what_it_may_be()
    {
        var options = new SearchOptions
        {
            Ranking = new RankingOptions
            {
                Statistics = (StatisticsScope)2,
                TitleWeight = 100.5,
                VeryHighWeight = -1,
                HighWeight = double.NaN,
                MediumWeight = double.PositiveInfinity,
                LowWeight = -0.1,
                ExactTitleLift = 10.5,
                TitlePhraseLift = -1,
                TextPhraseLift = 11,
                FreshnessLift = 1.5,
                ActivityLift = -1,
                FreshnessHalfLife = TimeSpan.FromHours(23),
                ActivityHalfLife = TimeSpan.FromDays(3651),
            },
        };

        Assert.Equal(
            [
                "Search:Ranking:Statistics is 2; it must be All or Visible.",
                "Search:Ranking:TitleWeight is 100.5; it must be from 0 to 100.",
                "Search:Ranking:VeryHighWeight is -1; it must be from 0 to 100.",
                "Search:Ranking:HighWeight is NaN; it must be from 0 to 100.",
                "Search:Ranking:MediumWeight is Infinity; it must be from 0 to 100.",
                "Search:Ranking:LowWeight is -0.1; it must be from 0 to 100.",
                "Search:Ranking:ExactTitleLift is 10.5; it must be from 0 to 10.",
                "Search:Ranking:TitlePhraseLift is -1; it must be from 0 to 10.",
                "Search:Ranking:TextPhraseLift is 11; it must be from 0 to 10.",
                "Search:Ranking:FreshnessLift is 1.5; it must be from 0 to 1.",
                "Search:Ranking:FreshnessHalfLife is 23:00:00; it must be from 1.00:00:00 to 3650.00:00:00.",
                "Search:Ranking:ActivityLift is -1; it must be from 0 to 1.",
                "Search:Ranking:ActivityHalfLife is 3651.00:00:00; it must be from 1.00:00:00 to 3650.00:00:00.",
            ],
            options.Problems());
    }
}

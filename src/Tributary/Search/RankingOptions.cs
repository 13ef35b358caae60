namespace Tributary.Search;

/// <summary>Of which items statistics of ranking are.</summary>
internal enum StatisticsScope
{
    /// <summary>Of all items of the connections that are searched, whoever may see them: quick, and the order of hits tells a little of what is hidden.</summary>
    All,

    /// <summary>Of the items that the caller may see, so that scores are as if there were no others.</summary>
    Visible,
}

/// <summary>Section <c>Search:Ranking</c>: what makes one match come before another. docs/ranking.md has the formula. Nothing here decides what matches.</summary>
internal sealed class RankingOptions
{
    /// <summary>As it is where nothing is set.</summary>
    public static readonly RankingOptions Default = new();

    /// <summary>Of which items it is counted how rare words are and how long texts.</summary>
    public StatisticsScope Statistics { get; set; } = StatisticsScope.All;

    /// <summary>How many words of the content a word in the title counts as, where both are of average length.</summary>
    public double TitleWeight { get; set; } = 8;

    /// <summary>The same for a property with the <c>rankingHint</c> <c>veryHigh</c>.</summary>
    public double VeryHighWeight { get; set; } = 3;

    /// <summary>The same for <c>high</c>.</summary>
    public double HighWeight { get; set; } = 2;

    /// <summary>The same for <c>medium</c>, for a property without a hint, and for one with another label than <c>title</c>.</summary>
    public double MediumWeight { get; set; } = 1;

    /// <summary>The same for <c>low</c>.</summary>
    public double LowWeight { get; set; } = 0.25;

    /// <summary>By what part of its score an item is lifted whose title is all that was asked for.</summary>
    public double ExactTitleLift { get; set; } = 1;

    /// <summary>By what part at most where words that stand side by side in the query do so in the title.</summary>
    public double TitlePhraseLift { get; set; } = 0.5;

    /// <summary>The same for anywhere in the item; the title is a part of it.</summary>
    public double TextPhraseLift { get; set; } = 0.1;

    /// <summary>By what part an item is lifted that was modified today.</summary>
    public double FreshnessLift { get; set; } = 0.1;

    /// <summary>After how long half of <see cref="FreshnessLift"/> is left.</summary>
    public TimeSpan FreshnessHalfLife { get; set; } = TimeSpan.FromDays(180);

    /// <summary>By what part an item is lifted at most with which people do much: with 1,023 of them or more, of whom one did so today.</summary>
    public double ActivityLift { get; set; } = 0.1;

    /// <summary>How long after the last of its activities half of the lift for them is left.</summary>
    public TimeSpan ActivityHalfLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A sentence for each value that is wrong.</summary>
    public IEnumerable<string> Problems() =>
    [
        .. Enum.IsDefined(Statistics) ? [] : (string[])[$"Search:Ranking:Statistics is {Statistics}; it must be All or Visible."],
        .. Between(nameof(TitleWeight), TitleWeight, 100),
        .. Between(nameof(VeryHighWeight), VeryHighWeight, 100),
        .. Between(nameof(HighWeight), HighWeight, 100),
        .. Between(nameof(MediumWeight), MediumWeight, 100),
        .. Between(nameof(LowWeight), LowWeight, 100),
        .. Between(nameof(ExactTitleLift), ExactTitleLift, 10),
        .. Between(nameof(TitlePhraseLift), TitlePhraseLift, 10),
        .. Between(nameof(TextPhraseLift), TextPhraseLift, 10),
        .. Between(nameof(FreshnessLift), FreshnessLift, 1),
        .. Days(nameof(FreshnessHalfLife), FreshnessHalfLife),
        .. Between(nameof(ActivityLift), ActivityLift, 1),
        .. Days(nameof(ActivityHalfLife), ActivityHalfLife),
    ];

    private static IEnumerable<string> Between(string name, double value, int most) =>
        value >= 0 && value <= most ? [] : [FormattableString.Invariant($"Search:Ranking:{name} is {value}; it must be from 0 to {most}.")];

    private static IEnumerable<string> Days(string name, TimeSpan value) =>
        value >= TimeSpan.FromDays(1) && value <= TimeSpan.FromDays(3650) ? [] : [$"Search:Ranking:{name} is {value}; it must be from 1.00:00:00 to 3650.00:00:00."];
}

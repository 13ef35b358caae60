using System.Runtime.CompilerServices;
using Tributary.Search;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// A lift that halves in equal times. It goes by whole days of UTC: so the pages of a list that are asked for on one day are of one order, whatever time passes between
/// them, and a day more or less is nothing to what ages by the month.
/// </summary>
internal readonly struct Decay
{
    /// <summary>There is not a thousandth left then.</summary>
    private const int HalfLives = 10;

    private static readonly ConditionalWeakTable<RankingOptions, float[]> Fresh = [];
    private static readonly ConditionalWeakTable<RankingOptions, float[]> Active = [];

    private readonly float[] _left;
    private readonly int _today;

    private Decay(float[] left, DateTimeOffset now)
    {
        _left = left;
        _today = RankColumns.DayOf(now.UtcTicks);
    }

    public bool IsNone => _left.Length == 0;

    /// <summary>Of what was modified.</summary>
    public static Decay OfFreshness(RankingOptions ranking, DateTimeOffset now) =>
        new(Fresh.GetValue(ranking, options => Table(options.FreshnessLift, options.FreshnessHalfLife)), now);

    /// <summary>Of what people do with.</summary>
    public static Decay OfActivity(RankingOptions ranking, DateTimeOffset now) =>
        new(Active.GetValue(ranking, options => Table(options.ActivityLift, options.ActivityHalfLife)), now);

    /// <param name="day">See <see cref="RankColumns.DayOf"/>. One to come counts as today, none as very long ago.</param>
    public float Of(ushort day) => day == 0 ? 0 : Math.Max(0, _today - day) is var age && age < _left.Length ? _left[age] : 0;

    private static float[] Table(double lift, TimeSpan halfLife) =>
        lift > 0 ? [.. Enumerable.Range(0, (int)(HalfLives * halfLife.TotalDays)).Select(days => (float)(lift * Math.Pow(0.5, days / halfLife.TotalDays)))] : [];
}

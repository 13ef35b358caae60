using System.Runtime.CompilerServices;
using Lucene.Net.Index;
using Tributary.Items;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// What ranking asks about each document of a segment, as plain arrays for the reason that <see cref="AclColumn"/> is one: six bytes a document, and four more in
/// a segment that has any activities. Loaded once for each
/// segment and gone with it.
/// </summary>
internal sealed class RankColumns
{
    private static readonly ConditionalWeakTable<object, RankColumns> Columns = [];
    private static readonly long FirstDay = new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerDay;

    private const int LevelBits = 8;

    private readonly ushort[] _days;
    private readonly int[] _milliseconds;
    private readonly int[]? _activities;

    private RankColumns(AtomicReader reader)
    {
        _days = new ushort[reader.MaxDoc];
        _milliseconds = new int[reader.MaxDoc];
        NumericDocValues? modified = reader.GetNumericDocValues(IndexFields.Modified);
        for (int doc = 0; doc < _days.Length && modified is not null; doc++)
        {
            long ticks = modified.Get(doc);
            _days[doc] = DayOf(ticks);
            _milliseconds[doc] = (int)(ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond);
            IsToTheMillisecond &= ticks % TimeSpan.TicksPerMillisecond == 0;
        }

        if (reader.GetNumericDocValues(IndexFields.Activity) is { } activities)
        {
            _activities = new int[reader.MaxDoc];
            for (int doc = 0; doc < _activities.Length; doc++)
            {
                _activities[doc] = (int)activities.Get(doc);
            }
        }
    }

    public static RankColumns Of(AtomicReader reader) => Columns.GetValue(reader.CoreCacheKey, _ => new RankColumns(reader));

    /// <summary>Whether no time of the segment says more than its day and <see cref="MillisecondOf"/>, where the day is one that <see cref="IsToldApart"/>.</summary>
    public bool IsToTheMillisecond { get; } = true;

    /// <summary>Whether the day is one alone, and not all those before or after as well.</summary>
    public static bool IsToldApart(ushort day) => day is not (1 or ushort.MaxValue);

    /// <summary>The day as it is kept: from 1900 to 2079; what is outside counts as the nearest of these, no date as 0.</summary>
    public static ushort DayOf(long ticks) => ticks == 0 ? (ushort)0 : (ushort)Math.Clamp((ticks / TimeSpan.TicksPerDay) - FirstDay, 1, ushort.MaxValue);

    /// <summary>As the index keeps it.</summary>
    public static int ActivityOf(ActivityStanding standing) => (DayOf(standing.LastTicks) << LevelBits) | standing.Level;

    /// <summary>Whether any item of the segment has activities.</summary>
    public bool HasActivities => _activities is not null;

    /// <summary>How much was done with the item, 0 to <see cref="ActivityStanding.MaxLevel"/>, and when last.</summary>
    public (int Level, ushort Day) ActivityOf(int doc) => _activities is null ? default : (_activities[doc] & ((1 << LevelBits) - 1), (ushort)(_activities[doc] >> LevelBits));

    /// <summary>When the item was last modified; 0 where it does not say.</summary>
    public ushort ModifiedOn(int doc) => _days[doc];

    /// <summary>At which millisecond of that day.</summary>
    public int MillisecondOf(int doc) => _milliseconds[doc];
}

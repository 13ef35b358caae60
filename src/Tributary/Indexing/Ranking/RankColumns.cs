using System.Runtime.CompilerServices;
using Lucene.Net.Index;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// What ranking asks about each document of a segment, as plain arrays for the reason that <see cref="AclColumn"/> is one: two bytes a document. Loaded once for each
/// segment and gone with it.
/// </summary>
internal sealed class RankColumns
{
    private static readonly ConditionalWeakTable<object, RankColumns> Columns = [];
    private static readonly long FirstDay = new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerDay;

    private readonly ushort[] _days;

    private RankColumns(AtomicReader reader)
    {
        _days = new ushort[reader.MaxDoc];
        NumericDocValues? modified = reader.GetNumericDocValues(IndexFields.Modified);
        for (int doc = 0; doc < _days.Length && modified is not null; doc++)
        {
            _days[doc] = DayOf(modified.Get(doc));
        }
    }

    public static RankColumns Of(AtomicReader reader) => Columns.GetValue(reader.CoreCacheKey, _ => new RankColumns(reader));

    /// <summary>The day as it is kept: from 1900 to 2079; what is outside counts as the nearest of these, no date as 0.</summary>
    public static ushort DayOf(long ticks) => ticks == 0 ? (ushort)0 : (ushort)Math.Clamp((ticks / TimeSpan.TicksPerDay) - FirstDay, 1, ushort.MaxValue);

    /// <summary>When the item was last modified; 0 where it does not say.</summary>
    public ushort ModifiedOn(int doc) => _days[doc];
}

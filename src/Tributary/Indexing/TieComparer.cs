using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;

namespace Tributary.Indexing;

/// <summary>
/// Decides between hits that are equal so far: the newer item first, by the time of its last modification (none is the oldest), then the lesser id. Both are read only for two that
/// have to be told apart; mostly the day and its millisecond say it, which are in memory.
/// </summary>
/// <remarks>Lucene's own comparers read both from the files for each document that they keep for a while, which was a sixth of the time of a search by who sees little.</remarks>
/// <param name="slots">How many documents are kept.</param>
internal sealed class TieComparer(int slots) : FieldComparer<object>
{
    private const long Unread = long.MinValue;

    private readonly int[] _docs = new int[slots];
    private readonly int[] _segmentOf = new int[slots];
    private readonly ushort[] _days = new ushort[slots];
    private readonly int[] _milliseconds = new int[slots];
    private readonly List<Segment> _segments = [];

    /// <summary>Kept only once there was a tie, as the arrays of a deep page are large.</summary>
    private long[]? _ticks;

    /// <inheritdoc cref="_ticks"/>
    private BytesRef?[]? _ids;

    private int _bottom;

    public override int Compare(int slot1, int slot2)
    {
        int order = Compare(_days[slot1], _milliseconds[slot1], _days[slot2], _milliseconds[slot2]);
        if (order == 0 && !AreEqual(_days[slot1], _segments[_segmentOf[slot1]], _segments[_segmentOf[slot2]]))
        {
            order = TicksOf(slot2).CompareTo(TicksOf(slot1));
        }

        return order != 0 ? order : IdOf(slot1).CompareTo(IdOf(slot2));
    }

    public override void SetBottom(int slot) => _bottom = slot;

    public override int CompareBottom(int doc)
    {
        Segment current = _segments[^1];
        RankColumns columns = current.Columns;
        ushort day = columns.ModifiedOn(doc);
        int order = Compare(_days[_bottom], _milliseconds[_bottom], day, columns.MillisecondOf(doc));
        if (order == 0 && !AreEqual(day, _segments[_segmentOf[_bottom]], current))
        {
            order = current.TicksOf(doc).CompareTo(TicksOf(_bottom));
        }

        return order != 0 ? order : IdOf(_bottom).CompareTo(current.IdOf(doc));
    }

    public override void Copy(int slot, int doc)
    {
        _docs[slot] = doc;
        _segmentOf[slot] = _segments.Count - 1;
        _days[slot] = _segments[^1].Columns.ModifiedOn(doc);
        _milliseconds[slot] = _segments[^1].Columns.MillisecondOf(doc);
        if (_ticks is not null)
        {
            _ticks[slot] = Unread;
        }

        if (_ids is not null)
        {
            _ids[slot] = null;
        }
    }

    public override FieldComparer SetNextReader(AtomicReaderContext context)
    {
        _segments.Add(new Segment(context.AtomicReader));
        return this;
    }

    public override object this[int slot] => throw new NotSupportedException();

    public override void SetTopValue(object value) => throw new NotSupportedException();

    public override int CompareTop(int doc) => throw new NotSupportedException();

    /// <summary>A later day is a later time, as days are of times in their order; and so is a later millisecond of one day.</summary>
    private static int Compare(ushort day, int millisecond, ushort otherDay, int otherMillisecond)
    {
        int order = otherDay.CompareTo(day);
        return order == 0 && RankColumns.IsToldApart(day) ? otherMillisecond.CompareTo(millisecond) : order;
    }

    /// <summary>Whether times of one millisecond are the same time.</summary>
    private static bool AreEqual(ushort day, Segment one, Segment other) =>
        RankColumns.IsToldApart(day) && one.Columns.IsToTheMillisecond && other.Columns.IsToTheMillisecond;

    private long TicksOf(int slot)
    {
        if (_ticks is null)
        {
            _ticks = new long[slots];
            Array.Fill(_ticks, Unread);
        }

        return _ticks[slot] == Unread ? _ticks[slot] = _segments[_segmentOf[slot]].TicksOf(_docs[slot]) : _ticks[slot];
    }

    private BytesRef IdOf(int slot) => (_ids ??= new BytesRef?[slots])[slot] ??= BytesRef.DeepCopyOf(_segments[_segmentOf[slot]].IdOf(_docs[slot]));

    private sealed class Segment(AtomicReader reader)
    {
        private NumericDocValues? _modified;
        private readonly BytesRef _id = new();
        private BinaryDocValues? _ids;

        public RankColumns Columns { get; } = RankColumns.Of(reader);

        /// <summary>A segment may be without any, which is as without dates.</summary>
        public long TicksOf(int doc) => (_modified ??= reader.GetNumericDocValues(IndexFields.Modified) ?? DocValues.EMPTY_NUMERIC).Get(doc);

        /// <summary>Holds until the next.</summary>
        public BytesRef IdOf(int doc)
        {
            (_ids ??= reader.GetBinaryDocValues(IndexFields.Id)).Get(doc, _id);
            return _id;
        }
    }
}

using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Orders by text; what has none comes last whichever way the order runs. Within a segment places in its dictionary are compared; a text from another segment is
/// looked up in the dictionary once.
/// </summary>
/// <remarks>
/// Lucene's own comparer reads the text of every document it keeps for a while, and looks up the last one anew in each segment. When groups are collapsed every
/// group has a last one.
/// </remarks>
/// <inheritdoc cref="NumberComparer(Func{AtomicReader, string}, int, bool)"/>
internal sealed class TextComparer(Func<AtomicReader, string?> fieldOf, int slots, bool isReversed) : FieldComparer<object>
{
    private readonly Slot[] _slots = new Slot[slots];
    private readonly List<SortedDocValues?> _segments = [];
    private readonly int _missing = isReversed ? int.MinValue : int.MaxValue;
    private int _bottom = -1;
    private int _bottomPlace;

    private int Current => _segments.Count - 1;

    public override int Compare(int slot1, int slot2)
    {
        ref Slot one = ref _slots[slot1];
        ref Slot other = ref _slots[slot2];
        if (one.Ord < 0 || other.Ord < 0)
        {
            return (one.Ord < 0).CompareTo(other.Ord < 0) * (isReversed ? -1 : 1);
        }

        return one.Segment == other.Segment ? one.Ord.CompareTo(other.Ord) : TextOf(ref one).CompareTo(TextOf(ref other));
    }

    public override void SetBottom(int slot)
    {
        _bottom = slot;
        _bottomPlace = PlaceOf(ref _slots[slot]);
    }

    public override int CompareBottom(int doc) => _bottomPlace.CompareTo(PlaceOf(OrdOf(doc)));

    public override void Copy(int slot, int doc) => _slots[slot] = new Slot { Ord = OrdOf(doc), Segment = Current, PlaceSegment = -1 };

    public override FieldComparer SetNextReader(AtomicReaderContext context)
    {
        string? field = fieldOf(context.AtomicReader);
        _segments.Add(field is null ? null : context.AtomicReader.GetSortedDocValues(field));
        if (_bottom >= 0)
        {
            SetBottom(_bottom);
        }

        return this;
    }

    public override object this[int slot] => throw new NotSupportedException();

    public override void SetTopValue(object value) => throw new NotSupportedException();

    public override int CompareTop(int doc) => throw new NotSupportedException();

    private int OrdOf(int doc) => _segments[^1]?.GetOrd(doc) ?? -1;

    /// <summary>Twice the place in the dictionary, so that there is room between two of its texts for one that it does not have.</summary>
    private int PlaceOf(int ord) => ord < 0 ? _missing : 2 * ord;

    private int PlaceOf(ref Slot slot)
    {
        if (slot.Ord < 0 || slot.Segment == Current)
        {
            return PlaceOf(slot.Ord);
        }

        if (slot.PlaceSegment != Current)
        {
            int found = _segments[^1]?.LookupTerm(TextOf(ref slot)) ?? -1;
            slot.Place = found >= 0 ? 2 * found : (2 * ~found) - 1;
            slot.PlaceSegment = Current;
        }

        return slot.Place;
    }

    private BytesRef TextOf(ref Slot slot)
    {
        if (slot.Text is null)
        {
            slot.Text = new BytesRef();
            _segments[slot.Segment]!.LookupOrd(slot.Ord, slot.Text);
            slot.Text = BytesRef.DeepCopyOf(slot.Text);
        }

        return slot.Text;
    }

    /// <summary>A document that is kept.</summary>
    private struct Slot
    {
        /// <summary>Place in the dictionary of its segment; negative when it has no text.</summary>
        public int Ord;

        public int Segment;
        public BytesRef? Text;

        /// <summary>The segment for which <see cref="Place"/> was looked up.</summary>
        public int PlaceSegment;

        public int Place;
    }
}

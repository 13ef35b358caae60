using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Orders by numbers, dates or Booleans; what has none comes last whichever way the order runs. Values are compared as they are, so that it does not matter which
/// segment they come from; Lucene's own comparer has a number stand for what is missing, and any number can be a value.
/// </summary>
/// <param name="fieldOf">The doc values of a segment; null where nothing has a value.</param>
/// <param name="slots">How many documents are kept.</param>
/// <param name="isReversed">Whether the asker turns the order round.</param>
internal sealed class NumberComparer(Func<AtomicReader, string?> fieldOf, int slots, bool isReversed) : FieldComparer<object>
{
    private readonly (bool IsMissing, long Number)[] _values = new (bool, long)[slots];
    private NumericDocValues? _numbers;
    private IBits? _present;
    private (bool IsMissing, long Number) _bottom;

    public override int Compare(int slot1, int slot2) => Compare(_values[slot1], _values[slot2]);

    public override void SetBottom(int slot) => _bottom = _values[slot];

    public override int CompareBottom(int doc) => Compare(_bottom, Of(doc));

    public override void Copy(int slot, int doc) => _values[slot] = Of(doc);

    public override FieldComparer SetNextReader(AtomicReaderContext context)
    {
        string? field = fieldOf(context.AtomicReader);
        _numbers = field is null ? null : context.AtomicReader.GetNumericDocValues(field);
        _present = field is null ? null : context.AtomicReader.GetDocsWithField(field);
        return this;
    }

    public override object this[int slot] => throw new NotSupportedException();

    public override void SetTopValue(object value) => throw new NotSupportedException();

    public override int CompareTop(int doc) => throw new NotSupportedException();

    private (bool IsMissing, long Number) Of(int doc)
    {
        if (_numbers is null)
        {
            return (true, 0);
        }

        // What is missing reads as 0, so only that has to be asked about.
        long number = _numbers.Get(doc);
        return (number == 0 && _present?.Get(doc) != true, number);
    }

    private int Compare((bool IsMissing, long Number) one, (bool IsMissing, long Number) other) => one.IsMissing || other.IsMissing
        ? one.IsMissing.CompareTo(other.IsMissing) * (isReversed ? -1 : 1)
        : one.Number.CompareTo(other.Number);
}

using Lucene.Net.Index;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Walks the values that matches have, over segments and connections, in the order of values: each segment's dictionary is in that order already, so nothing is
/// kept of the values that are through.
/// </summary>
internal sealed class ValueMerge
{
    private readonly SearchWork _work;
    private readonly Queue _queue;
    private readonly List<Cursor> _current = [];

    public ValueMerge(IReadOnlyList<CountedValues> segments, SearchWork work)
    {
        _work = work;
        _queue = new Queue(segments.Count);
        bool isAlone = segments.Count == 1;
        foreach (CountedValues segment in segments)
        {
            var cursor = new Cursor(segment, isRead: !isAlone);
            if (cursor.MoveNext())
            {
                _queue.Add(cursor);
            }
        }
    }

    /// <summary>Matches that have the value.</summary>
    public long Count { get; private set; }

    /// <summary>The value; good until the next. Not read before it is asked for, when there is nothing to compare it with.</summary>
    public BytesRef Value => _current[0].Read();

    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public bool MoveNext()
    {
        foreach (Cursor cursor in _current)
        {
            _work.Step();
            if (cursor.MoveNext())
            {
                _queue.Add(cursor);
            }
        }

        _current.Clear();
        Count = 0;
        if (_queue.Count == 0)
        {
            return false;
        }

        do
        {
            Cursor cursor = _queue.Pop();
            _current.Add(cursor);
            Count += cursor.Count;
        }
        while (_queue.Count > 0 && _queue.Top.Read().BytesEquals(_current[0].Read()));
        return true;
    }

    /// <summary>Replaces the counts of the value, which are through, by a number for it that is the same in all segments.</summary>
    public void Mark(int number)
    {
        foreach (Cursor cursor in _current)
        {
            cursor.Mark(number);
        }
    }

    /// <summary>A place in the values of one segment.</summary>
    private sealed class Cursor(CountedValues segment, bool isRead)
    {
        // What has one value a document at most is kept as such, and only that way is the dictionary read as it lies.
        private readonly TermsEnum _terms = DocValues.UnwrapSingleton(segment.Values)?.GetTermsEnum() ?? segment.Values.GetTermsEnum();
        private int _ord = -1;
        private int _readOrd = -2;

        public int Count => segment.Numbers[_ord];

        public bool MoveNext()
        {
            int ahead = segment.Numbers.AsSpan(_ord + 1).IndexOfAnyExcept(0);
            if (ahead < 0)
            {
                return false;
            }

            _ord += ahead + 1;
            if (isRead)
            {
                Read();
            }

            return true;
        }

        public BytesRef Read()
        {
            if (_ord == _readOrd + 1)
            {
                _terms.MoveNext();
            }
            else if (_ord != _readOrd)
            {
                _terms.SeekExact(_ord);
            }

            _readOrd = _ord;
            return _terms.Term;
        }

        public void Mark(int number) => segment.Numbers[_ord] = number;
    }

    private sealed class Queue(int size) : PriorityQueue<Cursor>(Math.Max(1, size))
    {
        protected override bool LessThan(Cursor a, Cursor b) => a.Read().CompareTo(b.Read()) < 0;
    }
}

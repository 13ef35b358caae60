using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>The positions of the words that begin alike, in some documents of a segment.</summary>
/// <param name="segment">The segment.</param>
/// <param name="prefix">How the words begin.</param>
/// <param name="documents">The documents; an empty set has length 0.</param>
/// <param name="acceptDocs">Of these, which; null for all.</param>
/// <param name="work">Counts along.</param>
/// <param name="mostPositions">Held at a time.</param>
internal sealed class PrefixSpans(
    AtomicReader segment, Term prefix, FixedBitSet documents, IBits? acceptDocs, SearchWork work, int mostPositions = PrefixSpans.MostPositions) : Spans
{
    /// <summary>Eight bytes each.</summary>
    public const int MostPositions = 1 << 21;

    /// <summary>Sorted in one go, which takes some milliseconds; one document can have millions.</summary>
    private const int SortedAtOnce = 1 << 17;

    /// <summary>Moving to a document costs as much as so many steps.</summary>
    private const int StepsOfMove = 4;

    private readonly FixedBitSet _wanted = new(documents.Length);
    private readonly List<int> _docs = [];
    private ulong[] _found = [];
    private int _count;
    private int _at = -1;
    private readonly int _mostPositions = mostPositions;
    private int _most = mostPositions;
    private ulong _until;
    private bool _isSorted;
    private bool _isOver;
    private DocsAndPositionsEnum? _places;

    public override int Doc => _isOver ? DocIdSetIterator.NO_MORE_DOCS : _at < 0 ? -1 : DocOf(_found[_at]);

    public override int Start => (int)(uint)_found[_at];

    public override int End => Start + 1;

    public override bool IsPayloadAvailable => false;

    public override bool MoveNext()
    {
        work.Step();
        return !_isOver && (++_at < _count || ReadFrom(_until));
    }

    public override bool SkipTo(int target)
    {
        work.Step();
        if (_isOver)
        {
            return false;
        }

        _at++;
        ulong first = PlaceOf(target, 0);
        if (first >= _until)
        {
            return ReadFrom(first);
        }

        if (_at < _count && _found[_at] < first)
        {
            int found = Array.BinarySearch(_found, _at, _count - _at, first);
            _at = found < 0 ? ~found : found;
        }

        return _at < _count || ReadFrom(_until);
    }

    public override ICollection<byte[]> GetPayload() => [];

    public override long GetCost() => documents.Length;

    private static ulong PlaceOf(int doc, int position) => ((ulong)doc << 32) | (uint)position;

    private static int DocOf(ulong place) => (int)(place >> 32);

    /// <summary>The next positions from a place on, as many as fit, and goes to the first.</summary>
    private bool ReadFrom(ulong from)
    {
        do
        {
            _docs.ForEach(_wanted.Clear);
            _docs.Clear();
            for (int next = NextFrom(DocOf(from)); next >= 0 && _docs.Count < _most; next = NextFrom(next + 1))
            {
                work.Step();
                if (acceptDocs is null || acceptDocs.Get(next))
                {
                    _docs.Add(next);
                    _wanted.Set(next);
                }
            }

            if (_docs.Count == 0)
            {
                _isOver = true;
                return false;
            }

            _until = PlaceOf(_docs[^1] + 1, 0);
            Read(from);
            from = _until;
        }
        while (_count == 0);

        _at = 0;
        return true;
    }

    private int NextFrom(int doc) => doc < documents.Length ? documents.NextSetBit(doc) : -1;

    private void Read(ulong from)
    {
        (_count, _isSorted) = (0, true);
        int before = _docs.Count;

        // None where no text of the segment has a word.
        if (segment.GetTerms(prefix.Field)?.GetEnumerator() is { } terms)
        {
            bool isWord = terms.SeekCeil(prefix.Bytes) != TermsEnum.SeekStatus.END;
            for (; isWord && StringHelper.StartsWith(terms.Term, prefix.Bytes); isWord = terms.MoveNext())
            {
                work.Step();
                ReadWord(terms, from);
            }
        }

        Sort();
        if (_docs.Count < before)
        {
            _most = _docs.Count;
        }
        else if (_count < _mostPositions / 4)
        {
            _most = (int)Math.Min(_mostPositions, 2L * _most);
        }
    }

    private void ReadWord(TermsEnum terms, ulong from)
    {
        DocsAndPositionsEnum places = _places = terms.DocsAndPositions(null, _places, DocsAndPositionsFlags.NONE);
        bool isRare = terms.DocFreq < StepsOfMove * (long)_docs.Count;
        for (int doc = places.Advance(_docs[0]); doc <= _docs[^1]; doc = Next(places, doc, isRare))
        {
            work.Step();
            ulong place = 0;
            for (int left = _wanted.Get(doc) ? places.Freq : 0; left > 0 && place < _until; left--)
            {
                work.Step();
                place = PlaceOf(doc, places.NextPosition());
                if (place >= from && place < _until)
                {
                    Add(place);
                }
            }
        }
    }

    /// <summary>A rare word goes on by itself; with a common one it is moved to the next document that is wanted.</summary>
    private int Next(DocsAndPositionsEnum places, int doc, bool isRare)
    {
        if (isRare)
        {
            return places.NextDoc();
        }

        int next = doc < _docs[^1] ? _wanted.NextSetBit(doc + 1) : -1;
        return next < 0 ? DocIdSetIterator.NO_MORE_DOCS : places.Advance(next);
    }

    private void Add(ulong place)
    {
        if (_count == _found.Length)
        {
            Array.Resize(ref _found, Math.Max(64, 2 * _count));
        }

        _isSorted &= _count == 0 || place >= _found[_count - 1];
        _found[_count++] = place;
        if (_count > _mostPositions)
        {
            PutOff();
        }
    }

    /// <summary>The later half of the documents, or, where there is one, of its positions.</summary>
    private void PutOff()
    {
        if (_docs.Count > 1)
        {
            int kept = _docs.Count / 2;
            foreach (int doc in _docs[kept..])
            {
                _wanted.Clear(doc);
            }

            _docs.RemoveRange(kept, _docs.Count - kept);
            _until = PlaceOf(_docs[^1] + 1, 0);
        }
        else
        {
            Sort();
            _until = Math.Max(_found[_count / 2], _found[0] + 1);
        }

        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_found[i] < _until)
            {
                _found[count++] = _found[i];
            }
        }

        _count = count;
    }

    private void Sort()
    {
        if (_isSorted)
        {
            return;
        }

        _isSorted = true;
        for (int start = 0; start < _count; start += SortedAtOnce)
        {
            work.Look();
            Array.Sort(_found, start, Math.Min(SortedAtOnce, _count - start));
        }

        ulong[] other = _count > SortedAtOnce ? new ulong[_found.Length] : [];
        for (int width = SortedAtOnce; width < _count; width *= 2)
        {
            for (int start = 0; start < _count; start += 2 * width)
            {
                Merge(start, Math.Min(_count, start + width), Math.Min(_count, start + (2 * width)), other);
            }

            (_found, other) = (other, _found);
        }
    }

    private void Merge(int start, int middle, int end, ulong[] into)
    {
        for (int first = start, second = middle, at = start; at < end; at++)
        {
            work.Step();
            bool isFirst = second == end || (first < middle && _found[first] <= _found[second]);
            into[at] = _found[isFirst ? first++ : second++];
        }
    }
}

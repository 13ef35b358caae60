using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// The words of a field that begin alike, as far as they stand in documents that the caller may see. A word that stands in others alone is passed over: it does not count for
/// the bound on words, and finding out costs reading its documents until the first visible one.
/// </summary>
/// <remarks>
/// All segments are looked up before anything is found, whatever else the query asks: was it left out where another word does not stand at all, the bound would tell of that word.
/// Segments are gone through side by side, so that a word counts once however the index lies in them.
/// </remarks>
/// <param name="prefix">How the words begin.</param>
/// <param name="visibleIn">The documents of a segment that the caller may find; null for none.</param>
/// <param name="work">Counts along.</param>
internal sealed class PrefixWords(Term prefix, Func<AtomicReaderContext, IBits?> visibleIn, SearchWork work)
{
    private readonly Dictionary<object, FixedBitSet> _documents = new(ReferenceEqualityComparer.Instance);
    private IndexReader? _reader;

    public Term Prefix => prefix;

    /// <summary>The visible documents of a segment that have any of the words; null for none. To be asked after <see cref="LookUp"/>, and not to be changed.</summary>
    public FixedBitSet? In(AtomicReader segment) => _documents.GetValueOrDefault(segment.CoreCacheKey);

    /// <summary>Does nothing the second time.</summary>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    /// <exception cref="QueryTooBroadException">One visible word too many.</exception>
    public void LookUp(IndexReader reader)
    {
        if (_reader == reader)
        {
            return;
        }

        var segments = new PriorityQueue<Segment, BytesRef>(ByteOrder.Instance);
        List<Segment> all = [.. SegmentsOf(reader)];
        all.ForEach(segment => segments.Enqueue(segment, segment.Word));
        var last = new BytesRef();
        bool isFirst = true;
        bool isCounted = false;
        while (segments.TryDequeue(out Segment? segment, out BytesRef? word))
        {
            if (isFirst || ByteOrder.Instance.Compare(last, word) != 0)
            {
                last.CopyBytes(word);
                (isFirst, isCounted) = (false, false);
            }

            if (segment.ReadWord(work) && !isCounted)
            {
                work.TakeTerm();
                isCounted = true;
            }

            if (segment.MoveNext(prefix.Bytes))
            {
                segments.Enqueue(segment, segment.Word);
            }
        }

        _documents.Clear();
        foreach (Segment segment in all)
        {
            if (segment.Documents is { } documents)
            {
                _documents.Add(segment.Key, documents);
            }
        }

        _reader = reader;
    }

    private IEnumerable<Segment> SegmentsOf(IndexReader reader)
    {
        foreach (AtomicReaderContext leaf in reader.Leaves)
        {
            work.Look();
            if (leaf.AtomicReader.GetTerms(prefix.Field)?.GetEnumerator() is { } terms
                && terms.SeekCeil(prefix.Bytes) != TermsEnum.SeekStatus.END
                && StringHelper.StartsWith(terms.Term, prefix.Bytes)
                && visibleIn(leaf) is { } visible)
            {
                yield return new Segment(leaf.AtomicReader, terms, visible);
            }
        }
    }

    /// <summary>One segment, at one of the words.</summary>
    private sealed class Segment(AtomicReader reader, TermsEnum terms, IBits visible)
    {
        private DocsEnum? _docs;

        public object Key => reader.CoreCacheKey;

        public BytesRef Word => terms.Term;

        public FixedBitSet? Documents { get; private set; }

        public bool MoveNext(BytesRef prefix) => terms.MoveNext() && StringHelper.StartsWith(terms.Term, prefix);

        /// <returns>Whether the word stands in a visible document.</returns>
        public bool ReadWord(SearchWork work)
        {
            work.Step();
            FixedBitSet? documents = Documents;
            _docs = terms.Docs(visible, _docs, DocsFlags.NONE);
            int doc = _docs.NextDoc();
            if (doc == DocIdSetIterator.NO_MORE_DOCS)
            {
                return false;
            }

            documents ??= Documents = new FixedBitSet(reader.MaxDoc);
            for (; doc != DocIdSetIterator.NO_MORE_DOCS; doc = _docs.NextDoc())
            {
                work.Step();
                documents.Set(doc);
            }

            return true;
        }
    }

    /// <summary>The order of terms, in one vectorised step; Lucene's own goes byte by byte.</summary>
    private sealed class ByteOrder : IComparer<BytesRef>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(BytesRef? x, BytesRef? y) => x!.Bytes.AsSpan(x.Offset, x.Length).SequenceCompareTo(y!.Bytes.AsSpan(y.Offset, y.Length));
    }
}

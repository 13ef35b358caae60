using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// What scores are measured by where only what the caller may see is to count: how many of these items there are, how many have a word, and how long they are. Deleted items, and
/// those whose time has not come, do not count either, so that all is as if what the caller does not see had never been there.
/// </summary>
/// <remarks>
/// Lengths are those that the index keeps of each item for scoring, which it rounds by at most an eighth, as whole numbers, so that their sum is the same in whatever order and segments the items lie.
/// </remarks>
/// <param name="all">All that is searched.</param>
/// <param name="visibleIn">The documents of a segment that count; null for none.</param>
/// <param name="work">Counts along.</param>
internal sealed class VisibleItems(IndexReaderContext all, Func<AtomicReaderContext, BitsDocIdSet?> visibleIn, SearchWork work)
{
    private readonly Dictionary<AtomicReader, (FixedBitSet Documents, VisibleDocuments? Ready)> _documents = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Term, int> _counts = [];
    private readonly Dictionary<string, TextLengths> _lengths = new(StringComparer.Ordinal);
    private int? _count;

    /// <summary>How many there are.</summary>
    public int Count => _count ??= all.Leaves.Sum(leaf => DocumentsOf(leaf).Cardinality);

    /// <summary>In how many a word of a field is. Its postings are read once.</summary>
    public int CountOf(Term term)
    {
        if (!_counts.TryGetValue(term, out int count))
        {
            _counts.Add(term, count = all.Leaves.Sum(leaf => CountIn(leaf, term)));
        }

        return count;
    }

    /// <summary>The lengths of a field in a segment.</summary>
    public TextLengths LengthsIn(AtomicReaderContext segment, string field)
    {
        if (segment.AtomicReader.GetNormValues(field) is not { } kept)
        {
            return default;
        }

        (FixedBitSet documents, VisibleDocuments? ready) = In(segment);
        if (ready is null)
        {
            return TextLengths.Of(documents, kept, work);
        }

        // What access lets through is the same until the segment is gone; what was deleted or has to wait is taken off.
        TextLengths lengths = ready.LengthsOf(field, kept, work);
        return ready.Count == documents.Cardinality ? lengths : lengths - TextLengths.Of(ready.Without(documents), kept, work);
    }

    /// <summary>The lengths of a field in all that is searched.</summary>
    public TextLengths LengthsOf(string field)
    {
        if (!_lengths.TryGetValue(field, out TextLengths lengths))
        {
            lengths = all.Leaves.Aggregate(default(TextLengths), (sum, leaf) => sum + LengthsIn(leaf, field));
            _lengths.Add(field, lengths);
        }

        return lengths;
    }

    private int CountIn(AtomicReaderContext segment, Term term)
    {
        work.Look();
        TermsEnum? terms = segment.AtomicReader.GetTerms(term.Field)?.GetEnumerator();
        if (terms is null || !terms.SeekExact(term.Bytes))
        {
            return 0;
        }

        FixedBitSet documents = DocumentsOf(segment);
        if (documents.Cardinality == documents.Length)
        {
            return terms.DocFreq;
        }

        DocsEnum found = terms.Docs(documents, null, DocsFlags.NONE);
        int count = 0;
        while (found.NextDoc() != DocIdSetIterator.NO_MORE_DOCS)
        {
            work.Step();
            count++;
        }

        return count;
    }

    private FixedBitSet DocumentsOf(AtomicReaderContext segment) => In(segment).Documents;

    private (FixedBitSet Documents, VisibleDocuments? Ready) In(AtomicReaderContext segment)
    {
        if (!_documents.TryGetValue(segment.AtomicReader, out (FixedBitSet Documents, VisibleDocuments? Ready) found))
        {
            BitsDocIdSet? visible = visibleIn(segment);
            found = (visible?.BitsOrNull ?? Bits(visible, segment.AtomicReader.MaxDoc), visible?.ReadyOrNull);
            _documents.Add(segment.AtomicReader, found);
        }

        return found;
    }

    private static FixedBitSet Bits(BitsDocIdSet? visible, int length)
    {
        var bits = new FixedBitSet(length);
        if (visible is not null)
        {
            bits.Or(visible.GetIterator());
        }

        return bits;
    }
}

/// <summary>Texts that have words, and how many words they have together.</summary>
internal readonly record struct TextLengths(long Words, long Texts)
{
    public static TextLengths operator +(TextLengths one, TextLengths other) => new(one.Words + other.Words, one.Texts + other.Texts);

    public static TextLengths operator -(TextLengths one, TextLengths other) => new(one.Words - other.Words, one.Texts - other.Texts);

    /// <param name="documents">Whose.</param>
    /// <param name="kept">The byte that the index keeps of each length. What has no word is kept as nothing or as less than one.</param>
    /// <param name="work">Counts along.</param>
    public static TextLengths Of(FixedBitSet documents, NumericDocValues kept, SearchWork work)
    {
        (long words, long texts) = (0, 0);
        for (int doc = documents.Length > 0 ? documents.NextSetBit(0) : -1; doc >= 0; doc = doc + 1 < documents.Length ? documents.NextSetBit(doc + 1) : -1)
        {
            work.Step();
            if (RankingStatistics.LengthOf((byte)kept.Get(doc)) is > 0 and var length)
            {
                words += length;
                texts++;
            }
        }

        return new TextLengths(words, texts);
    }
}

/// <summary>A searcher whose BM25 counts only what the caller may see.</summary>
/// <param name="plain">Searches the same, counting all.</param>
/// <param name="items">What counts.</param>
internal sealed class VisibleSearcher(IndexSearcher plain, VisibleItems items) : IndexSearcher(plain.IndexReader)
{
    /// <summary>One that counts nothing, for what finds and is not scored by Lucene.</summary>
    public static IndexSearcher PlainOf(IndexSearcher searcher) => searcher is VisibleSearcher visible ? visible._plain : searcher;

    private readonly IndexSearcher _plain = plain;

    public override TermStatistics TermStatistics(Term term, TermContext context) => new(term.Bytes, items.CountOf(term), totalTermFreq: -1);

    public override CollectionStatistics CollectionStatistics(string field)
    {
        TextLengths lengths = items.LengthsOf(field);
        return new CollectionStatistics(field, items.Count, lengths.Texts, lengths.Words, sumDocFreq: -1);
    }
}

using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// All that a phrase or a proximity needs, so that positions of a beginning are read only in documents that can match at all. Filled while the query is translated.
/// </summary>
internal sealed class RequiredWords(SearchWork work)
{
    private readonly HashSet<Term> _words = [];
    private readonly HashSet<PrefixWords> _beginnings = [];
    private readonly Dictionary<object, FixedBitSet?> _documents = new(ReferenceEqualityComparer.Instance);

    public void Add(Term word) => _words.Add(word);

    public void Add(PrefixWords beginning) => _beginnings.Add(beginning);

    /// <summary>The visible documents of a segment that have all of it; null for none. Not to be changed.</summary>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    public FixedBitSet? DocumentsIn(AtomicReader segment)
    {
        if (!_documents.TryGetValue(segment.CoreCacheKey, out FixedBitSet? documents))
        {
            _documents.Add(segment.CoreCacheKey, documents = Find(segment));
        }

        return documents;
    }

    private FixedBitSet? Find(AtomicReader segment)
    {
        FixedBitSet? found = null;
        foreach (PrefixWords beginning in _beginnings)
        {
            if (beginning.In(segment) is not { } some)
            {
                return null;
            }

            if (found is null)
            {
                found = some.Clone();
            }
            else
            {
                found.And(some);
            }
        }

        foreach (Term word in _words)
        {
            if (found is null || segment.GetTermDocsEnum(word) is not { } docs)
            {
                return null;
            }

            found = Both(found, docs);
        }

        return found;
    }

    private FixedBitSet Both(FixedBitSet found, DocsEnum docs)
    {
        var both = new FixedBitSet(found.Length);
        int doc = docs.NextDoc();
        while (doc != DocIdSetIterator.NO_MORE_DOCS)
        {
            work.Step();
            int next = found.NextSetBit(doc);
            if (next < 0)
            {
                break;
            }

            if (next == doc)
            {
                both.Set(doc);
            }

            doc = next == doc ? docs.NextDoc() : docs.Advance(next);
        }

        return both;
    }
}

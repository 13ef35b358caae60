using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Search;

namespace Tributary.Indexing;

/// <content>Why an item has the score it has. Whoever may see it: that is not part of a score.</content>
internal sealed partial class IndexSearch
{
    /// <summary>Null when the index has no such item. The score is the search's own, and is told beside the explanation of it.</summary>
    /// <param name="target">Position of the item's connection in <see cref="IndexQuery.Targets"/>.</param>
    /// <param name="itemId">Its id.</param>
    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    /// <exception cref="QueryTooBroadException">The query asks for too much.</exception>
    public IndexExplanation? ExplainOrNull(int target, string itemId) => Searching<IndexExplanation?>(searcher =>
    {
        foreach (AtomicReaderContext leaf in searcher.TopReaderContext.Leaves)
        {
            if (_segments.Of(leaf.AtomicReader) == target && DocOrNull(leaf.AtomicReader, itemId) is { } doc)
            {
                var item = new OneDocument(leaf, doc);
                _visibleIn = segment => item.GetDocIdSet(segment, null)?.Bits;
                Query found = Combine();
                TopDocs top = searcher.Search(found, item, 1);
                return new IndexExplanation(top.TotalHits > 0, top.TotalHits > 0 ? top.ScoreDocs[0].Score : 0, ScoreDescription.Of(searcher.Explain(found, leaf.DocBase + doc)));
            }
        }

        return null;
    });

    private static int? DocOrNull(AtomicReader segment, string itemId)
    {
        TermsEnum? ids = segment.GetTerms(IndexFields.Id)?.GetEnumerator();
        if (ids is null || !ids.SeekExact(new BytesRef(itemId)))
        {
            return null;
        }

        int doc = ids.Docs(segment.LiveDocs, null, DocsFlags.NONE).NextDoc();
        return doc == DocIdSetIterator.NO_MORE_DOCS ? null : doc;
    }

    private sealed class OneDocument(AtomicReaderContext leaf, int doc) : Filter
    {
        public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) =>
            context.AtomicReader == leaf.AtomicReader ? new Only(context.AtomicReader.MaxDoc, doc) : null;

        private sealed class Only(int length, int doc) : BitsDocIdSet(length)
        {
            public override bool Get(int index) => index == doc;
        }
    }
}

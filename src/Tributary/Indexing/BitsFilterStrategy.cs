using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Tributary.Indexing;

/// <summary>
/// Gives the filter's bits to the query as the documents it may accept at all, always: they are cheap to test and costly to iterate. Where they are known to be few beside
/// what the query would look at, it is moved from one to the next.
/// </summary>
internal sealed class BitsFilterStrategy : FilteredQuery.FilterStrategy
{
    public static readonly BitsFilterStrategy Instance = new();

    /// <summary>Documents of a segment for each visible one, from which on it is looked whether to go by them. Below, a query of alternatives is quicker with a scorer for all at once.</summary>
    private const int Few = 4;

    /// <summary>What the query would look at for each visible document, from which on going by these is quicker: moving to a place costs as much as several steps.</summary>
    private const int StepsOfMove = 4;

    public override Scorer? FilteredScorer(AtomicReaderContext context, Weight weight, DocIdSet? docIdSet) =>
        docIdSet?.Bits is { } bits ? weight.GetScorer(context, bits) : null;

    public override BulkScorer? FilteredBulkScorer(AtomicReaderContext context, Weight weight, bool scoreDocsInOrder, DocIdSet? docIdSet)
    {
        if (docIdSet is not BitsDocIdSet bits)
        {
            return null;
        }

        if (bits.CountOrNull is not { } count || count > bits.Length / Few)
        {
            return weight.GetBulkScorer(context, scoreDocsInOrder, bits);
        }

        return weight.GetScorer(context, bits) is { } scorer
            ? new Scoring(scorer, scorer.GetCost() / StepsOfMove >= count ? bits : null)
            : null;
    }

    /// <param name="scorer">Finds documents of the filter only.</param>
    /// <param name="leading">By which it is moved; null to have it go on by itself.</param>
    private sealed class Scoring(Scorer scorer, BitsDocIdSet? leading) : BulkScorer
    {
        public override bool Score(ICollector collector, int max)
        {
            collector.SetScorer(scorer);
            int doc = scorer.DocID < 0 ? Next() : scorer.DocID;
            for (; doc < max; doc = Next())
            {
                collector.Collect(doc);
            }

            return doc != DocIdSetIterator.NO_MORE_DOCS;
        }

        private int Next()
        {
            if (leading is null)
            {
                return scorer.NextDoc();
            }

            int visible = leading.NextFrom(scorer.DocID + 1);
            return visible < 0 ? DocIdSetIterator.NO_MORE_DOCS : scorer.Advance(visible);
        }
    }
}

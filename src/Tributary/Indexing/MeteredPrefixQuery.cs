using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>The documents with any of the words that begin alike, all scored the same.</summary>
internal sealed class MeteredPrefixQuery(PrefixWords words) : PrefixQuery(words.Prefix)
{
    /// <summary>What it becomes (<see cref="SharedRewrite"/>).</summary>
    /// <exception cref="OperationCanceledException">The search is to stop.</exception>
    /// <exception cref="QueryTooBroadException">The words are too many.</exception>
    public Query Found(IndexReader reader)
    {
        words.LookUp(reader);
        return new ConstantScoreQuery(new Documents(words)) { Boost = Boost };
    }

    private sealed class Documents(PrefixWords words) : Filter
    {
        // Visible as they are, they are asked about once more: that a hit is only what the filter of access lets through is to hang on nothing else.
        public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) =>
            words.In(context.AtomicReader) is { } documents ? BitsFilteredDocIdSet.Wrap(documents, acceptDocs) : null;
    }
}

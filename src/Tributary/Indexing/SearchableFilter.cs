using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>Lets through the documents whose time has come (<see cref="ItemVisibility"/>). One without a time was never held back.</summary>
internal sealed class SearchableFilter(DateTimeOffset now) : Filter
{
    private readonly long _now = now.ToUnixTimeMilliseconds();

    public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) => new SearchableDocIdSet(
        context.AtomicReader.MaxDoc, context.AtomicReader.GetNumericDocValues(IndexFields.SearchableFrom), _now, acceptDocs);

    private sealed class SearchableDocIdSet(int length, NumericDocValues? from, long now, IBits? acceptDocs) : BitsDocIdSet(length)
    {
        public override bool Get(int index) => (acceptDocs is null || acceptDocs.Get(index)) && (from is null || from.Get(index) <= now);
    }
}

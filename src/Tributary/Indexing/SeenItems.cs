using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Acls;

namespace Tributary.Indexing;

/// <summary>Whether a caller would find anything in a connection if he asked for everything. The first item that he sees ends the look.</summary>
internal static class SeenItems
{
    /// <param name="part">The connection.</param>
    /// <param name="caller">What he is in it.</param>
    /// <param name="delayedAt">The time at which items that have to wait are found or not; null where none has to.</param>
    /// <param name="work">Counts along.</param>
    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public static bool AreAny(SearchedPart part, AccessPrincipals caller, DateTimeOffset? delayedAt, SearchWork work)
    {
        VisibleAcls visible = part.Acls.VisibleTo(caller);
        return part.Searcher.TopReaderContext.Leaves.Any(leaf =>
        {
            IBits? documents = leaf.AtomicReader.LiveDocs;
            if (delayedAt is { } now)
            {
                documents = new SearchableFilter(now).GetDocIdSet(leaf, documents)!.Bits;
            }

            var access = new AclFilter(new Dictionary<object, VisibleAcls> { [leaf.AtomicReader.CoreCacheKey] = visible }, work);
            return access.GetDocIdSet(leaf, documents)!.GetIterator().NextDoc() != DocIdSetIterator.NO_MORE_DOCS;
        });
    }
}

using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Acls;

namespace Tributary.Indexing;

/// <summary>What a caller would find if he asked for everything.</summary>
internal static class SeenItems
{
    /// <summary>Whether there is anything in a connection. The first item that he sees ends the look.</summary>
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
            var access = new AclFilter(new Dictionary<object, VisibleAcls> { [leaf.AtomicReader.CoreCacheKey] = visible }, work);
            return In(leaf, access, delayedAt)!.GetIterator().NextDoc() != DocIdSetIterator.NO_MORE_DOCS;
        });
    }

    /// <summary>What the caller of an access filter would find in a segment if he asked for everything; null where the filter lets nothing through.</summary>
    public static BitsDocIdSet? In(AtomicReaderContext segment, AclFilter access, DateTimeOffset? delayedAt)
    {
        IBits? documents = segment.AtomicReader.LiveDocs;
        if (delayedAt is { } now)
        {
            documents = new SearchableFilter(now).GetDocIdSet(segment, documents)!.Bits;
        }

        return (BitsDocIdSet?)access.GetDocIdSet(segment, documents);
    }
}

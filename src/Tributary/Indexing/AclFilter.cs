using System.Runtime.CompilerServices;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Lets through the documents whose access list is visible to the caller: one array read and one bit test for each match, whatever the number of groups
/// (design 9), and for a caller who returns one bit test. Segments that belong to none of the connections asked let nothing through.
/// </summary>
/// <remarks>
/// Every document that any part of a query comes upon is asked about here, also those that no collector ever sees. So this is where a search notices that it
/// is to stop.
/// </remarks>
internal sealed class AclFilter(IReadOnlyDictionary<object, VisibleAcls> visibleBySegment, SearchWork work) : Filter
{
    public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs)
    {
        work.Look();
        if (!visibleBySegment.TryGetValue(context.AtomicReader.CoreCacheKey, out VisibleAcls? visible))
        {
            return null;
        }

        var lists = AclColumn.Of(context.AtomicReader);
        return visible.Ready.OfOrNull(context.AtomicReader, lists, visible) is { } documents
            ? new ReadyDocIdSet(documents, acceptDocs, work)
            : new AclDocIdSet(lists.Numbers, visible, acceptDocs, work);
    }

    private sealed class AclDocIdSet(int[] acls, VisibleAcls visible, IBits? acceptDocs, SearchWork work) : BitsDocIdSet(acls.Length)
    {
        public override bool Get(int index)
        {
            work.Step();
            return visible.Contains(acls[index]) && (acceptDocs is null || acceptDocs.Get(index));
        }
    }

    private sealed class ReadyDocIdSet(VisibleDocuments documents, IBits? acceptDocs, SearchWork work) : BitsDocIdSet(documents.Length)
    {
        /// <inheritdoc/>
        public override int? CountOrNull => documents.Count;

        /// <inheritdoc/>
        public override FixedBitSet? BitsOrNull => acceptDocs is null ? documents.Bits : null;

        /// <inheritdoc/>
        public override VisibleDocuments? ReadyOrNull => documents;

        public override bool Get(int index)
        {
            work.Step();
            return documents.Contains(index) && (acceptDocs is null || acceptDocs.Get(index));
        }

        /// <inheritdoc/>
        public override int NextFrom(int index)
        {
            work.Step();
            return documents.NextFrom(index);
        }
    }
}

/// <summary>
/// The access list number of each document of a segment as a plain array, which is five times faster to probe than packed doc values. Loaded once for each
/// segment (47 ms per million) and gone with it.
/// </summary>
internal sealed class AclColumn
{
    private static readonly ConditionalWeakTable<object, AclColumn> Columns = [];

    private AclColumn(AtomicReader reader)
    {
        Numbers = new int[reader.MaxDoc];
        NumericDocValues? values = reader.GetNumericDocValues(IndexFields.Acl);
        for (int doc = 0; doc < Numbers.Length && values is not null; doc++)
        {
            Numbers[doc] = (int)values.Get(doc);
            Greatest = Math.Max(Greatest, Numbers[doc]);
        }
    }

    public int[] Numbers { get; }

    public int Greatest { get; }

    public static AclColumn Of(AtomicReader reader) => Columns.GetValue(reader.CoreCacheKey, _ => new AclColumn(reader));
}

using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// Searches the indexes of one or several connections as if they were one: shared statistics, so that scores compare, and one access filter that knows each
/// segment's connection.
/// </summary>
internal sealed class LuceneSearchIndex(IndexCatalog catalog, ItemVisibility visibility, SearchGate gate) : ISearchIndex
{
    /// <summary>Equal scores: the newer item first, then by id, so that the order is the same on every page.</summary>
    public static readonly Sort Order = new(
        SortField.FIELD_SCORE,
        new SortField(IndexFields.Modified, SortFieldType.INT64, reverse: true),
        new SortField(IndexFields.Id, SortFieldType.STRING_VAL));

    public async Task<IndexAnswer> SearchAsync(IndexQuery query, CancellationToken cancellationToken)
    {
        // All at once, so that together they wait no longer than one.
        Task<IndexView?>[] acquired = [.. query.Targets.Select(target => catalog.AcquireOrNullAsync(target.Connection, target.Change, cancellationToken))];
        try
        {
            await Task.WhenAll(acquired);
            List<Part> parts = [.. acquired.Index().Where(part => part.Item.Result is not null).Select(part => new Part(part.Index, part.Item.Result!))];
            if (parts.Count == 0)
            {
                return new IndexAnswer(0, []);
            }

            using SearchGate.Place place = await gate.EnterAsync(cancellationToken);
            return Search(query, parts, new SearchWork(query.MaxTerms, cancellationToken));
        }
        finally
        {
            foreach (Task<IndexView?> task in acquired)
            {
                if (task.IsCompletedSuccessfully)
                {
                    task.Result?.Dispose();
                }
            }
        }
    }

    private IndexAnswer Search(IndexQuery query, List<Part> parts, SearchWork work)
    {
        try
        {
            if (parts is [Part only])
            {
                return Search(query, parts, only.View.Searcher, work);
            }

            // It holds on to the readers below it until it is disposed.
            using var reader = new MultiReader([.. parts.Select(part => part.View.Searcher.IndexReader)], closeSubReaders: false);
            return Search(query, parts, new IndexSearcher(reader) { Similarity = new BM25Similarity() }, work);
        }
        catch (QueryTooBroadException exception)
        {
            return new IndexAnswer(0, []) { TooBroad = exception.Breadth };
        }
        catch (Exception exception) when (exception is not OperationCanceledException && (exception is IOException || parts.Exists(part => part.View.IsDamagedFromOutside())))
        {
            // Overwritten bytes make Lucene throw anything.
            parts.ForEach(part => part.View.Suspect());
            throw new TimeoutException("An index could not be read and is checked.", exception);
        }
    }

    private IndexAnswer Search(IndexQuery query, List<Part> parts, IndexSearcher searcher, SearchWork work)
    {
        var visible = new Dictionary<object, VisibleAcls>(ReferenceEqualityComparer.Instance);
        var targetOf = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (Part part in parts)
        {
            VisibleAcls acls = part.View.Acls.VisibleTo(query.Targets[part.Target].Caller);
            foreach (AtomicReaderContext leaf in part.View.Searcher.TopReaderContext.Leaves)
            {
                visible.Add(leaf.AtomicReader.CoreCacheKey, acls);
                targetOf.Add(leaf.AtomicReader.CoreCacheKey, part.Target);
            }
        }

        Query found = Combine(query, parts, targetOf, work);
        if (visibility.IsDelayed)
        {
            found = new FilteredQuery(found, new SearchableFilter(query.Now), BitsFilterStrategy.Instance);
        }

        var trimmed = new FilteredQuery(found, new AclFilter(visible, work), BitsFilterStrategy.Instance);
        int wanted = query.From + query.Size;
        TopFieldDocs top = searcher.Search(trimmed, null, Math.Max(1, Math.Min(wanted, searcher.IndexReader.MaxDoc)), Order);
        var hits = new List<IndexHit>();
        for (int i = query.From; i < Math.Min(wanted, top.ScoreDocs.Length); i++)
        {
            hits.Add(HitOf(searcher, top.ScoreDocs[i].Doc, targetOf));
        }

        return new IndexAnswer(top.TotalHits, hits);
    }

    /// <summary>One query for all, or, where connections read it differently, each reading within the segments of those that read it so.</summary>
    private static Query Combine(IndexQuery query, List<Part> parts, Dictionary<object, int> targetOf, SearchWork work)
    {
        IGrouping<Query, int>[] readings = [.. parts.Select(part => part.Target).GroupBy(target => Translate(query.Targets[target], query.Now, work))];
        if (readings is [IGrouping<Query, int> same])
        {
            return same.Key;
        }

        var combined = new BooleanQuery(disableCoord: true);
        foreach (IGrouping<Query, int> reading in readings)
        {
            combined.Add(new FilteredQuery(reading.Key, new TargetFilter([.. reading], targetOf), BitsFilterStrategy.Instance), Occur.SHOULD);
        }

        return combined;
    }

    private static Query Translate(IndexTarget target, DateTimeOffset now, SearchWork work)
    {
        work.Look();
        return new LuceneQueryBuilder(target.Schema, now, work).BuildOrNull(target.Tree)
            ?? new LuceneQueryBuilder(target.Schema, now, work).BuildOrNull(target.PlainTree)
            ?? new BooleanQuery();
    }

    private static IndexHit HitOf(IndexSearcher searcher, int doc, Dictionary<object, int> targetOf)
    {
        IList<AtomicReaderContext> leaves = searcher.TopReaderContext.Leaves;
        AtomicReaderContext leaf = leaves[ReaderUtil.SubIndex(doc, leaves)];
        var id = new BytesRef();
        leaf.AtomicReader.GetBinaryDocValues(IndexFields.Id).Get(doc - leaf.DocBase, id);
        return new IndexHit(targetOf[leaf.AtomicReader.CoreCacheKey], id.Utf8ToString());
    }

    /// <summary>Gives the filter's bits to the query as the documents it may accept at all, always: they are cheap to test and costly to iterate.</summary>
    private sealed class BitsFilterStrategy : FilteredQuery.FilterStrategy
    {
        public static readonly BitsFilterStrategy Instance = new();

        public override Scorer? FilteredScorer(AtomicReaderContext context, Weight weight, DocIdSet? docIdSet) =>
            docIdSet?.Bits is { } bits ? weight.GetScorer(context, bits) : null;

        public override BulkScorer? FilteredBulkScorer(AtomicReaderContext context, Weight weight, bool scoreDocsInOrder, DocIdSet? docIdSet) =>
            docIdSet?.Bits is { } bits ? weight.GetBulkScorer(context, scoreDocsInOrder, bits) : null;
    }

    /// <summary>A target that takes part in a search, and what is searched of it.</summary>
    private readonly record struct Part(int Target, IndexView View);

    /// <summary>The segments of some targets.</summary>
    private sealed class TargetFilter(HashSet<int> targets, Dictionary<object, int> targetOf) : Filter
    {
        public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) =>
            targets.Contains(targetOf[context.AtomicReader.CoreCacheKey]) ? new AllBits(context.AtomicReader.MaxDoc, acceptDocs) : null;

        private sealed class AllBits(int length, IBits? acceptDocs) : BitsDocIdSet(length)
        {
            public override bool Get(int index) => acceptDocs is null || acceptDocs.Get(index);
        }
    }
}

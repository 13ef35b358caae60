using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>A target that takes part in a search.</summary>
/// <param name="Target">Position in <see cref="IndexQuery.Targets"/>.</param>
/// <param name="Searcher">What is searched of it.</param>
/// <param name="Acls">Who may see what there.</param>
/// <param name="Language">What its words were made in.</param>
internal readonly record struct SearchedPart(int Target, IndexSearcher Searcher, AclTable Acls, TextLanguage Language)
{
    /// <summary>The last change that it contains.</summary>
    public long Change { get; init; }
}

/// <summary>
/// One search through the indexes of one or several connections as if they were one: shared statistics, so that scores compare, and one access filter that knows
/// each segment's connection. The query runs once, whatever is made of what it finds.
/// </summary>
/// <param name="query">What is asked.</param>
/// <param name="parts">Of whom.</param>
/// <param name="isDelayed">Whether items may have to wait until they are found.</param>
/// <param name="work">Counts along.</param>
internal sealed partial class IndexSearch(IndexQuery query, IReadOnlyList<SearchedPart> parts, bool isDelayed, SearchWork work)
{
    private readonly SegmentTargets _segments = new();
    private readonly RankingContext _ranking = new(query.Ranking, new RankingStatistics(), query.Now, work);

    private Func<AtomicReaderContext, IBits?>? _visibleIn;

    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    /// <exception cref="QueryTooBroadException">It asks for too much.</exception>
    public IndexAnswer Run() => Searching(Run);

    /// <summary>Over all parts as if they were one.</summary>
    private T Searching<T>(Func<IndexSearcher, T> ask)
    {
        foreach (SearchedPart part in parts)
        {
            _ranking.Statistics.Add(part.Searcher.IndexReader, WeightedField.Of(query.Targets[part.Target].Schema, query.Ranking));
            foreach (AtomicReaderContext leaf in part.Searcher.TopReaderContext.Leaves)
            {
                _segments.Add(leaf.AtomicReader, part.Target);
            }
        }

        if (parts is [SearchedPart only])
        {
            return ask(only.Searcher);
        }

        // It holds on to the readers below it until it is disposed.
        using var reader = new MultiReader([.. parts.Select(part => part.Searcher.IndexReader)], closeSubReaders: false);
        return ask(new IndexSearcher(reader) { Similarity = new BM25Similarity() });
    }

    private IndexAnswer Run(IndexSearcher searcher)
    {
        var visible = new Dictionary<object, VisibleAcls>(ReferenceEqualityComparer.Instance);
        foreach (SearchedPart part in parts)
        {
            VisibleAcls acls = part.Acls.VisibleTo(query.Targets[part.Target].Caller);
            foreach (AtomicReaderContext leaf in part.Searcher.TopReaderContext.Leaves)
            {
                visible.Add(leaf.AtomicReader.CoreCacheKey, acls);
            }
        }

        var access = new AclFilter(visible, work);
        _visibleIn = segment => DocumentsOf(segment, access);
        if (query.Ranking.Statistics == StatisticsScope.Visible)
        {
            var items = new VisibleItems(searcher.TopReaderContext, segment => DocumentsOf(segment, access), work);
            _ranking.Statistics.Visible = items;
            searcher = new VisibleSearcher(searcher, items) { Similarity = new BM25Similarity() };
        }

        Query found = Combine();
        if (isDelayed)
        {
            found = new FilteredQuery(found, new SearchableFilter(query.Now), BitsFilterStrategy.Instance);
        }

        return Answer(new FilteredQuery(found, access, BitsFilterStrategy.Instance), searcher);
    }

    /// <summary>What the caller would find in a segment if he asked for everything.</summary>
    private BitsDocIdSet? DocumentsOf(AtomicReaderContext segment, AclFilter access) => SeenItems.In(segment, access, isDelayed ? query.Now : null);

    private IndexAnswer Answer(Query trimmed, IndexSearcher searcher)
    {
        Sort order = SearchOrder.Of(query.Sort, _segments);
        if (query.Collapse.Count > 0)
        {
            var all = new MatchCollector(page: null);
            searcher.Search(trimmed, all);
            var collapser = new Collapser(query.Collapse, all.Segments, _segments, order, work);
            return new IndexAnswer(
                collapser.Total,
                [.. collapser.Page(query.From, query.Size).Select(hit => HitOf(searcher, hit.Doc) with { IsCollapsed = hit.IsCollapsed })])
            {
                Facets = Count(all),
            };
        }

        int wanted = query.From + query.Size;
        var page = TopFieldCollector.Create(
            order, Math.Max(1, Math.Min(wanted, searcher.IndexReader.MaxDoc)), fillFields: false, trackDocScores: query.HasScores, trackMaxScore: false, docsScoredInOrder: false);
        MatchCollector? matches = query.Facets.Count > 0 ? new MatchCollector(page) : null;
        searcher.Search(trimmed, (ICollector?)matches ?? page);
        TopDocs top = page.GetTopDocs();
        var hits = new List<IndexHit>();
        for (int i = query.From; i < Math.Min(wanted, top.ScoreDocs.Length); i++)
        {
            hits.Add(HitOf(searcher, top.ScoreDocs[i].Doc) with { Score = query.HasScores ? top.ScoreDocs[i].Score : 0 });
        }

        return new IndexAnswer(top.TotalHits, hits) { Facets = matches is null ? [] : Count(matches) };
    }

    private IReadOnlyList<IReadOnlyList<FacetBucket>> Count(MatchCollector matches) =>
        new FacetCounter(matches.Segments, _segments, query.Time, work).Count(query.Facets);

    /// <summary>One query for all, or, where connections read it differently, each reading within the segments of those that read it so.</summary>
    private Query Combine()
    {
        IGrouping<Query, int>[] readings = [.. parts.GroupBy(part => Translate(query.Targets[part.Target], part.Language), part => part.Target)];
        if (readings is [IGrouping<Query, int> same])
        {
            return same.Key;
        }

        var combined = new BooleanQuery(disableCoord: true);
        foreach (IGrouping<Query, int> reading in readings)
        {
            combined.Add(new FilteredQuery(reading.Key, new TargetFilter([.. reading], _segments), BitsFilterStrategy.Instance), Occur.SHOULD);
        }

        return combined;
    }

    private Query Translate(IndexTarget target, TextLanguage language)
    {
        work.Look();
        Query found = NewBuilder().BuildRankedOrNull(target.Tree)
            ?? (query.IsStrict ? throw new QueryTooBroadException(QueryBreadth.Proximity) : NewBuilder().BuildRankedOrNull(target.PlainTree))
            ?? new BooleanQuery();
        return target.Filter is null
            ? found
            : new BooleanQuery(disableCoord: true) { { found, Occur.MUST }, { NewBuilder().BuildFilter(target.Filter), Occur.MUST } };

        LuceneQueryBuilder NewBuilder() => new(target.Schema, query.Time, work, _ranking, language, _visibleIn);
    }

    private IndexHit HitOf(IndexSearcher searcher, int doc)
    {
        IList<AtomicReaderContext> leaves = searcher.TopReaderContext.Leaves;
        AtomicReaderContext leaf = leaves[ReaderUtil.SubIndex(doc, leaves)];
        var id = new BytesRef();
        leaf.AtomicReader.GetBinaryDocValues(IndexFields.Id).Get(doc - leaf.DocBase, id);
        return new IndexHit(_segments.Of(leaf.AtomicReader), id.Utf8ToString());
    }

    /// <summary>The segments of some targets.</summary>
    private sealed class TargetFilter(HashSet<int> targets, SegmentTargets segments) : Filter
    {
        public override DocIdSet? GetDocIdSet(AtomicReaderContext context, IBits? acceptDocs) =>
            targets.Contains(segments.Of(context.AtomicReader)) ? new AllBits(context.AtomicReader.MaxDoc, acceptDocs) : null;

        private sealed class AllBits(int length, IBits? acceptDocs) : BitsDocIdSet(length)
        {
            public override bool Get(int index) => acceptDocs is null || acceptDocs.Get(index);
        }
    }
}

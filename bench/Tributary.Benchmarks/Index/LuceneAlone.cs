using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Benchmarks.Corpora;
using Tributary.Indexing;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Benchmarks.Index;

/// <summary>The floor: the product's own Lucene query with the same order, page and buckets on the same reader, for everyone.</summary>
internal sealed class LuceneAlone(IndexSearcher searcher)
{
    /// <summary>Made before the clock starts, which the product does after.</summary>
    public static Query Translate(KqlNode tree) => new LuceneQueryBuilder(Corpus.Schema, new QueryTime(Question.Now, DayOfWeek.Monday), new SearchWork(int.MaxValue, default)).BuildRankedOrNull(tree)!;

    public (TopFieldDocs Page, IReadOnlyList<IReadOnlyList<FacetBucket>> Facets) Search(Question question, Query query)
    {
        var segments = new SegmentTargets();
        foreach (AtomicReaderContext leaf in searcher.TopReaderContext.Leaves)
        {
            segments.Add(leaf.AtomicReader, 0);
        }

        var page = TopFieldCollector.Create(
            SearchOrder.Of(question.Sort(), segments), question.From + Question.PageSize, fillFields: false, trackDocScores: false, trackMaxScore: false, docsScoredInOrder: false);
        IReadOnlyList<Facet> facets = question.Facets();
        MatchCollector? matches = facets.Count > 0 ? new MatchCollector(page) : null;
        searcher.Search(query, (ICollector?)matches ?? page);
        var top = (TopFieldDocs)page.GetTopDocs();
        if (matches is null)
        {
            return (top, []);
        }

        var counter = new FacetCounter(matches.Segments, segments, new QueryTime(Question.Now, DayOfWeek.Monday), new SearchWork(int.MaxValue, default));
        return (top, counter.Count(facets));
    }

    /// <summary>The ids of all matches.</summary>
    public IReadOnlyList<string> Ids(Query query)
    {
        var all = new MatchCollector(TopScoreDocCollector.Create(1, docsScoredInOrder: false));
        searcher.Search(query, all);
        var ids = new List<string>();
        foreach (SegmentMatches segment in all.Segments)
        {
            BinaryDocValues values = segment.Segment.AtomicReader.GetBinaryDocValues(IndexFields.Id);
            var id = new BytesRef();
            for (int i = 0; i < segment.Count; i++)
            {
                values.Get(segment.Docs[i], id);
                ids.Add(id.Utf8ToString());
            }
        }

        return ids;
    }
}

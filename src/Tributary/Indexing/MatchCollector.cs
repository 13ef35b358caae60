using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Tributary.Indexing;

/// <summary>
/// Keeps every match, four bytes each, or eight with its score: so the query runs once however much is counted of what it finds, and counting goes property by
/// property, with the counters of one at a time.
/// </summary>
/// <param name="page">Collects the page in the same pass; null when that needs all matches with their scores.</param>
internal sealed class MatchCollector(ICollector? page) : ICollector
{
    private readonly List<SegmentMatches> _segments = [];
    private SegmentMatches? _current;
    private Scorer? _scorer;

    /// <summary>The segments in which something matched.</summary>
    public List<SegmentMatches> Segments => [.. _segments.Where(segment => segment.Count > 0)];

    public bool AcceptsDocsOutOfOrder => page?.AcceptsDocsOutOfOrder ?? true;

    public void SetScorer(Scorer scorer)
    {
        _scorer = scorer;
        page?.SetScorer(scorer);
    }

    public void Collect(int doc)
    {
        _current!.Add(doc, _scorer);
        page?.Collect(doc);
    }

    public void SetNextReader(AtomicReaderContext context)
    {
        _segments.Add(_current = new SegmentMatches(context, hasScores: page is null));
        page?.SetNextReader(context);
    }
}

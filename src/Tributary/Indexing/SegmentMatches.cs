using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Tributary.Indexing;

/// <summary>The documents of one segment that a search has found, in the order in which it came upon them.</summary>
internal sealed class SegmentMatches(AtomicReaderContext segment, bool hasScores)
{
    private int[] _docs = [];
    private float[] _scores = [];

    public AtomicReaderContext Segment => segment;

    public ReadOnlySpan<int> Docs => _docs.AsSpan(0, Count);

    public ReadOnlySpan<float> Scores => _scores.AsSpan(0, Count);

    public int Count { get; private set; }

    public void Add(int doc, Scorer? scorer)
    {
        if (Count == _docs.Length)
        {
            int capacity = Math.Min(Math.Max(64, 2 * Count), segment.AtomicReader.MaxDoc);
            Array.Resize(ref _docs, capacity);
            if (hasScores)
            {
                Array.Resize(ref _scores, capacity);
            }
        }

        if (hasScores)
        {
            _scores[Count] = scorer!.GetScore();
        }

        _docs[Count++] = doc;
    }
}

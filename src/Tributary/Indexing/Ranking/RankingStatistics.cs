using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// What scores of one search are measured by: how rare words are and how long texts are, over all items of all connections that it asks, whoever may see them. A word
/// is looked up once, however many readings of the query name it.
/// </summary>
internal sealed class RankingStatistics
{
    /// <summary>How fast further occurrences of a word count less, and how much length counts: BM25's usual values.</summary>
    public const float K1 = 1.2f;

    /// <inheritdoc cref="K1"/>
    public const float B = 0.75f;

    private static readonly float[] Lengths = [.. Enumerable.Range(0, 256).Select(norm => SmallSingle.SByte315ToSingle((sbyte)norm)).Select(norm => norm > 0 ? 1 / (norm * norm) : 0)];

    private readonly Dictionary<Term, TermContext> _terms = [];
    private readonly List<(IndexReader? Reader, IReadOnlyList<WeightedField> Fields)> _parts = [];
    private readonly Dictionary<WeightClass, float> _averages = [];
    private float? _textAverage;

    /// <summary>A part of what is searched, with what its connection's schema says of properties.</summary>
    /// <param name="reader">Null for all that is searched.</param>
    /// <param name="fields">Its weighty properties.</param>
    public void Add(IndexReader? reader, IReadOnlyList<WeightedField> fields) => _parts.Add((reader, fields));

    /// <summary>Where a word of the whole text stands and in how many items.</summary>
    public TermContext ContextOf(string word, IndexSearcher searcher)
    {
        var term = new Term(IndexFields.Text, word);
        if (!_terms.TryGetValue(term, out TermContext? known) || known.TopReaderContext != searcher.TopReaderContext)
        {
            _terms[term] = known = TermContext.Build(searcher.TopReaderContext, term);
        }

        return known;
    }

    /// <summary>How much a word says: the rarer, the more.</summary>
    public double Idf(string word, IndexSearcher searcher)
    {
        int found = ContextOf(word, searcher).DocFreq;
        return Math.Log(1 + ((searcher.IndexReader.MaxDoc - found + 0.5) / (found + 0.5)));
    }

    /// <summary>Words of an item on average.</summary>
    public float AverageOfText(IndexSearcher searcher)
    {
        if (_textAverage is not { } average)
        {
            long words = searcher.TopReaderContext.Leaves.Sum(leaf => Math.Max(0, leaf.AtomicReader.GetTerms(IndexFields.Text)?.SumTotalTermFreq ?? 0));
            _textAverage = average = words > 0 ? (float)(words / (double)searcher.IndexReader.MaxDoc) : 1;
        }

        return average;
    }

    /// <summary>Words of a property of a class on average, where there are any.</summary>
    public float AverageOf(WeightClass of, IndexSearcher searcher)
    {
        if (!_averages.TryGetValue(of, out float average))
        {
            (long words, long values) = (0, 0);
            foreach ((IndexReader? reader, IReadOnlyList<WeightedField> fields) in _parts)
            {
                foreach (WeightedField field in fields.Where(field => field.Class == of))
                {
                    foreach (AtomicReaderContext leaf in (reader?.Context ?? searcher.TopReaderContext).Leaves)
                    {
                        if (leaf.AtomicReader.GetTerms(field.Field) is { SumTotalTermFreq: > 0 } terms)
                        {
                            words += terms.SumTotalTermFreq;
                            values += terms.DocCount;
                        }
                    }
                }
            }

            _averages.Add(of, average = values > 0 ? (float)(words / (double)values) : 1);
        }

        return average;
    }

    /// <summary>By what an occurrence is divided for the length of the text it stands in, by the byte that the index keeps of the length.</summary>
    public static float[] LengthFactors(float average) => [.. Lengths.Select(length => length > 0 ? 1 - B + (B * length / average) : 1)];
}

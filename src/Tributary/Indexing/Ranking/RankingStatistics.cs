using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// What scores of one search are measured by: how rare words are and how long texts are, over all items of all connections that it asks, whoever may see them, or
/// over what the caller may see (<see cref="Visible"/>). A word is looked up once, however many readings of the query name it.
/// </summary>
internal sealed class RankingStatistics
{
    /// <summary>How fast further occurrences of a word count less, and how much length counts: BM25's usual values.</summary>
    public const float K1 = 1.2f;

    /// <inheritdoc cref="K1"/>
    public const float B = 0.75f;

    private static readonly float[] Lengths = [.. Enumerable.Range(0, 256).Select(norm => SmallSingle.SByte315ToSingle((sbyte)norm)).Select(norm => norm > 0 ? 1 / (norm * norm) : 0)];

    private static readonly long[] WholeLengths = [.. Lengths.Select(length => (long)Math.Min(int.MaxValue, Math.Round((double)length)))];

    private readonly Dictionary<Term, TermContext> _terms = [];
    private readonly List<(IndexReader? Reader, IReadOnlyList<WeightedField> Fields)> _parts = [];
    private readonly Dictionary<WeightClass, float[]> _factors = [];
    private readonly Dictionary<(AtomicReader Segment, string Field), TermsEnum?> _enums = [];
    private float[]? _textFactors;

    /// <summary>What alone counts; null: all items.</summary>
    public VisibleItems? Visible { get; set; }

    /// <summary>How many words a text has by what the index keeps of it, as a whole number; 0 for none.</summary>
    public static long LengthOf(byte kept) => WholeLengths[kept];

    /// <summary>A part of what is searched, with what its connection's schema says of properties.</summary>
    /// <param name="reader">Null for all that is searched.</param>
    /// <param name="fields">Its weighty properties.</param>
    public void Add(IndexReader? reader, IReadOnlyList<WeightedField> fields) => _parts.Add((reader, fields));

    /// <summary>How many items count.</summary>
    public int Items(IndexSearcher searcher) => Visible?.Count ?? searcher.IndexReader.MaxDoc;

    /// <summary>In how many of them a word is.</summary>
    public int ItemsWith(string word, IndexSearcher searcher) => Visible?.CountOf(new Term(IndexFields.Text, word)) ?? ContextOf(word, searcher).DocFreq;

    /// <summary>Where a word of the whole text stands.</summary>
    public TermContext ContextOf(string word, IndexSearcher searcher)
    {
        var term = new Term(IndexFields.Text, word);
        if (!_terms.TryGetValue(term, out TermContext? known) || known.TopReaderContext != searcher.TopReaderContext)
        {
            _terms[term] = known = TermContext.Build(searcher.TopReaderContext, term);
        }

        return known;
    }

    /// <summary>
    /// The words of a field of a segment, to look one up and take its postings at once: the next who asks looks up another in it. Making one costs more than looking up a word.
    /// </summary>
    public TermsEnum? TermsOrNull(AtomicReader segment, string field)
    {
        if (!_enums.TryGetValue((segment, field), out TermsEnum? terms))
        {
            _enums.Add((segment, field), terms = segment.GetTerms(field)?.GetEnumerator());
        }

        return terms;
    }

    /// <summary>How much a word says: the rarer, the more.</summary>
    public double Idf(string word, IndexSearcher searcher)
    {
        int found = ItemsWith(word, searcher);
        return Math.Log(1 + ((Items(searcher) - found + 0.5) / (found + 0.5)));
    }

    /// <summary>By what an occurrence is divided for the length of the item, by the byte that the index keeps of the length.</summary>
    public float[] FactorsOfText(IndexSearcher searcher)
    {
        if (_textFactors is null)
        {
            long words = Visible?.LengthsOf(IndexFields.Text).Words
                ?? searcher.TopReaderContext.Leaves.Sum(leaf => Math.Max(0, leaf.AtomicReader.GetTerms(IndexFields.Text)?.SumTotalTermFreq ?? 0));
            _textFactors = Factors(words, Items(searcher));
        }

        return _textFactors;
    }

    /// <summary>The same for the length of a property of a class, which on average is that of those that have words.</summary>
    public float[] FactorsOf(WeightClass of, IndexSearcher searcher)
    {
        if (!_factors.TryGetValue(of, out float[]? factors))
        {
            (long words, long values) = (0, 0);
            foreach ((IndexReader? reader, IReadOnlyList<WeightedField> fields) in _parts)
            {
                foreach (WeightedField field in fields.Where(field => field.Class == of))
                {
                    foreach (AtomicReaderContext leaf in (reader?.Context ?? searcher.TopReaderContext).Leaves)
                    {
                        if (Visible is not null)
                        {
                            TextLengths lengths = Visible.LengthsIn(leaf, field.Field);
                            words += lengths.Words;
                            values += lengths.Texts;
                        }
                        else if (leaf.AtomicReader.GetTerms(field.Field) is { SumTotalTermFreq: > 0 } terms)
                        {
                            words += terms.SumTotalTermFreq;
                            values += terms.DocCount;
                        }
                    }
                }
            }

            _factors.Add(of, factors = Factors(words, values));
        }

        return factors;
    }

    private static float[] Factors(long words, long texts)
    {
        float average = words > 0 && texts > 0 ? (float)(words / (double)texts) : 1;
        return [.. Lengths.Select(length => length > 0 ? 1 - B + (B * length / average) : 1)];
    }
}

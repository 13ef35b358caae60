using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// A word, or several in a row, anywhere in an item. It finds what a query over <see cref="IndexFields.Text"/> finds; how well is told by BM25F: occurrences in weighty
/// properties count more, and all are added up before they are dampened, so that a word in many places is no better than what it is worth in one.
/// </summary>
/// <param name="words">As the index has them.</param>
/// <param name="fields">Where occurrences count more.</param>
/// <param name="statistics">Of the search.</param>
internal sealed class RankedWords(IReadOnlyList<string> words, IReadOnlyList<WeightedField> fields, RankingStatistics statistics) : Query
{
    public IReadOnlyList<string> Words => words;

    public IReadOnlyList<WeightedField> Fields => fields;

    public override Weight CreateWeight(IndexSearcher searcher) => new FieldedWeight(this, statistics, searcher);

    public override void ExtractTerms(ISet<Term> terms) => terms.UnionWith(words.Select(word => new Term(IndexFields.Text, word)));

    public override string ToString(string field) => $"ranked({string.Join(' ', words)})";

    public override bool Equals(object? obj) =>
        obj is RankedWords other && base.Equals(other) && words.SequenceEqual(other.Words) && fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => words.Aggregate(base.GetHashCode(), HashCode.Combine);

    private Query In(string field, TermContext? known = null)
    {
        if (words is [string only])
        {
            return known is null ? new TermQuery(new Term(field, only)) : new TermQuery(new Term(field, only), known);
        }

        var phrase = new PhraseQuery();
        foreach (string word in words)
        {
            phrase.Add(new Term(field, word));
        }

        return phrase;
    }

    private sealed class FieldedWeight : Weight
    {
        private readonly RankedWords _query;
        private readonly Weight _anywhere;
        private readonly Weight?[] _phrases;
        private readonly float[] _textFactors;
        private readonly float[][] _factors;
        private readonly double _idf;
        private readonly int _found;
        private readonly int _items;
        private float _boost = 1;

        public FieldedWeight(RankedWords query, RankingStatistics statistics, IndexSearcher searcher)
        {
            _query = query;
            bool isOne = query.Words.Count == 1;
            _anywhere = query.In(IndexFields.Text, isOne ? statistics.ContextOf(query.Words[0], searcher) : null).CreateWeight(searcher);
            _phrases = [.. query.Fields.Select(field => isOne ? null : query.In(field.Field).CreateWeight(searcher))];
            _textFactors = RankingStatistics.LengthFactors(statistics.AverageOfText(searcher));
            _factors = [.. query.Fields.Select(field => RankingStatistics.LengthFactors(statistics.AverageOf(field.Class, searcher)))];
            _idf = query.Words.Sum(word => statistics.Idf(word, searcher));
            _found = isOne ? statistics.ContextOf(query.Words[0], searcher).DocFreq : 0;
            _items = searcher.IndexReader.MaxDoc;
        }

        public override Query Query => _query;

        public override float GetValueForNormalization() => 1;

        public override void Normalize(float norm, float topLevelBoost) => _boost = norm * topLevelBoost * _query.Boost;

        public override Scorer? GetScorer(AtomicReaderContext context, IBits? acceptDocs) => FieldedOrNull(context, acceptDocs);

        public override Explanation Explain(AtomicReaderContext context, int doc)
        {
            if (FieldedOrNull(context, acceptDocs: null) is not { } scorer || scorer.Advance(doc) != doc)
            {
                return new ComplexExplanation(false, 0, $"'{string.Join(' ', _query.Words)}' is nowhere in the item");
            }

            var score = new ComplexExplanation(true, scorer.GetScore(), $"'{string.Join(' ', _query.Words)}': rarity × {RankingStatistics.K1 + 1:0.0} × occurrences / ({RankingStatistics.K1} + occurrences)");
            score.AddDetail(new Explanation((float)_idf, _query.Words.Count == 1 ? $"rarity: in {_found} of {_items} items" : $"rarity: those of {_query.Words.Count} words together, of {_items} items"));
            var occurrences = new Explanation(scorer.Occurrences(), "occurrences: the sum, each × weight / length");
            scorer.Describe(occurrences);
            score.AddDetail(occurrences);
            return score;
        }

        private FieldedScorer? FieldedOrNull(AtomicReaderContext context, IBits? acceptDocs)
        {
            if (_anywhere.GetScorer(context, acceptDocs) is not { } anywhere)
            {
                return null;
            }

            var places = new List<Place>();
            for (int i = 0; i < _phrases.Length; i++)
            {
                WeightedField field = _query.Fields[i];

                // What the filter keeps out is kept out where it is found at all.
                DocsEnum? found = _phrases[i] is { } phrase ? phrase.GetScorer(context, null) : WordOrNull(context, field.Field);
                if (found is not null)
                {
                    places.Add(new Place(field, found, context.AtomicReader.GetNormValues(field.Field), _factors[i]));
                }
            }

            return new FieldedScorer(this, anywhere, [.. places], context.AtomicReader.GetNormValues(IndexFields.Text), _textFactors, (float)_idf * _boost);
        }

        private DocsEnum? WordOrNull(AtomicReaderContext context, string field)
        {
            TermsEnum? terms = context.AtomicReader.GetTerms(field)?.GetEnumerator();
            return terms is not null && terms.SeekExact(new BytesRef(_query.Words[0])) ? terms.Docs(null, null, DocsFlags.FREQS) : null;
        }
    }

    /// <summary>Occurrences in one property.</summary>
    private readonly record struct Place(WeightedField Field, DocsEnum Found, NumericDocValues? Lengths, float[] Factors)
    {
        public int FrequencyIn(int doc)
        {
            int at = Found.DocID;
            return (at < doc ? Found.Advance(doc) : at) == doc ? Found.Freq : 0;
        }

        public float FactorOf(int doc) => Lengths is null ? 1 : Factors[(byte)Lengths.Get(doc)];
    }

    private sealed class FieldedScorer(Weight weight, Scorer anywhere, Place[] places, NumericDocValues? lengths, float[] factors, float idf) : Scorer(weight)
    {
        public override int DocID => anywhere.DocID;

        public override int Freq => anywhere.Freq;

        public override int NextDoc() => anywhere.NextDoc();

        public override int Advance(int target) => anywhere.Advance(target);

        public override long GetCost() => anywhere.GetCost();

        public override float GetScore()
        {
            float occurrences = Occurrences();
            return idf * (RankingStatistics.K1 + 1) * occurrences / (RankingStatistics.K1 + occurrences);
        }

        public float Occurrences()
        {
            int doc = anywhere.DocID;
            float sum = anywhere.Freq / FactorOfText(doc);
            foreach (Place place in places)
            {
                if (place.FrequencyIn(doc) is > 0 and var frequency)
                {
                    sum += place.Field.Weight * frequency / place.FactorOf(doc);
                }
            }

            return sum;
        }

        public void Describe(Explanation occurrences)
        {
            int doc = anywhere.DocID;
            occurrences.AddDetail(Of("anywhere", 1, anywhere.Freq, FactorOfText(doc)));
            foreach (Place place in places)
            {
                if (place.FrequencyIn(doc) is > 0 and var frequency)
                {
                    occurrences.AddDetail(Of($"{place.Field.Field[2..]} ({place.Field.Class})", place.Field.Weight, frequency, place.FactorOf(doc)));
                }
            }
        }

        private float FactorOfText(int doc) => lengths is null ? 1 : factors[(byte)lengths.Get(doc)];

        private static Explanation Of(string place, float weight, int frequency, float factor) => new(
            weight * frequency / factor, FormattableString.Invariant($"{place}: {frequency} × weight {weight} / length {factor}"));
    }
}

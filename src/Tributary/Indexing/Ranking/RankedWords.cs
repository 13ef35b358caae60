using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>
/// A word, several in a row, or one of several, anywhere in an item. It finds what a query over <see cref="IndexFields.Text"/> finds; how well is told by BM25F: occurrences
/// in weighty properties count more, and all are added up before they are dampened, so that a word in many places is no better than what it is worth in one.
/// </summary>
/// <param name="words">As the index has them.</param>
/// <param name="isOneOf">Whether they stand for each other, so that they count as one word (search 7.7), as common as the commonest; else they stand in a row.</param>
/// <param name="fields">Where occurrences count more.</param>
/// <param name="statistics">Of the search.</param>
/// <param name="work">Counts along.</param>
internal sealed class RankedWords(IReadOnlyList<string> words, bool isOneOf, IReadOnlyList<WeightedField> fields, RankingStatistics statistics, SearchWork work) : Query
{
    public IReadOnlyList<string> Words => words;

    public bool IsOneOf => isOneOf;

    public IReadOnlyList<WeightedField> Fields => fields;

    /// <summary>Whether they are looked up one by one, and not as a phrase.</summary>
    private bool IsSingle => isOneOf || words.Count == 1;

    public override Weight CreateWeight(IndexSearcher searcher) => new FieldedWeight(this, statistics, searcher);

    public override void ExtractTerms(ISet<Term> terms) => terms.UnionWith(words.Select(word => new Term(IndexFields.Text, word)));

    /// <summary>In plain words, as Lucene tells of it where it is not found (<see cref="ScoreDescription"/>).</summary>
    public override string ToString(string field) => isOneOf ? string.Join(" or ", words.Select(ScoreDescription.OfWord)) : ScoreDescription.OfWords(words);

    public override bool Equals(object? obj) => obj is RankedWords other
        && base.Equals(other) && isOneOf == other.IsOneOf && words.SequenceEqual(other.Words) && fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => words.Aggregate(base.GetHashCode(), HashCode.Combine);

    private Query Anywhere(IndexSearcher searcher)
    {
        if (!IsSingle)
        {
            return Phrase(IndexFields.Text);
        }

        Query[] each = [.. words.Select(word => new TermQuery(new Term(IndexFields.Text, word), statistics.ContextOf(word, searcher)))];
        if (each is [Query only])
        {
            return only;
        }

        var any = new BooleanQuery(disableCoord: true);
        Array.ForEach(each, word => any.Add(word, Occur.SHOULD));
        return any;
    }

    private MeteredPhraseQuery Phrase(string field) => new(field, words, work);

    private sealed class FieldedWeight : Weight
    {
        private readonly RankedWords _query;
        private readonly RankingStatistics _statistics;
        private readonly IndexSearcher _searcher;
        private readonly Weight _anywhere;
        private readonly Weight?[] _phrases;
        private readonly float[] _textFactors;
        private readonly float[][] _factors;
        private readonly double _idf;
        private float _boost = 1;

        public FieldedWeight(RankedWords query, RankingStatistics statistics, IndexSearcher searcher)
        {
            _query = query;
            _statistics = statistics;
            _searcher = searcher;
            IndexSearcher finding = VisibleSearcher.PlainOf(searcher);
            _anywhere = query.Anywhere(finding).CreateWeight(finding);
            _phrases = [.. query.Fields.Select(field => query.IsSingle ? null : query.Phrase(field.Field).CreateWeight(finding))];
            _textFactors = statistics.FactorsOfText(searcher);
            _factors = [.. query.Fields.Select(field => statistics.FactorsOf(field.Class, searcher))];
            IEnumerable<double> rarities = query.Words.Select(word => statistics.Idf(word, searcher));
            _idf = query.IsSingle ? rarities.Min() : rarities.Sum();
        }

        public override Query Query => _query;

        private string Named => _query.ToString(IndexFields.Text);

        public override float GetValueForNormalization() => 1;

        public override void Normalize(float norm, float topLevelBoost) => _boost = norm * topLevelBoost * _query.Boost;

        public override Scorer? GetScorer(AtomicReaderContext context, IBits? acceptDocs) => FieldedOrNull(context, acceptDocs);

        public override Explanation Explain(AtomicReaderContext context, int doc)
        {
            if (FieldedOrNull(context, acceptDocs: null) is not { } scorer || scorer.Advance(doc) != doc)
            {
                return new ScorePart(false, 0, $"{Named} is nowhere in the item");
            }

            var score = new ScorePart(
                true, scorer.GetScore(), FormattableString.Invariant($"{Named}: rarity × {RankingStatistics.K1 + 1:0.0} × occurrences / ({RankingStatistics.K1} + occurrences)"));
            int items = _statistics.Items(_searcher);
            score.AddDetail(new ScorePart(true, (float)_idf, _query.IsSingle
                ? $"rarity: in {_query.Words.Max(word => _statistics.ItemsWith(word, _searcher))} of {items} items"
                : $"rarity: those of {_query.Words.Count} words together, of {items} items"));
            score.AddDetail(scorer.Describe());
            return score;
        }

        private FieldedScorer? FieldedOrNull(AtomicReaderContext context, IBits? acceptDocs)
        {
            if (_anywhere.GetScorer(context, acceptDocs) is not { } anywhere)
            {
                return null;
            }

            // What the filter keeps out is kept out where it is found at all.
            var places = new List<Place>();
            AtomicReader segment = context.AtomicReader;
            NumericDocValues? textLengths = segment.GetNormValues(IndexFields.Text);
            if (_query.IsSingle && _query.Words.Count > 1)
            {
                places.AddRange(Single(segment, IndexFields.Text).Select(found => new Place("anywhere", 1, found, textLengths, _textFactors)));
            }
            else
            {
                places.Add(new Place("anywhere", 1, anywhere, textLengths, _textFactors));
            }

            for (int i = 0; i < _phrases.Length; i++)
            {
                WeightedField field = _query.Fields[i];
                float[] factors = _factors[i];
                IEnumerable<DocsEnum> all = _phrases[i] is { } phrase ? phrase.GetScorer(context, null) is { } scorer ? [scorer] : [] : Single(segment, field.Field);
                places.AddRange(all.Select(found => new Place($"{field.Field[2..]} ({field.Class})", field.Weight, found, segment.GetNormValues(field.Field), factors)));
            }

            return new FieldedScorer(this, anywhere, [.. places], (float)_idf * _boost);
        }

        private IEnumerable<DocsEnum> Single(AtomicReader segment, string field)
        {
            if (_statistics.TermsOrNull(segment, field) is not { } terms)
            {
                yield break;
            }

            foreach (string word in _query.Words)
            {
                if (terms.SeekExact(new BytesRef(word)))
                {
                    yield return terms.Docs(null, null, DocsFlags.FREQS);
                }
            }
        }
    }

    /// <summary>Occurrences of a word in one place.</summary>
    private readonly record struct Place(string Name, float Weight, DocsEnum Found, NumericDocValues? Lengths, float[] Factors)
    {
        public int FrequencyIn(int doc)
        {
            int at = Found.DocID;
            return (at < doc ? Found.Advance(doc) : at) == doc ? Found.Freq : 0;
        }

        public float FactorOf(int doc) => Lengths is null ? 1 : Factors[(byte)Lengths.Get(doc)];
    }

    private sealed class FieldedScorer(Weight weight, Scorer anywhere, Place[] places, float idf) : Scorer(weight)
    {
        public override int DocID => anywhere.DocID;

        public override int Freq => anywhere.Freq;

        public override int NextDoc() => anywhere.NextDoc();

        public override int Advance(int target) => anywhere.Advance(target);

        public override long GetCost() => anywhere.GetCost();

        public override float GetScore()
        {
            int doc = anywhere.DocID;
            float occurrences = 0;
            foreach (Place place in places)
            {
                if (place.FrequencyIn(doc) is > 0 and var frequency)
                {
                    occurrences += place.Weight * frequency / place.FactorOf(doc);
                }
            }

            return idf * (RankingStatistics.K1 + 1) * occurrences / (RankingStatistics.K1 + occurrences);
        }

        public ScorePart Describe()
        {
            int doc = anywhere.DocID;
            var all = new ScorePart(true, 0, "occurrences: the sum, each × weight / length");
            foreach (Place place in places)
            {
                if (place.FrequencyIn(doc) is > 0 and var frequency)
                {
                    float factor = place.FactorOf(doc);
                    all.Value += place.Weight * frequency / factor;
                    all.AddDetail(new ScorePart(
                        true, place.Weight * frequency / factor, FormattableString.Invariant($"{place.Name}: {frequency} × weight {place.Weight} / length {factor}")));
                }
            }

            return all;
        }
    }
}

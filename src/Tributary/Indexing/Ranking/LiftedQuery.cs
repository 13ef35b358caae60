using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Items;
using Tributary.Search;

namespace Tributary.Indexing.Ranking;

/// <summary>What lifts an item within its matches.</summary>
/// <param name="Pairs">Words that stand side by side in the query, one after the other.</param>
/// <param name="TitleField">The words of the title; null where there is none.</param>
/// <param name="Whole">All that is asked for, as <see cref="WholeTitle"/> has it; null when it cannot be a title.</param>
internal sealed record Lifts(IReadOnlyList<(string First, string Second)> Pairs, string? TitleField, string? Whole)
{
    public static readonly Lifts None = new([], null, null);

    public bool Equals(Lifts? other) => other is not null && Pairs.SequenceEqual(other.Pairs) && TitleField == other.TitleField && Whole == other.Whole;

    public override int GetHashCode() => HashCode.Combine(Pairs.Count, TitleField, Whole);
}

/// <summary>What of ranking is the same for a whole search.</summary>
/// <param name="Options">What was set.</param>
/// <param name="Statistics">What is measured by.</param>
/// <param name="Now">The time of the search.</param>
/// <param name="Work">Counts along.</param>
internal sealed record RankingContext(RankingOptions Options, RankingStatistics Statistics, DateTimeOffset Now, SearchWork Work);

/// <summary>
/// Finds what its inner query finds, and multiplies the score: by 1 and the lifts for the title and for words side by side, then by 1 and those for freshness and activities. All
/// are bounded, so that none makes up for a clear difference of what was found.
/// </summary>
internal sealed class LiftedQuery(Query inner, Lifts lifts, RankingContext context) : Query
{
    public Query Inner => inner;

    public Lifts Lifts => lifts;

    public override Query Rewrite(IndexReader reader)
    {
        Query rewritten = inner.Rewrite(reader);
        return rewritten == inner ? this : new LiftedQuery(rewritten, lifts, context) { Boost = Boost };
    }

    public override Weight CreateWeight(IndexSearcher searcher) => new LiftedWeight(this, lifts, context, inner.CreateWeight(searcher), searcher);

    public override void ExtractTerms(ISet<Term> terms) => inner.ExtractTerms(terms);

    public override string ToString(string field) => $"lifted({inner.ToString(field)})";

    public override bool Equals(object? obj) => obj is LiftedQuery other && base.Equals(other) && inner.Equals(other.Inner) && lifts.Equals(other.Lifts);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), inner, lifts);

    private sealed class LiftedWeight(LiftedQuery query, Lifts lifts, RankingContext context, Weight inner, IndexSearcher searcher) : Weight
    {
        private readonly Decay _freshness = Decay.OfFreshness(context.Options, context.Now);
        private readonly Decay _activity = Decay.OfActivity(context.Options, context.Now);
        private readonly SideBySide? _pairs = SideBySide.OfOrNull(lifts.Pairs, context.Statistics, searcher);

        public override Query Query => query;

        public override float GetValueForNormalization() => inner.GetValueForNormalization();

        public override void Normalize(float norm, float topLevelBoost) => inner.Normalize(norm, topLevelBoost * query.Boost);

        public override Scorer? GetScorer(AtomicReaderContext segment, IBits? acceptDocs) =>
            inner.GetScorer(segment, acceptDocs) is { } scorer ? new LiftedScorer(this, scorer, LiftsIn(segment)) : null;

        public override Explanation Explain(AtomicReaderContext segment, int doc)
        {
            Explanation found = inner.Explain(segment, doc);
            if (!found.IsMatch)
            {
                return found;
            }

            LiftsOf lift = LiftsIn(segment).Of(doc);
            var lifted = new ScorePart(true, found.Value * lift.Factor, "what was found × lift for words × lift for the item");
            lifted.AddDetail(found);
            var words = new ScorePart(true, lift.OfWords, "lift for words: 1 + those that hold");
            Add(words, lift.Whole, "the title is all that was asked for");
            Add(words, lift.Title, "words side by side in the title");
            Add(words, lift.Text, "words side by side anywhere");
            var item = new ScorePart(true, lift.OfItem, "lift for the item: 1 + those that hold");
            Add(item, lift.Freshness, "freshness");
            Add(item, lift.Activity, "activities");
            lifted.AddDetail(words);
            lifted.AddDetail(item);
            return lifted;
        }

        private static void Add(Explanation to, float lift, string why)
        {
            if (lift > 0)
            {
                to.AddDetail(new ScorePart(true, lift, why));
            }
        }

        private LiftReader LiftsIn(AtomicReaderContext segment)
        {
            AtomicReader reader = segment.AtomicReader;
            DocsEnum? whole = null;
            if (lifts.Whole is { } title && context.Statistics.TermsOrNull(reader, IndexFields.Title) is { } titles && titles.SeekExact(new BytesRef(title)))
            {
                whole = titles.Docs(null, null, DocsFlags.NONE);
            }

            return new LiftReader(
                context.Options,
                whole,
                lifts.TitleField is { } field ? _pairs?.In(reader, field, context) : null,
                _pairs?.In(reader, IndexFields.Text, context, word => context.Statistics.ContextOf(word, searcher).Get(segment.Ord)),
                _freshness,
                _activity,
                _freshness.IsNone && _activity.IsNone ? null : RankColumns.Of(reader));
        }
    }

    /// <summary>The lifts of one document.</summary>
    private readonly record struct LiftsOf(float Whole, float Title, float Text, float Freshness, float Activity)
    {
        public float OfWords => 1 + Whole + Title + Text;

        public float OfItem => 1 + Freshness + Activity;

        public float Factor => OfWords * OfItem;
    }

    /// <summary>Documents are asked about in their order.</summary>
    private sealed class LiftReader(
        RankingOptions options, DocsEnum? whole, SideBySide.Reader? title, SideBySide.Reader? text, Decay freshness, Decay activity, RankColumns? columns)
    {
        public LiftsOf Of(int doc) => new(
            IsWhole(doc) ? (float)options.ExactTitleLift : 0,
            title is null ? 0 : (float)options.TitlePhraseLift * title.ShareIn(doc),
            text is null ? 0 : (float)options.TextPhraseLift * text.ShareIn(doc),
            columns is null ? 0 : freshness.Of(columns.ModifiedOn(doc)),
            columns is { HasActivities: true } ? ActivityOf(columns.ActivityOf(doc)) : 0);

        private float ActivityOf((int Level, ushort Day) done) => activity.Of(done.Day) * done.Level / ActivityStanding.MaxLevel;

        private bool IsWhole(int doc) => whole is not null && (whole.DocID < doc ? whole.Advance(doc) : whole.DocID) == doc;
    }

    private sealed class LiftedScorer(Weight weight, Scorer inner, LiftReader lifts) : Scorer(weight)
    {
        private int _doc = -1;
        private float _score;

        public override int DocID => inner.DocID;

        public override int Freq => inner.Freq;

        public override int NextDoc() => inner.NextDoc();

        public override int Advance(int target) => inner.Advance(target);

        public override long GetCost() => inner.GetCost();

        /// <summary>Once for each document, as places of words can be read only once.</summary>
        public override float GetScore()
        {
            if (_doc != inner.DocID)
            {
                _doc = inner.DocID;
                _score = inner.GetScore() * lifts.Of(_doc).Factor;
            }

            return _score;
        }
    }
}

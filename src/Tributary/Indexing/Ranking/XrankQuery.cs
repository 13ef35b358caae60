using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing.Ranking;

/// <summary>What <c>XRANK</c> lifts, and by how much.</summary>
internal readonly record struct RankBoost(Query Rank, float Points);

/// <summary>Finds what its match side finds; where a rank side finds the item too, its points are added to the score (search 7.8).</summary>
internal sealed class XrankQuery(Query match, IReadOnlyList<RankBoost> boosts) : Query
{
    public Query Match => match;

    public IReadOnlyList<RankBoost> Boosts => boosts;

    public override Query Rewrite(IndexReader reader)
    {
        Query rewritten = match.Rewrite(reader);
        RankBoost[] ranks = [.. boosts.Select(boost => boost with { Rank = boost.Rank.Rewrite(reader) })];
        return rewritten == match && ranks.Zip(boosts).All(pair => pair.First.Rank == pair.Second.Rank) ? this : new XrankQuery(rewritten, ranks) { Boost = Boost };
    }

    public override Weight CreateWeight(IndexSearcher searcher) =>
        new XrankWeight(this, match.CreateWeight(searcher), [.. boosts.Select(boost => boost.Rank.CreateWeight(searcher))], boosts);

    public override void ExtractTerms(ISet<Term> terms) => match.ExtractTerms(terms);

    public override string ToString(string field) => $"xrank({match.ToString(field)})";

    public override bool Equals(object? obj) => obj is XrankQuery other && base.Equals(other) && match.Equals(other.Match) && boosts.SequenceEqual(other.Boosts);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), match, boosts.Count);

    private sealed class XrankWeight(Query query, Weight match, Weight[] ranks, IReadOnlyList<RankBoost> boosts) : Weight
    {
        public override Query Query => query;

        public override float GetValueForNormalization() => match.GetValueForNormalization();

        public override void Normalize(float norm, float topLevelBoost)
        {
            match.Normalize(norm, topLevelBoost * query.Boost);
            Array.ForEach(ranks, rank => rank.Normalize(norm, topLevelBoost));
        }

        public override Scorer? GetScorer(AtomicReaderContext context, IBits? acceptDocs)
        {
            if (match.GetScorer(context, acceptDocs) is not { } scorer)
            {
                return null;
            }

            // What the rank sides come upon is counted as steps too, so the filter is theirs as well.
            var found = new List<(Scorer Rank, float Points)>();
            for (int i = 0; i < ranks.Length; i++)
            {
                if (ranks[i].GetScorer(context, acceptDocs) is { } rank)
                {
                    found.Add((rank, boosts[i].Points));
                }
            }

            return found.Count == 0 ? scorer : new XrankScorer(this, scorer, [.. found]);
        }

        public override Explanation Explain(AtomicReaderContext context, int doc)
        {
            Explanation found = match.Explain(context, doc);
            if (!found.IsMatch)
            {
                return found;
            }

            var details = new List<Explanation> { found };
            float sum = found.Value;
            for (int i = 0; i < ranks.Length; i++)
            {
                if (ranks[i].Explain(context, doc).IsMatch)
                {
                    details.Add(new ScorePart(true, boosts[i].Points, $"cb of XRANK {i + 1}"));
                    sum += boosts[i].Points;
                }
            }

            var explanation = new ScorePart(true, sum, "what was found + XRANK");
            details.ForEach(explanation.AddDetail);
            return explanation;
        }
    }

    private sealed class XrankScorer(Weight weight, Scorer match, (Scorer Rank, float Points)[] ranks) : Scorer(weight)
    {
        public override int DocID => match.DocID;

        public override int Freq => match.Freq;

        public override int NextDoc() => match.NextDoc();

        public override int Advance(int target) => match.Advance(target);

        public override long GetCost() => match.GetCost();

        public override float GetScore()
        {
            float sum = match.GetScore();
            int doc = match.DocID;
            foreach ((Scorer rank, float points) in ranks)
            {
                int at = rank.DocID;
                if ((at < doc ? rank.Advance(doc) : at) == doc)
                {
                    sum += points;
                }
            }

            return sum;
        }
    }
}

using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>
/// Words in a row: finds what Lucene's own phrase finds and scores it the same. Lucene's reads all positions of a document at once, which takes a second in one of
/// millions of words, and cannot be stopped meanwhile; here each is a step.
/// </summary>
/// <param name="field">Where.</param>
/// <param name="words">Two or more, as the index has them.</param>
/// <param name="work">Counts along.</param>
internal sealed class MeteredPhraseQuery(string field, IReadOnlyList<string> words, SearchWork work) : Query
{
    private readonly Term[] _terms = [.. words.Select(word => new Term(field, word))];

    public override Weight CreateWeight(IndexSearcher searcher) => new PhraseWeight(this, _terms, searcher, work);

    public override void ExtractTerms(ISet<Term> terms) => terms.UnionWith(_terms);

    public override string ToString(string field) => $"\"{string.Join(' ', _terms.Select(term => term.Text))}\"";

    public override bool Equals(object? obj) => obj is MeteredPhraseQuery other && base.Equals(other) && _terms.SequenceEqual(other._terms);

    public override int GetHashCode() => _terms.Aggregate(base.GetHashCode(), HashCode.Combine);

    private sealed class PhraseWeight : Weight
    {
        /// <summary>How much commoner than the rarest word one is that is moved to a document; others go on until they are there, as moving costs as much as some steps.</summary>
        private const int Commoner = 5;

        private readonly MeteredPhraseQuery _query;
        private readonly Term[] _terms;
        private readonly TermContext[] _contexts;
        private readonly SearchWork _work;
        private readonly Similarity _similarity;
        private readonly Similarity.SimWeight _statistics;

        public PhraseWeight(MeteredPhraseQuery query, Term[] terms, IndexSearcher searcher, SearchWork work)
        {
            _query = query;
            _terms = terms;
            _work = work;
            var known = new Dictionary<Term, TermContext>();
            foreach (Term term in terms)
            {
                if (!known.ContainsKey(term))
                {
                    known.Add(term, TermContext.Build(searcher.TopReaderContext, term));
                }
            }

            _contexts = [.. terms.Select(term => known[term])];
            _similarity = searcher.Similarity;
            _statistics = _similarity.ComputeWeight(
                query.Boost, searcher.CollectionStatistics(terms[0].Field), [.. terms.Select(term => searcher.TermStatistics(term, known[term]))]);
        }

        public override Query Query => _query;

        public override float GetValueForNormalization() => _statistics.GetValueForNormalization();

        public override void Normalize(float norm, float topLevelBoost) => _statistics.Normalize(norm, topLevelBoost);

        public override Scorer? GetScorer(AtomicReaderContext context, IBits? acceptDocs) => PhraseOrNull(context, acceptDocs);

        public override Explanation Explain(AtomicReaderContext context, int doc)
        {
            if (PhraseOrNull(context, context.AtomicReader.LiveDocs) is not { } phrase || phrase.Advance(doc) != doc)
            {
                return new ComplexExplanation(false, 0, "no matching phrase");
            }

            Explanation score = _similarity.GetSimScorer(_statistics, context).Explain(doc, new Explanation(phrase.Freq, $"phraseFreq={phrase.Freq}"));
            var explanation = new ComplexExplanation(true, score.Value, $"weight({_query} in {doc})");
            explanation.AddDetail(score);
            return explanation;
        }

        private PhraseScorer? PhraseOrNull(AtomicReaderContext context, IBits? acceptDocs)
        {
            if (context.AtomicReader.GetTerms(_terms[0].Field)?.GetEnumerator() is not { } terms)
            {
                return null;
            }

            var found = new (TermState State, int Count)[_terms.Length];
            for (int i = 0; i < _terms.Length; i++)
            {
                if (_contexts[i].Get(context.Ord) is not { } state)
                {
                    return null;
                }

                terms.SeekExact(_terms[i].Bytes, state);
                found[i] = (state, terms.DocFreq);
            }

            // The rarest leads; only what it comes upon is asked whether it counts.
            int[] order = [.. Enumerable.Range(0, _terms.Length).OrderBy(i => found[i].Count)];
            var parts = new PhraseWord[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                terms.SeekExact(_terms[order[i]].Bytes, found[order[i]].State);
                DocsAndPositionsEnum places = terms.DocsAndPositions(i == 0 ? acceptDocs : null, null, DocsAndPositionsFlags.NONE)
                    ?? throw new InvalidOperationException($"{_terms[0].Field} is without positions.");
                parts[i] = new PhraseWord(places, order[i], found[order[i]].Count > Commoner * (long)found[order[0]].Count, _work);
            }

            return new PhraseScorer(this, parts, _similarity.GetSimScorer(_statistics, context), _work);
        }
    }

    /// <summary>A word of the phrase in the current document.</summary>
    private sealed class PhraseWord(DocsAndPositionsEnum places, int offset, bool isMoved, SearchWork work)
    {
        private int _left;

        public DocsAndPositionsEnum Places => places;

        /// <summary>Where it stands, as the phrase's beginning.</summary>
        public int Start { get; private set; }

        /// <returns>The first document from there on that has the word.</returns>
        public int MoveTo(int doc)
        {
            int at = places.DocID;
            if (isMoved && at < doc)
            {
                work.Step();
                return places.Advance(doc);
            }

            for (; at < doc; at = places.NextDoc())
            {
                work.Step();
            }

            return at;
        }

        public void Begin()
        {
            _left = places.Freq;
            Start = int.MinValue;
        }

        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            work.Step();
            _left--;
            Start = places.NextPosition() - offset;
            return true;
        }
    }

    private sealed class PhraseScorer(Weight weight, PhraseWord[] words, Similarity.SimScorer scorer, SearchWork work) : Scorer(weight)
    {
        private readonly DocsAndPositionsEnum _lead = words[0].Places;
        private int _doc = -1;
        private int _freq;

        public override int DocID => _doc;

        public override int Freq => _freq;

        public override int NextDoc() => NextFrom(_lead.NextDoc());

        public override int Advance(int target) => NextFrom(_lead.Advance(target));

        public override float GetScore() => scorer.Score(_doc, _freq);

        public override long GetCost() => _lead.GetCost();

        private int NextFrom(int doc)
        {
            while (doc != NO_MORE_DOCS)
            {
                work.Step();
                int ahead = doc;
                for (int i = 1; i < words.Length && ahead == doc; i++)
                {
                    ahead = words[i].MoveTo(doc);
                }

                if (ahead == NO_MORE_DOCS)
                {
                    break;
                }

                if (ahead > doc)
                {
                    doc = _lead.Advance(ahead);
                    continue;
                }

                _freq = Count();
                if (_freq > 0)
                {
                    return _doc = doc;
                }

                doc = _lead.NextDoc();
            }

            return _doc = NO_MORE_DOCS;
        }

        /// <summary>How often the phrase stands in the document in which all words are.</summary>
        private int Count()
        {
            foreach (PhraseWord word in words)
            {
                word.Begin();
            }

            int count = 0;
            int start = int.MinValue;
            while (words[0].MoveNext())
            {
                if (words[0].Start < start)
                {
                    continue;
                }

                start = words[0].Start;
                int i = 1;
                for (; i < words.Length; i++)
                {
                    PhraseWord word = words[i];
                    while (word.Start < start)
                    {
                        if (!word.MoveNext())
                        {
                            return count;
                        }
                    }

                    if (word.Start > start)
                    {
                        start = word.Start;
                        break;
                    }
                }

                count += i == words.Length ? 1 : 0;
            }

            return count;
        }
    }
}

using Lucene.Net.Search;
using Tributary.Indexing.Ranking;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <content>What makes one match come before another. None of it changes what matches.</content>
internal sealed partial class LuceneQueryBuilder
{
    /// <summary>Words beyond these, in one query, count the same wherever they stand: each is looked up in every weighty property.</summary>
    private const int MaxRankedWords = 32;

    /// <summary>Words that are ranked as one: each match asks for every one of them.</summary>
    private const int MaxOneOf = 16;

    /// <summary>Alternatives of a query that are lifted each by its own words; of more all are lifted alike.</summary>
    private const int MaxLiftedAlternatives = 16;

    /// <summary>Words of an alternative from the beginning whose neighbours are looked at.</summary>
    private const int MaxNeighbours = 16;

    /// <summary>Operators of a query that are heeded, from the left: each looks at every match.</summary>
    private const int MaxXranks = 16;

    /// <summary>Points are added to scores that are seldom over a hundred; with more of them the score would no longer tell apart what it is added to.</summary>
    private const double MaxPoints = 10_000;

    private readonly RankingContext _ranking = ranking ?? StandAlone(schema, time.Now, work);
    private readonly Dictionary<string, Query> _ranked = new(StringComparer.Ordinal);
    private IReadOnlyList<WeightedField>? _fields;
    private int _rankedWords;
    private int _unscored;
    private int _xranks;

    private IReadOnlyList<WeightedField> WeightedFields => _fields ??= WeightedField.Of(schema, _ranking.Options);

    /// <summary>As <see cref="BuildOrNull(KqlNode)"/>, with everything that lifts an item.</summary>
    /// <exception cref="QueryTooBroadException">It has more than <see cref="KqlLimits.MaxExpansions"/>.</exception>
    public Query? BuildRankedOrNull(KqlNode tree) => TranslatedOrNull(tree, Ranked);

    /// <summary>What alone counts; null: everything.</summary>
    private VisibleItems? Visible => _ranking.Statistics.Visible;

    /// <summary>
    /// All of these, where only what the caller may see counts in pairs of pairs: Lucene adds up what is required with the rarest first, counting all items, and the last digit of a sum depends on its order.
    /// </summary>
    private BooleanQuery TwoByTwo(BooleanQuery required)
    {
        if (Visible is null)
        {
            return required;
        }

        BooleanQuery pairs = Halves([.. required.Clauses.Select(clause => clause.Query)]);
        pairs.Boost = required.Boost;
        return pairs;

        static BooleanQuery Halves(ReadOnlySpan<Query> all)
        {
            var query = new BooleanQuery();
            if (all.Length <= 2)
            {
                foreach (Query one in all)
                {
                    query.Add(one, Occur.MUST);
                }

                return query;
            }

            int half = all.Length / 2;
            query.Add(half == 1 ? all[0] : Halves(all[..half]), Occur.MUST);
            query.Add(Halves(all[half..]), Occur.MUST);
            return query;
        }
    }

    private static RankingContext StandAlone(Schemas.Schema schema, DateTimeOffset now, SearchWork work)
    {
        var statistics = new RankingStatistics();
        statistics.Add(null, WeightedField.Of(schema, RankingOptions.Default));
        return new RankingContext(RankingOptions.Default, statistics, now, work);
    }

    private Query? Ranked(KqlNode node)
    {
        switch (node)
        {
            // No relevance: the newest first (search 7.10).
            case MatchAll:
                return Translate(node, scope: null);
            case Xrank xrank:
                return Boosted(Ranked(xrank.Match), xrank.Boosts);

            // Points are added last, so that nothing that lifts an item lifts them.
            case And some when some.Operands.Any(IsApart):
                return Boosted(
                    Ranked(KqlJoin.And([.. some.Operands.Select(operand => IsApart(operand) ? ((Xrank)operand).Match : operand)])),
                    [.. some.Operands.Where(IsApart).SelectMany(operand => ((Xrank)operand).Boosts)]);
            case Or alternatives when alternatives.Operands.Count <= MaxLiftedAlternatives:
                return Any(alternatives.Operands.Select(Ranked));
            case And all when !HasWords(all) && all.Operands.Any(operand => operand is MatchAll):
            case KqlNode when !IsScored(node):
                return Unscored(node, scope: null) is { } found ? new ConstantScoreQuery(found) : null;
            default:
                return Translate(node, scope: null) is { } query ? new LiftedQuery(query, LiftsOf(node), _ranking) : null;
        }
    }

    /// <summary>
    /// Of the parameters <c>cb</c> is heeded; the others are measured by all results, so that scores would depend on who asks. What does not fit the schema adds nothing.
    /// </summary>
    private Query? Boosted(Query? match, IReadOnlyList<XrankBoost> boosts)
    {
        if (match is null || _unscored > 0)
        {
            return match;
        }

        var heeded = new List<RankBoost>();
        foreach (XrankBoost boost in boosts.Where(boost => boost.Parameters.Cb != 0))
        {
            if (_xranks++ < MaxXranks && RestrictionRules.ErrorOrNull(boost.Rank, schema) is null && Unscored(boost.Rank, scope: null) is { } rank)
            {
                heeded.Add(new RankBoost(rank, (float)Math.Clamp(boost.Parameters.Cb, -MaxPoints, MaxPoints)));
            }
        }

        return heeded.Count == 0 ? match : new XrankQuery(match, heeded);
    }

    /// <summary>Whether its match side is as good without it. A negation is not: beside words that the index cannot know it finds something only in parentheses of its own.</summary>
    private static bool IsApart(KqlNode operand) =>
        operand is Xrank { Match: not Not } xrank && (xrank.Match is not And all || !all.Operands.Any(part => part is Not));

    /// <summary>Whether it has free text.</summary>
    private static bool HasWords(KqlNode node) => node switch
    {
        Words or Near { } or Synonyms => true,
        And and => and.Operands.Any(HasWords),
        Or or => or.Operands.Any(HasWords),
        Xrank xrank => HasWords(xrank.Match),
        _ => false,
    };

    private static bool IsScored(KqlNode node) => node switch
    {
        Restriction => true,
        And and => and.Operands.Any(IsScored),
        Or or => or.Operands.Any(IsScored),
        Xrank xrank => IsScored(xrank.Match),
        _ => HasWords(node),
    };

    /// <summary>What is asked for as it might stand in an item: words and phrases one after the other. What restricts or excludes is not of it; anything else parts it.</summary>
    private Lifts LiftsOf(KqlNode node)
    {
        var all = new List<string>();
        var pairs = new List<(string First, string Second)>();
        bool isWhole = true;
        string? last = null;
        foreach (KqlNode operand in node is And and ? and.Operands : [node])
        {
            switch (operand)
            {
                case Words { IsPrefix: false } words when _language.Terms(words) is { Count: > 0 } tokens:
                    if (last is not null && all.Count < MaxNeighbours)
                    {
                        pairs.Add((last, tokens[0]));
                    }

                    all.AddRange(WholeTitle.Words(words.Text));
                    last = tokens[^1];
                    break;
                case Words { IsPrefix: false } or Restriction or Refinement or ItemTest or Not or MatchAll:
                    break;
                default:
                    isWhole = false;
                    last = null;
                    break;
            }
        }

        string? titleField = _title is null ? null : IndexFields.Words(_title);
        return all.Count == 0 ? Lifts.None : new Lifts(pairs, titleField, isWhole && _title is not null ? WholeTitle.OfOrNull(all) : null);
    }

    /// <summary>Where only whether it matches counts, so that nothing is looked up for more.</summary>
    private Query? Unscored(KqlNode node, Scope? scope)
    {
        _unscored++;
        try
        {
            return Translate(node, scope);
        }
        finally
        {
            _unscored--;
        }
    }

    private Query? FreeText(Words words)
    {
        List<string> tokens = _language.Terms(words);
        if (tokens.Count == 0 || _unscored > 0)
        {
            return Phrase(IndexFields.Text, tokens, words.IsPrefix);
        }

        if (words.IsPrefix || tokens.Count > MaxPhraseWords)
        {
            Query anywhere = Phrase(IndexFields.Text, tokens, words.IsPrefix)!;
            return _title is null
                ? anywhere
                : new BooleanQuery { { anywhere, Occur.MUST }, { Phrase(IndexFields.Words(_title), tokens, words.IsPrefix, TitleBoost)!, Occur.SHOULD } };
        }

        return Ranked(tokens, isOneOf: false);
    }

    /// <summary>Words that stand for each other are ranked as one (search 7.7), as far as each is one word.</summary>
    private Query? OneOf(Synonyms synonyms, Scope? scope)
    {
        if (scope is null && _unscored == 0 && synonyms.Terms.Count <= MaxOneOf && !synonyms.Terms.Any(term => term.IsPrefix))
        {
            List<string>[] terms = [.. synonyms.Terms.Select(term => _language.Terms(term)).Where(tokens => tokens.Count > 0)];
            if (terms.Length > 0 && Array.TrueForAll(terms, tokens => tokens.Count == 1))
            {
                return Ranked([.. terms.Select(tokens => tokens[0]).Distinct(StringComparer.Ordinal)], isOneOf: true);
            }
        }

        return Any(synonyms.Terms, scope);
    }

    /// <summary>One query for what says the same, in whatever spelling.</summary>
    private Query Ranked(List<string> words, bool isOneOf)
    {
        isOneOf &= words.Count > 1;
        string key = string.Join(isOneOf ? ", " : " ", words);
        if (!_ranked.TryGetValue(key, out Query? known))
        {
            int lookedUp = isOneOf ? words.Count : 1;
            bool isWeighted = _rankedWords + lookedUp <= MaxRankedWords;
            _rankedWords += isWeighted ? lookedUp : 0;
            known = new RankedWords(words, isOneOf, isWeighted ? WeightedFields : [], _ranking.Statistics, work);
            _ranked.Add(key, known);
        }

        return known;
    }
}

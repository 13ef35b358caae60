using System.Diagnostics;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>
/// The one translation of the query tree to Lucene, for one connection's schema. A restriction whose operator or value does not fit its property's type
/// makes the query malformed (search 7.9): then <see cref="BuildOrNull"/> answers null and the caller falls back to plain words.
/// </summary>
internal sealed class LuceneQueryBuilder(Schema schema, DateTimeOffset now, SearchWork work, DayOfWeek firstDayOfWeek = DayOfWeek.Monday)
{
    /// <summary>How much more a word in the title counts.</summary>
    private const float TitleBoost = 2f;

    private const int MaxPrefixSpans = 8;
    private const int MaxWordsOfPrefix = 1024;
    private const int MaxDistance = 10_000;

    /// <summary>Each level asks all below it for every position, so that the work grows with the third power of the depth.</summary>
    private const int MaxNearDepth = 8;

    /// <summary>Words in all proximities of a query: each match is put together from a position of every one.</summary>
    private const int MaxNearWords = 64;

    /// <summary>Beginnings in all proximities of a query and in each field: all their words are read each time one stands there.</summary>
    private const int MaxNearPrefixes = 16;

    /// <summary>Lucene looks at each position of a document once for every word of a phrase, without stopping; longer phrases are several.</summary>
    private const int MaxPhraseWords = 128;

    /// <summary>Prefixes and ranges that are looked up the way that is best for a few.</summary>
    private const int FewExpansions = 8;

    private readonly Property? _title = schema.Properties.FirstOrDefault(property => property.IsSearchable && property.Labels.Contains(Label.Title));
    private readonly Dictionary<Query, MultiTermQuery> _expansions = [];
    private readonly Dictionary<Term, MeteredSpanQuery> _prefixSpans = [];
    private int _asked;
    private int _nearWords;
    private int _nearPrefixes;
    private bool _isMalformed;

    /// <summary>A query of which nothing can be looked up, such as one of emoji, finds nothing.</summary>
    /// <exception cref="QueryTooBroadException">It has more than <see cref="KqlLimits.MaxExpansions"/>.</exception>
    public Query? BuildOrNull(KqlNode tree)
    {
        if (RestrictionRules.ErrorOrNull(tree, schema) is not null)
        {
            return null;
        }

        Query? query = Translate(tree, scope: null);
        if (_expansions.Count > FewExpansions)
        {
            foreach (MultiTermQuery expansion in _expansions.Values)
            {
                ((SharedRewrite)expansion.MultiTermRewriteMethod).IsOneOfMany = true;
            }
        }

        return _isMalformed ? null : query ?? Nothing();
    }

    /// <summary>The words that a query finds in text, as the index has them, for marking them in summaries; a trailing <c>*</c> marks a beginning.</summary>
    public static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        using TokenStream stream = TextAnalyzer.Instance.GetTokenStream("", text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            tokens.Add(term.ToString()!);
        }

        stream.End();
        return tokens;
    }

    /// <param name="node">What to translate.</param>
    /// <param name="scope">Inside a grouped value the property that the words are looked for in; null for free text.</param>
    /// <returns>Null for free text without a word that the index knows of: beside others it is passed over, so that an emoji does not hide what the words find.</returns>
    private Query? Translate(KqlNode node, Scope? scope) => node switch
    {
        MatchAll => scope is null ? new MatchAllDocsQuery() : Present(scope.Property),
        Words words => scope is null ? FreeText(words) : Find(scope, words.Text, words.IsPrefix),
        Restriction restriction => Restrict(restriction),
        And and => All(and.Operands, scope),
        Or or => Any(or.Operands, scope),
        Not not => Translate(not.Operand, scope) is { } negated ? Without(negated) : new MatchAllDocsQuery(),
        Near near => Spans(near, scope is null ? IndexFields.Text : IndexFields.Words(scope.Property)),
        Synonyms synonyms => Any(synonyms.Terms, scope),
        Xrank xrank => Translate(xrank.Match, scope),
        ItemTest test => SystemProperties.Translate(test, Expand),
        _ => throw new UnreachableException(node.GetType().Name),
    };

    private BooleanQuery? All(IReadOnlyList<KqlNode> operands, Scope? scope)
    {
        var required = new BooleanQuery();
        var excluded = new BooleanQuery();
        var known = new HashSet<(Query, bool)>();
        foreach (KqlNode operand in operands)
        {
            // What says the same, in whatever spelling, is looked up once.
            if (Translate(operand is Not not ? not.Operand : operand, scope) is { } translated && known.Add((translated, operand is Not)))
            {
                (operand is Not ? excluded : required).Add(translated, operand is Not ? Occur.SHOULD : Occur.MUST);
            }
        }

        // A query of its own, so that neither that nor "everything else" makes one clause too many of the most that a query can have.
        bool hasRequired = required.Clauses.Count > 0;
        if (!hasRequired && operands.Any(operand => operand is not Not))
        {
            return null;
        }

        if (excluded.Clauses.Count == 0)
        {
            return hasRequired ? required : new BooleanQuery { { new MatchAllDocsQuery(), Occur.MUST } };
        }

        return new BooleanQuery { { hasRequired ? required : new MatchAllDocsQuery(), Occur.MUST }, { excluded, Occur.MUST_NOT } };
    }

    private Query? Any(IReadOnlyList<KqlNode> operands, Scope? scope)
    {
        var query = new BooleanQuery();
        var known = new HashSet<Query>();
        foreach (KqlNode operand in operands)
        {
            if (Translate(operand, scope) is { } translated && known.Add(translated))
            {
                query.Add(translated, Occur.SHOULD);
            }
        }

        return query.Clauses.Count switch { 0 => null, 1 => query.Clauses[0].Query, _ => query };
    }

    private Query? FreeText(Words words)
    {
        List<string> tokens = Tokens(words.Text);
        if (Phrase(IndexFields.Text, tokens, words.IsPrefix) is not { } anywhere)
        {
            return null;
        }

        if (_title is null)
        {
            return anywhere;
        }

        Query inTitle = Phrase(IndexFields.Words(_title), tokens, words.IsPrefix, TitleBoost)!;
        return new BooleanQuery { { anywhere, Occur.MUST }, { inTitle, Occur.SHOULD } };
    }

    private Query? Restrict(Restriction restriction)
    {
        // Known but not queryable: matches nothing, so that hidden values cannot be probed (search 7.3).
        if (schema.FindOrNull(restriction.Property) is not { IsQueryable: true } property)
        {
            return Nothing();
        }

        if (restriction.Value is ExistsValue)
        {
            return restriction.Operator == KqlOperator.NotEqual ? Without(Present(property)) : Present(property);
        }

        // A restriction whose value has no word is no free text that could be passed over: that would find what it was to keep out.
        return property.Type.Element() switch
        {
            PropertyType.String or PropertyType.Principal => RestrictText(property, restriction),
            PropertyType.Boolean => RestrictBoolean(property, restriction),
            _ => RestrictOrdered(property, restriction),
        };
    }

    private static BooleanQuery Nothing(Property property, KqlOperator sign) => sign switch
    {
        // No value is what is not there.
        KqlOperator.NotEqual => new() { { Present(property), Occur.MUST } },
        _ => Nothing(),
    };

    private Query RestrictText(Property property, Restriction restriction)
    {
        KqlOperator sign = restriction.Operator;
        if (sign is not (KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual))
        {
            return Malformed();
        }

        var scope = new Scope(property, IsWhole: sign != KqlOperator.Contains || property.IsExactMatchRequired);
        Query? found = restriction.Value switch
        {
            GroupValue group => Translate(group.Expression, scope),
            RangeValue range => Find(scope, range.AsText, isPrefix: false),
            TextValue text => Find(scope, text.Text, text.IsPrefix),
            _ => null,
        };
        if (found is null)
        {
            return Nothing(property, sign);
        }

        return sign == KqlOperator.NotEqual ? PresentWithout(property, found) : found;
    }

    private Query RestrictBoolean(Property property, Restriction restriction)
    {
        KqlOperator sign = restriction.Operator;
        if (sign is not (KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual) || restriction.Value is not TextValue { Text: var text })
        {
            return Malformed();
        }

        if (KqlNumbers.BooleanOrNull(text) is not { } value)
        {
            return Nothing(property, sign);
        }

        var term = new TermQuery(new Term(IndexFields.Value(property), value ? "true" : "false"));
        return sign == KqlOperator.NotEqual ? PresentWithout(property, term) : term;
    }

    /// <summary>Numbers and dates. A text that is none equals no value.</summary>
    private Query RestrictOrdered(Property property, Restriction restriction)
    {
        if (restriction.Value is GroupValue)
        {
            // Groups are for text (search 7.5).
            return Malformed();
        }

        Query? range = restriction.Value switch
        {
            TextValue value => Range(property, restriction.Operator, value.Text),
            RangeValue value => Range(property, value),
            _ => null,
        };
        if (range is null)
        {
            return Nothing(property, restriction.Operator);
        }

        return restriction.Operator == KqlOperator.NotEqual ? PresentWithout(property, range) : range;
    }

    private Query? Range(Property property, KqlOperator sign, string text)
    {
        switch (property.Type.Element())
        {
            case PropertyType.DateTime:
                return KqlDates.IntervalOrNull(text, now, firstDayOfWeek) is { } interval ? Dates(property, interval.Satisfying(sign)) : null;
            case PropertyType.Int64:
                return WholeNumbers.Satisfying(sign, text) is { } numbers ? WholeNumbersOf(property, numbers.Min, numbers.Max) : null;
            default:
                if (KqlNumbers.DoubleOrNull(text) is not { } number)
                {
                    return null;
                }

                (double? min, double? max, bool isMinIn, bool isMaxIn) = Bounds(sign, DocumentBuilder.Normalise(number));
                return FractionsOf(property, min, max, isMinIn, isMaxIn);
        }
    }

    private Query? Range(Property property, RangeValue range)
    {
        switch (property.Type.Element())
        {
            case PropertyType.DateTime:
                return KqlDates.IntervalOrNull(range.From, now, firstDayOfWeek) is { } from && KqlDates.IntervalOrNull(range.To, now, firstDayOfWeek) is { } to
                    ? Dates(property, (from.From, to.To))
                    : null;
            case PropertyType.Int64:
                return WholeNumbers.Satisfying(KqlOperator.GreaterOrEqual, range.From) is { } least
                    && WholeNumbers.Satisfying(KqlOperator.LessOrEqual, range.To) is { } most
                        ? WholeNumbersOf(property, least.Min, most.Max)
                        : null;
            default:
                return KqlNumbers.DoubleOrNull(range.From) is { } low && KqlNumbers.DoubleOrNull(range.To) is { } high
                    ? FractionsOf(property, DocumentBuilder.Normalise(low), DocumentBuilder.Normalise(high), isMinIn: true, isMaxIn: true)
                    : null;
        }
    }

    private MultiTermQuery Dates(Property property, (long From, long To) ticks) => Expand(
        NumericRangeQuery.NewInt64Range(IndexFields.Value(property), IndexFields.PrecisionStep, ticks.From, ticks.To, minInclusive: true, maxInclusive: false));

    private Query WholeNumbersOf(Property property, long min, long max) => min == max
        ? Number(property, min)
        : Expand(NumericRangeQuery.NewInt64Range(IndexFields.Value(property), IndexFields.PrecisionStep, min, max, minInclusive: true, maxInclusive: true));

    private Query FractionsOf(Property property, double? min, double? max, bool isMinIn, bool isMaxIn) => min is { } number && min == max && isMinIn && isMaxIn
        ? Number(property, NumericUtils.DoubleToSortableInt64(number))
        : Expand(NumericRangeQuery.NewDoubleRange(IndexFields.Value(property), IndexFields.PrecisionStep, min, max, isMinIn, isMaxIn));

    /// <summary>One number is one term: it is no range, and as many may be asked for as words.</summary>
    private static ConstantScoreQuery Number(Property property, long sortable)
    {
        var term = new BytesRef(NumericUtils.BUF_SIZE_INT64);
        NumericUtils.Int64ToPrefixCoded(sortable, 0, term);
        return new ConstantScoreQuery(new TermQuery(new Term(IndexFields.Value(property), term)));
    }

    /// <summary>The query's one object for a prefix or a range, so that it is looked up once.</summary>
    /// <exception cref="QueryTooBroadException">One too many.</exception>
    private MultiTermQuery Expand(MultiTermQuery query)
    {
        query.MultiTermRewriteMethod = new SharedRewrite();
        if (!_expansions.TryGetValue(query, out MultiTermQuery? known))
        {
            // That words are looked for in the title again is our doing.
            if (query.Boost != TitleBoost && ++_asked > KqlLimits.MaxExpansions)
            {
                throw new QueryTooBroadException(QueryBreadth.Expansions);
            }

            _expansions.Add(query, known = query);
        }

        ((SharedRewrite)known.MultiTermRewriteMethod).Uses++;
        return known;
    }

    private static (T? Min, T? Max, bool IsMinIn, bool IsMaxIn) Bounds<T>(KqlOperator sign, T number)
        where T : struct => sign switch
        {
            KqlOperator.Less => (null, number, true, false),
            KqlOperator.LessOrEqual => (null, number, true, true),
            KqlOperator.Greater => (number, null, false, true),
            KqlOperator.GreaterOrEqual => (number, null, true, true),
            _ => (number, number, true, true),
        };

    /// <summary>The words in order, the last one possibly by its beginning; null when there are none.</summary>
    private Query? Phrase(string field, List<string> tokens, bool isPrefix, float boost = 1)
    {
        switch (tokens.Count)
        {
            case 0:
                return null;
            case 1:
                var term = new Term(field, tokens[0]);
                return isPrefix ? Expand(new MeteredPrefixQuery(term, work) { Boost = boost }) : new TermQuery(term) { Boost = boost };
        }

        if (tokens.Count > MaxPhraseWords)
        {
            return PhrasePieces(field, tokens, isPrefix, boost);
        }

        if (isPrefix)
        {
            SpanQuery span = PhraseSpan(field, tokens, isPrefix: true);
            span.Boost = boost;
            return span;
        }

        var phrase = new PhraseQuery { Boost = boost };
        foreach (string token in tokens)
        {
            phrase.Add(new Term(field, token));
        }

        return phrase;
    }

    private BooleanQuery PhrasePieces(string field, List<string> tokens, bool isPrefix, float boost)
    {
        var query = new BooleanQuery { Boost = boost };
        var known = new HashSet<Query>();
        for (int start = 0; start < tokens.Count; start += MaxPhraseWords)
        {
            List<string> piece = tokens[start..Math.Min(tokens.Count, start + MaxPhraseWords)];
            bool isLast = start + MaxPhraseWords >= tokens.Count;
            if (Phrase(field, piece, isPrefix && isLast) is { } part && known.Add(part))
            {
                query.Add(part, Occur.MUST);
            }
        }

        return query;
    }

    private SpanQuery PhraseSpan(string field, List<string> tokens, bool isPrefix)
    {
        SpanQuery[] clauses = [.. tokens.Select((token, index) =>
        {
            var term = new Term(field, token);
            return isPrefix && index == tokens.Count - 1 ? PrefixSpan(term) : new MeteredSpanQuery(new SpanTermQuery(term), work);
        })];
        return clauses is [SpanQuery only] ? only : Near(clauses, slop: 0, inOrder: true);
    }

    /// <summary>There are no payloads to collect, which Lucene would otherwise ask each position for.</summary>
    private static SpanNearQuery Near(SpanQuery[] clauses, int slop, bool inOrder) => new(clauses, slop, inOrder, collectPayloads: false);

    /// <summary>
    /// Each beginning within a phrase or a proximity becomes all its words with their positions, which costs memory and time. So a query has few of them, each
    /// of bounded width and expanded once; with more it is searched as plain words.
    /// </summary>
    private MeteredSpanQuery PrefixSpan(Term beginning)
    {
        if (!_prefixSpans.TryGetValue(beginning, out MeteredSpanQuery? span))
        {
            _isMalformed |= _prefixSpans.Count == MaxPrefixSpans;
            var words = new SpanMultiTermQueryWrapper<PrefixQuery>(new MeteredPrefixQuery(beginning, work))
            {
                MultiTermRewriteMethod = new SpanMultiTermQueryWrapper<PrefixQuery>.TopTermsSpanBooleanQueryRewrite(MaxWordsOfPrefix),
            };
            _prefixSpans.Add(beginning, span = new MeteredSpanQuery(words, work));
        }

        return span;
    }

    private SpanQuery? Spans(Near near, string field, int depth = 1)
    {
        _isMalformed |= depth > MaxNearDepth;
        var clauses = new List<SpanQuery>();
        foreach (KqlNode operand in near.Operands)
        {
            if (SpanOrNull(operand, field, depth) is { } span)
            {
                clauses.Add(span);
            }
        }

        return clauses.Count switch
        {
            0 => null,
            1 => clauses[0],
            _ => Near([.. clauses], Math.Min(near.Distance, MaxDistance), near.IsOrdered),
        };
    }

    private SpanQuery NearOperand(string field, List<string> tokens, bool isPrefix)
    {
        _nearWords += tokens.Count;
        _nearPrefixes += isPrefix ? 1 : 0;
        _isMalformed |= _nearWords > MaxNearWords || _nearPrefixes > MaxNearPrefixes;
        return PhraseSpan(field, tokens, isPrefix);
    }

    private SpanQuery? SpanOrNull(KqlNode node, string field, int depth) => node switch
    {
        Words words => Tokens(words.Text) is { Count: > 0 } tokens ? NearOperand(field, tokens, words.IsPrefix) : null,
        Near near => Spans(near, field, depth + 1),
        _ => null,
    };

    private static TermQuery Present(Property property) => new(new Term(IndexFields.Present, IndexFields.PresenceOf(property)));

    /// <summary>Has the property, and none of its values is what is excluded: an absent value satisfies no comparison.</summary>
    private static BooleanQuery PresentWithout(Property property, Query excluded) =>
        new() { { Present(property), Occur.MUST }, { excluded, Occur.MUST_NOT } };

    private static BooleanQuery Without(Query excluded) => new() { { new MatchAllDocsQuery(), Occur.MUST }, { excluded, Occur.MUST_NOT } };

    private static BooleanQuery Nothing() => [];

    private BooleanQuery Malformed()
    {
        _isMalformed = true;
        return Nothing();
    }

    private Query? Find(Scope scope, string text, bool isPrefix)
    {
        if (!scope.IsWhole)
        {
            return Phrase(IndexFields.Words(scope.Property), Tokens(text), isPrefix);
        }

        var term = new Term(IndexFields.Value(scope.Property), ExactTerm.Of(text));
        return isPrefix ? Expand(new MeteredPrefixQuery(term, work)) : new TermQuery(term);
    }

    /// <summary>The property of a restriction and how its words are looked for: each anywhere in a value, or as all of one.</summary>
    private sealed record Scope(Property Property, bool IsWhole);
}

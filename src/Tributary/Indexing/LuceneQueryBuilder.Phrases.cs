using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Lucene.Net.Util;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <content>Words in order, proximities, and what has to be expanded.</content>
internal sealed partial class LuceneQueryBuilder
{
    /// <summary>The words in order, the last one possibly by its beginning; null when there are none.</summary>
    private Query? Phrase(string field, List<string> tokens, bool isPrefix, float boost = 1)
    {
        switch (tokens.Count)
        {
            case 0:
                return null;
            case 1:
                var term = new Term(field, tokens[0]);
                return isPrefix ? Expand(new MeteredPrefixQuery(WordsWith(term)) { Boost = boost }) : new TermQuery(term) { Boost = boost };
        }

        if (tokens.Count > MaxPhraseWords)
        {
            return PhrasePieces(field, tokens, isPrefix, boost);
        }

        if (isPrefix)
        {
            SpanQuery span = PhraseSpan(field, tokens, isPrefix: true, new RequiredWords(work));
            span.Boost = boost;
            return span;
        }

        return new MeteredPhraseQuery(field, tokens, work) { Boost = boost };
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

        return TwoByTwo(query);
    }

    private SpanQuery PhraseSpan(string field, List<string> tokens, bool isPrefix, RequiredWords required)
    {
        SpanQuery[] clauses = [.. tokens.Select<string, SpanQuery>((token, index) =>
        {
            var term = new Term(field, token);
            return isPrefix && index == tokens.Count - 1 ? PrefixSpan(term, required) : WordSpan(term, required);
        })];
        return clauses is [SpanQuery only] ? only : Near(clauses, slop: 0, inOrder: true);
    }

    private MeteredSpanQuery WordSpan(Term word, RequiredWords required)
    {
        required.Add(word);
        return new MeteredSpanQuery(new SpanTermQuery(word), work);
    }

    /// <summary>There are no payloads to collect, which Lucene would otherwise ask each position for.</summary>
    private static SpanNearQuery Near(SpanQuery[] clauses, int slop, bool inOrder) => new(clauses, slop, inOrder, collectPayloads: false);

    /// <summary>
    /// For each beginning within a phrase or a proximity the positions of all its words are read, which costs memory and time. So a query has few different ones; with more
    /// it is searched as plain words.
    /// </summary>
    private PrefixSpanQuery PrefixSpan(Term beginning, RequiredWords required)
    {
        _isBeyondBounds |= _spanned.Add(beginning) && _spanned.Count > MaxPrefixSpans;
        PrefixWords words = WordsWith(beginning);
        required.Add(words);
        work.PrefixSpans++;
        return new PrefixSpanQuery(words, required, work);
    }

    /// <summary>The query's one object for a beginning, so that its words are looked up, and count, once.</summary>
    private PrefixWords WordsWith(Term beginning)
    {
        if (!_beginnings.TryGetValue(beginning, out PrefixWords? words))
        {
            _beginnings.Add(beginning, words = new PrefixWords(beginning, visibleIn ?? AllIn, work));
        }

        return words;
    }

    private static IBits AllIn(AtomicReaderContext segment) => segment.AtomicReader.LiveDocs ?? new Bits.MatchAllBits(segment.AtomicReader.MaxDoc);

    /// <summary>Operands without a word are passed over, each with the distance to what stands before it.</summary>
    private SpanQuery? Spans(Near near, string field)
    {
        var operands = new List<SpanQuery>();
        var links = new List<ChainLink>();
        AddOperands(near, field, operands, links, new RequiredWords(work), depth: 1);
        return operands.Count switch
        {
            0 => null,
            1 => operands[0],
            2 => Near([.. operands], links[0].Distance, links[0].IsOrdered),
            _ => new ChainSpanQuery([.. operands], [.. links], work),
        };
    }

    private void AddOperands(Near near, string field, List<SpanQuery> operands, List<ChainLink> links, RequiredWords required, int depth)
    {
        _isBeyondBounds |= depth > MaxNearDepth;
        foreach (KqlNode operand in near.Operands)
        {
            if (operand is Near before)
            {
                AddOperands(before, field, operands, links, required, depth + 1);
            }
            else if (operand is Words words && _language.Terms(words) is { Count: > 0 } tokens)
            {
                if (operands.Count > 0)
                {
                    links.Add(new ChainLink(near.IsOrdered, Math.Min(near.Distance, MaxDistance)));
                }

                operands.Add(NearOperand(field, tokens, words.IsPrefix, required));
            }
        }
    }

    private SpanQuery NearOperand(string field, List<string> tokens, bool isPrefix, RequiredWords required)
    {
        _nearWords += tokens.Count;
        _nearPrefixes += isPrefix ? 1 : 0;
        _isBeyondBounds |= _nearWords > MaxNearWords || _nearPrefixes > MaxNearPrefixes;
        return PhraseSpan(field, tokens, isPrefix, required);
    }

    /// <summary>The query's one object for a prefix or a range, so that it is looked up once.</summary>
    /// <exception cref="QueryTooBroadException">One too many.</exception>
    private MultiTermQuery Expand(MultiTermQuery query)
    {
        query.MultiTermRewriteMethod = new SharedRewrite(work);
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
}

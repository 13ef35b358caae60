using System.Diagnostics;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>
/// The one translation of the query tree to Lucene, for one connection's schema. A restriction that does not fit its property's type (<see cref="RestrictionRules"/>), or
/// a proximity beyond the bounds below, makes <see cref="BuildOrNull"/> answer null, and the caller falls back to plain words (search 7.9).
/// </summary>
/// <param name="schema">By which names and types are read.</param>
/// <param name="time">What <c>today</c> and the like are relative to.</param>
/// <param name="work">Counts along.</param>
/// <param name="ranking">Of the search; null for the defaults, measured by whatever is searched.</param>
/// <param name="language">What the index was built in; null for <see cref="TextLanguage.Standard"/>.</param>
/// <param name="visibleIn">The documents of a segment that the caller may find, null for none: words of others are no words of a beginning. Null: all that are not deleted.</param>
internal sealed partial class LuceneQueryBuilder(
    Schema schema,
    QueryTime time,
    SearchWork work,
    RankingContext? ranking = null,
    TextLanguage? language = null,
    Func<AtomicReaderContext, IBits?>? visibleIn = null)
{
    /// <summary>How much more a beginning counts in the title.</summary>
    private const float TitleBoost = 2f;

    private const int MaxPrefixSpans = 8;
    private const int MaxDistance = 10_000;

    /// <summary>Changes of operator or distance within one chain.</summary>
    private const int MaxNearDepth = 8;

    /// <summary>Words in all proximities of a query: each match is put together from a position of every one.</summary>
    private const int MaxNearWords = 64;

    /// <summary>Beginnings in all proximities of a query and in each field: the positions of all their words are read each time one stands there.</summary>
    private const int MaxNearPrefixes = 16;

    /// <summary>Each word of a phrase keeps its postings open; longer phrases are several.</summary>
    private const int MaxPhraseWords = 128;

    /// <summary>Prefixes and ranges that are looked up the way that is best for a few.</summary>
    private const int FewExpansions = 8;

    private readonly TextLanguage _language = language ?? TextLanguage.Standard;
    private readonly Property? _title = schema.Properties.FirstOrDefault(property => property.IsSearchable && property.Labels.Contains(Label.Title));
    private readonly Dictionary<Query, MultiTermQuery> _expansions = [];
    private readonly Dictionary<Term, PrefixWords> _beginnings = [];
    private readonly HashSet<Term> _spanned = [];
    private int _asked;
    private int _nearWords;
    private int _nearPrefixes;
    private bool _isBeyondBounds;

    /// <summary>A query of which nothing can be looked up, such as one of emoji, finds nothing.</summary>
    /// <exception cref="QueryTooBroadException">It has more than <see cref="KqlLimits.MaxExpansions"/>.</exception>
    public Query? BuildOrNull(KqlNode tree) => TranslatedOrNull(tree, node => Translate(node, scope: null));

    private Query? TranslatedOrNull(KqlNode tree, Func<KqlNode, Query?> translate)
    {
        if (RestrictionRules.ErrorOrNull(tree, schema) is not null)
        {
            return null;
        }

        Query? query = translate(tree);
        if (_expansions.Count > FewExpansions)
        {
            foreach (MultiTermQuery expansion in _expansions.Values)
            {
                ((SharedRewrite)expansion.MultiTermRewriteMethod).IsOneOfMany = true;
            }
        }

        return _isBeyondBounds ? null : query ?? Nothing();
    }

    /// <param name="node">What to translate.</param>
    /// <param name="scope">Inside a grouped value the property that the words are looked for in; null for free text.</param>
    /// <returns>Null for free text without a word that the index knows of: beside others it is passed over, so that an emoji does not hide what the words find.</returns>
    private Query? Translate(KqlNode node, Scope? scope) => node switch
    {
        MatchAll => scope is null ? new MatchAllDocsQuery() : Present(scope.Property),
        Words words => scope is null ? FreeText(words) : Find(scope, words.Text, words.IsPrefix, words.IsStemmed),
        Restriction restriction => Restrict(restriction),
        And and => All(and.Operands, scope),
        Or or => Any(or.Operands, scope),
        Not not => Unscored(not.Operand, scope) is { } negated ? Without(negated) : new MatchAllDocsQuery(),
        Near near => Spans(near, scope is null ? IndexFields.Text : IndexFields.Words(scope.Property)),
        Synonyms synonyms => OneOf(synonyms, scope),
        Xrank xrank => Boosted(Translate(xrank.Match, scope), xrank.Boosts),
        Refinement refinement => Refine(refinement),
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
            if ((operand is Not not ? Unscored(not.Operand, scope) : Translate(operand, scope)) is { } translated && known.Add((translated, operand is Not)))
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

        required = TwoByTwo(required);
        if (excluded.Clauses.Count == 0)
        {
            return hasRequired ? required : new BooleanQuery { { new MatchAllDocsQuery(), Occur.MUST } };
        }

        return new BooleanQuery { { hasRequired ? required : new MatchAllDocsQuery(), Occur.MUST }, { excluded, Occur.MUST_NOT } };
    }

    private Query? Any(IReadOnlyList<KqlNode> operands, Scope? scope) => Any(operands.Select(operand => Translate(operand, scope)));

    private static Query? Any(IEnumerable<Query?> alternatives)
    {
        var query = new BooleanQuery();
        var known = new HashSet<Query>();
        foreach (Query? alternative in alternatives)
        {
            if (alternative is { } translated && known.Add(translated))
            {
                query.Add(translated, Occur.SHOULD);
            }
        }

        return query.Clauses.Count switch { 0 => null, 1 => query.Clauses[0].Query, _ => query };
    }

    private static TermQuery Present(Property property) => new(new Term(IndexFields.Present, IndexFields.PresenceOf(property)));

    /// <summary>Has the property, and none of its values is what is excluded: an absent value satisfies no comparison.</summary>
    private static BooleanQuery PresentWithout(Property property, Query excluded) =>
        new() { { Present(property), Occur.MUST }, { excluded, Occur.MUST_NOT } };

    private static BooleanQuery Without(Query excluded) => new() { { new MatchAllDocsQuery(), Occur.MUST }, { excluded, Occur.MUST_NOT } };

    private static BooleanQuery Nothing() => [];

    private Query? Find(Scope scope, string text, bool isPrefix, bool isStemmed = false)
    {
        if (!scope.IsWhole)
        {
            return Phrase(IndexFields.Words(scope.Property), _language.Terms(text, isStemmed), isPrefix);
        }

        var term = new Term(IndexFields.Value(scope.Property), ExactTerm.Of(text));
        return isPrefix ? Expand(new MeteredPrefixQuery(WordsWith(term))) : new TermQuery(term);
    }

    /// <summary>The property of a restriction and how its words are looked for: each anywhere in a value, or as all of one.</summary>
    private sealed record Scope(Property Property, bool IsWhole);
}

using System.Diagnostics;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Spans;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <content>Filters by the values of refinable properties (search 12).</content>
internal sealed partial class LuceneQueryBuilder
{
    /// <summary>Lucene's most for one query.</summary>
    private const int MaxClauses = 1024;

    /// <summary>A filter scores nothing, so that the order of what passes it stays what it was. One that does not fit its types lets nothing through.</summary>
    /// <exception cref="QueryTooBroadException">It has more than <see cref="KqlLimits.MaxExpansions"/>.</exception>
    public Query BuildFilter(KqlNode filter) => new ConstantScoreQuery(TranslatedOrNull(filter, node => Unscored(node, scope: null)) ?? Nothing()) { Boost = 0 };

    private Query Refine(Refinement refinement)
    {
        // As with restrictions: of what may not be asked about nothing is told.
        if (schema.FindOrNull(refinement.Property) is not { IsRefinable: true } property)
        {
            return Nothing();
        }

        return refinement.Test switch
        {
            NoValue => Unset(property),
            BucketValue bucket => OfBucket(property, bucket.Key),
            EqualValue equal => EqualTo(property, equal.Text),
            BetweenValues between => ValueRange.Of(property.Type.Element(), between, time) is { } range ? WholeNumbersOf(property, range.Min, range.Max) : null,
            WordsOfValue words => IsText(property) ? OfWords(property, words) : null,
            _ => throw new UnreachableException(refinement.Test.GetType().Name),
        } ?? Nothing();
    }

    private static bool IsText(Property property) => property.Type.Element() is PropertyType.String or PropertyType.Principal;

    private static Query Unset(Property property)
    {
        Query unset = Without(Present(property));
        return IsText(property) ? new BooleanQuery { { unset, Occur.SHOULD }, { Refined(property, ""), Occur.SHOULD } } : unset;
    }

    private static TermQuery Refined(Property property, string text) => new(new Term(IndexFields.Refined(property), RefinedValue.KeyOf(text)));

    /// <summary>What a bucket counts is what has its value, so this finds exactly as many.</summary>
    private Query? OfBucket(Property property, string key) => property.Type.Element() switch
    {
        PropertyType.Int64 => Range(property, KqlOperator.Equal, key),
        PropertyType.Double => KqlNumbers.DoubleOrNull(key) is { } number ? Number(property, RefinedValue.Sortable(number)) : null,
        PropertyType.DateTime => Items.GraphDateTime.TryParse(key, out DateTimeOffset instant) ? Number(property, instant.UtcTicks) : null,
        PropertyType.Boolean => bool.TryParse(key, out bool value) ? Truth(property, value) : null,
        _ => Refined(property, key),
    };

    private Query? EqualTo(Property property, string text) => property.Type.Element() switch
    {
        PropertyType.Boolean => KqlNumbers.BooleanOrNull(text) is { } value ? Truth(property, value) : null,
        PropertyType.Int64 or PropertyType.Double or PropertyType.DateTime => Range(property, KqlOperator.Equal, text),
        _ => new TermQuery(new Term(IndexFields.Value(property), ExactTerm.Of(text))),
    };

    private Query? OfWords(Property property, WordsOfValue words)
    {
        if (property.IsExactMatchRequired)
        {
            // All of the text is one word (search 6.1).
            return EqualTo(property, words.Text);
        }

        string field = IndexFields.Words(property);
        List<string> tokens = _language.Words(words.Text);
        if (tokens.Count == 0)
        {
            return null;
        }

        string[] different = [.. tokens.Distinct(StringComparer.Ordinal)];
        return words.Mode switch
        {
            WordsMode.Phrase => Phrase(field, tokens, isPrefix: false),
            WordsMode.Beginning => Phrase(field, [BoundedTextField.BeginningMark, .. tokens], isPrefix: false),
            WordsMode.End => Phrase(field, [.. tokens, BoundedTextField.EndMark], isPrefix: false),
            WordsMode.Any => Each(field, different, Occur.SHOULD),
            WordsMode.All when different.Length > 1 && property.Type.IsCollection() => InOneValue(field, different),
            WordsMode.All => Each(field, different, Occur.MUST),
            _ => throw new UnreachableException(words.Mode.ToString()),
        };
    }

    private static BooleanQuery Each(string field, string[] tokens, Occur occur)
    {
        IEnumerable<Query> parts = tokens.Length > MaxClauses
            ? tokens.Chunk(MaxClauses).Select(some => Each(field, some, occur))
            : tokens.Select(token => new TermQuery(new Term(field, token)));
        var query = new BooleanQuery();
        foreach (Query part in parts)
        {
            query.Add(part, occur);
        }

        return query;
    }

    /// <summary>All words, however far from each other, with no value beginning between them.</summary>
    private SpanNotQuery InOneValue(string field, string[] tokens) => new(
        Near([.. tokens.Select(token => new MeteredSpanQuery(new SpanTermQuery(new Term(field, token)), work))], int.MaxValue, inOrder: false),
        new MeteredSpanQuery(new SpanTermQuery(new Term(field, BoundedTextField.BeginningMark)), work));
}

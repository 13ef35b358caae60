using System.Globalization;
using System.Text;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>
/// What a query tree says of one item, straight from the specification and without an index: the other side of the comparison with Lucene. Null: the tree asks
/// for nothing that could be looked up.
/// </summary>
internal sealed partial class QueryEvaluator(Schema schema, QueryTime time, TextLanguage? language = null)
{
    private readonly TextLanguage _language = language ?? TextLanguage.Standard;
    private readonly Schema _schema = schema;

    /// <summary>By the name that was written, where it is written down what names mean; else by what it was resolved to.</summary>
    private Property? PropertyOrNull(Restriction restriction)
    {
        string? name = _schema == QuerySchema.Schema ? QuerySchema.Meanings.GetValueOrDefault(restriction.Name) : restriction.Property;
        return name is not null && _schema.FindOrNull(name) is { IsQueryable: true } property ? property : null;
    }

    private static bool IsSystem(Restriction restriction) => QuerySchema.SystemNames.Contains(restriction.Name, StringComparer.OrdinalIgnoreCase);

    private static bool IsDocumentId(Restriction restriction) => restriction.Name.Equals("documentId", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a restriction does not fit its property's type, so that the whole query is searched as plain words.</summary>
    public bool IsMalformed(KqlNode node) => node switch
    {
        And and => and.Operands.Any(IsMalformed),
        Or or => or.Operands.Any(IsMalformed),
        Not not => IsMalformed(not.Operand),
        Xrank xrank => IsMalformed(xrank.Match),
        Restriction { Value: not ExistsValue } restriction when IsSystem(restriction) => IsDocumentId(restriction)
            ? IsNoneOfAnOrder(restriction)
            : !IsEquality(restriction) || restriction.Value is TextValue { IsPrefix: true },
        Restriction { Value: not ExistsValue } restriction when PropertyOrNull(restriction) is { } property =>
            property.Type.Element() switch
            {
                PropertyType.String or PropertyType.Principal => !IsEquality(restriction),
                PropertyType.Boolean => !IsEquality(restriction) || restriction.Value is not TextValue { IsPrefix: false },
                _ => IsNoneOfAnOrder(restriction),
            },
        _ => false,
    };

    private static bool IsEquality(Restriction restriction) => restriction.Operator is KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual;

    private static bool IsNoneOfAnOrder(Restriction restriction) => restriction.Value switch
    {
        TextValue text => text.IsPrefix,
        RangeValue => restriction.Operator is KqlOperator.NotEqual,
        _ => true,
    };

    public bool Matches(QueryItem item, KqlNode tree) => Evaluate(item, tree, null, false) ?? false;

    private bool? Evaluate(QueryItem item, KqlNode node, Property? scope, bool isWhole)
    {
        switch (node)
        {
            case MatchAll:
                return scope is null || HasValue(item, scope);
            case Words words:
                return isWhole ? HasWhole(item, scope!, words.Text, words.IsPrefix) : HasPhrase(TextsOf(item, scope), words);
            case Restriction restriction:
                return Restricted(item, restriction);
            case Xrank xrank:
                return Evaluate(item, xrank.Match, scope, isWhole);
            case Not not:
                return !(Evaluate(item, not.Operand, scope, isWhole) ?? false);
            case Or or:
                bool?[] some = [.. or.Operands.Select(operand => Evaluate(item, operand, scope, isWhole)).Where(answer => answer is not null)];
                return some.Length == 0 ? null : some.Any(answer => answer == true);
            case Synonyms synonyms:
                return Evaluate(item, new Or(0, 0, synonyms.Terms), scope, isWhole);
            case And and:
                bool?[] positive = [.. and.Operands.Where(operand => operand is not Not).Select(operand => Evaluate(item, operand, scope, isWhole))];
                bool?[] required = [.. positive.Where(answer => answer is not null)];
                if (positive.Length > 0 && required.Length == 0)
                {
                    return null;
                }

                return required.All(answer => answer == true)
                    && and.Operands.OfType<Not>().All(not => Evaluate(item, not.Operand, scope, isWhole) != true);
            case Near near:
                return scope is { IsExactMatchRequired: true } ? NearIsAsked(near) ? false : null : IsNear(TextsOf(item, scope), near);
            case Refinement refinement:
                return Refined(item, refinement);
            default:
                throw new InvalidOperationException(node.GetType().Name);
        }
    }

    private bool Restricted(QueryItem item, Restriction restriction)
    {
        if (IsSystem(restriction))
        {
            return SystemRestricted(item, restriction);
        }

        if (PropertyOrNull(restriction) is not { } property)
        {
            return false;
        }

        bool isPresent = HasValue(item, property);
        if (restriction.Value is ExistsValue)
        {
            return restriction.Operator == KqlOperator.NotEqual ? !isPresent : isPresent;
        }

        bool isNegated = restriction.Operator == KqlOperator.NotEqual;
        bool isEqual = property.Type.Element() switch
        {
            PropertyType.String or PropertyType.Principal => Text(item, property, restriction),
            PropertyType.Boolean => Any(item, property, value =>
                KqlNumbers.BooleanOrNull(((TextValue)restriction.Value).Text) == (bool)value),
            PropertyType.DateTime => Any(item, property, value => Date(Ticks((string)value), restriction)),
            _ => Any(item, property, value => Number(value, restriction)),
        };
        return isNegated ? isPresent && !isEqual : isEqual;
    }

    /// <summary>Every item has every system property.</summary>
    private static bool SystemRestricted(QueryItem item, Restriction restriction)
    {
        bool isEqual = restriction.Value switch
        {
            ExistsValue => true,
            _ when IsDocumentId(restriction) => Number(item.Key, restriction),
            GroupValue group => Identified(item, restriction, group.Expression),
            RangeValue range => Identified(item, restriction, range.AsText),
            var value => Identified(item, restriction, ((TextValue)value).Text),
        };
        return restriction.Operator == KqlOperator.NotEqual ? !isEqual : isEqual;
    }

    private static bool Identified(QueryItem item, Restriction restriction, KqlNode node) => node switch
    {
        And and => and.Operands.All(operand => Identified(item, restriction, operand)),
        Or or => or.Operands.Any(operand => Identified(item, restriction, operand)),
        Not not => !Identified(item, restriction, not.Operand),
        _ => Identified(item, restriction, ((Words)node).Text),
    };

    private static bool Identified(QueryItem item, Restriction restriction, string text) => restriction.Name.ToUpperInvariant() switch
    {
        "ID" => text == Convert.ToBase64String(Encoding.UTF8.GetBytes($"{QuerySchema.Connection}:{item.Id}@{QuerySchema.Tenant}")),
        "SUBSTRATECONTENTDOMAINID" => text == QuerySchema.Values.ContentDomain("") + item.Id,
        "SUBSTRATELOCATIONID" => text.Equals($"APP:GCS_{QuerySchema.Connection}@{QuerySchema.Tenant}", StringComparison.OrdinalIgnoreCase),
        _ => text == Convert.ToBase64String(BitConverter.GetBytes(item.Key)),
    };

    private bool Text(QueryItem item, Property property, Restriction restriction)
    {
        bool isWhole = restriction.Operator != KqlOperator.Contains || property.IsExactMatchRequired;
        KqlNode node = restriction.Value switch
        {
            GroupValue group => group.Expression,
            RangeValue range => new Words(0, 0, range.AsText, true, false),
            _ => new Words(0, 0, ((TextValue)restriction.Value).Text, true, ((TextValue)restriction.Value).IsPrefix),
        };
        return Evaluate(item, node, property, isWhole) ?? false;
    }

    private static bool Number(object value, Restriction restriction)
    {
        if (restriction.Value is RangeValue range)
        {
            return Comparison(value, range.From) is >= 0 && Comparison(value, range.To) is <= 0;
        }

        return Comparison(value, ((TextValue)restriction.Value).Text) is { } comparison && Satisfies(comparison, restriction.Operator);
    }

    /// <summary>Exact: an int64 and a double are compared as the numbers they are.</summary>
    private static int? Comparison(object value, string text)
    {
        if (value is double number)
        {
            return KqlNumbers.DoubleOrNull(text) is { } other ? (number - other) switch { < 0 => -1, > 0 => 1, _ => 0 } : null;
        }

        if (KqlNumbers.Int64OrNull(text) is { } whole)
        {
            return ((long)value).CompareTo(whole);
        }

        return KqlNumbers.DoubleOrNull(text) is not { } fraction ? null
            : fraction > 1e20 ? -1
            : fraction < -1e20 ? 1
            : ((decimal)(long)value).CompareTo((decimal)fraction);
    }

    private bool Date(long ticks, Restriction restriction)
    {
        if (restriction.Value is RangeValue range)
        {
            return Interval(range.From) is { } from && Interval(range.To) is { } to && ticks >= from.From && ticks < to.To;
        }

        if (Interval(((TextValue)restriction.Value).Text) is not { } interval)
        {
            return false;
        }

        return restriction.Operator switch
        {
            KqlOperator.Less => ticks < interval.From,
            KqlOperator.LessOrEqual => ticks < interval.To,
            KqlOperator.Greater => ticks >= interval.To,
            KqlOperator.GreaterOrEqual => ticks >= interval.From,
            _ => ticks >= interval.From && ticks < interval.To,
        };
    }

    private KqlInterval? Interval(string text) => KqlDates.IntervalOrNull(text, time);

    private static bool Satisfies(int comparison, KqlOperator sign) => sign switch
    {
        KqlOperator.Less => comparison < 0,
        KqlOperator.LessOrEqual => comparison <= 0,
        KqlOperator.Greater => comparison > 0,
        KqlOperator.GreaterOrEqual => comparison >= 0,
        _ => comparison == 0,
    };

    private static bool HasValue(QueryItem item, Property property) => item.Values.TryGetValue(property.Name, out object[]? values) && values.Length > 0;

    private static bool Any(QueryItem item, Property property, Func<object, bool> predicate) =>
        item.Values.TryGetValue(property.Name, out object[]? values) && values.Any(predicate);

    /// <summary>Case and compatible forms do not matter, accents do.</summary>
    private static bool HasWhole(QueryItem item, Property property, string text, bool isPrefix) => Any(item, property, value => isPrefix
        ? Fold((string)value).StartsWith(Fold(text), StringComparison.Ordinal)
        : Fold((string)value) == Fold(text));

    private IEnumerable<string> TextsOf(QueryItem item, Property? scope)
    {
        IEnumerable<Property> properties = scope is null ? _schema.Properties.Where(property => property.IsSearchable) : [scope];
        IEnumerable<string> texts = properties.SelectMany(property => item.Values.GetValueOrDefault(property.Name) ?? []).Cast<string>();
        return scope is null && item.Content is not null ? texts.Append(item.Content) : texts;
    }

    private bool? HasPhrase(IEnumerable<string> texts, Words phrase)
    {
        string[] words = StemsOf(phrase.Text, phrase);
        return words.Length == 0 ? null : texts.Any(text => Occurrences(StemsOf(text, phrase), words, phrase.IsPrefix).Any());
    }

    private static IEnumerable<int> Occurrences(string[] words, string[] phrase, bool isPrefix) => Enumerable.Range(0, words.Length).Where(start =>
        start + phrase.Length <= words.Length && phrase.Select((word, index) => (Word: word, Index: index)).All(part =>
            isPrefix && part.Index == phrase.Length - 1
                ? words[start + part.Index].StartsWith(part.Word, StringComparison.Ordinal)
                : words[start + part.Index] == part.Word));

    /// <summary>The words, or what a language makes of each where inflected forms are meant too.</summary>
    private string[] StemsOf(string text, Words asked) =>
        asked.IsStemmed && _language.StemFilter is not null ? [.. WordsOf(text).Select(word => _language.Terms(word, isStemmed: true).Single())] : WordsOf(text);

    private static string[] WordsOf(string text) => QueryWords.Of(text);

    private static long Ticks(string date) => DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).UtcTicks;
}

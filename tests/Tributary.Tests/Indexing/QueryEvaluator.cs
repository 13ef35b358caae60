using System.Globalization;
using System.Text;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <summary>
/// What a query tree says of one item, straight from the specification and without an index: the other side of the comparison with Lucene. Null: the tree asks
/// for nothing that could be looked up.
/// </summary>
internal sealed partial class QueryEvaluator(Schema schema, DateTimeOffset now)
{
    private readonly Schema _schema = schema;

    /// <summary>Whether a restriction does not fit its property's type, so that the whole query is searched as plain words.</summary>
    public bool IsMalformed(KqlNode node) => node switch
    {
        And and => and.Operands.Any(IsMalformed),
        Or or => or.Operands.Any(IsMalformed),
        Not not => IsMalformed(not.Operand),
        Restriction { Value: not ExistsValue } restriction when _schema.FindOrNull(restriction.Property) is { IsQueryable: true } property =>
            property.Type.Element() switch
            {
                PropertyType.String => restriction.Operator is not (KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual),
                PropertyType.Boolean => restriction.Operator is not (KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual) || restriction.Value is not TextValue,
                _ => restriction.Value is GroupValue,
            },
        _ => false,
    };

    public bool Matches(QueryItem item, KqlNode tree) => Evaluate(item, tree, null, false) ?? false;

    private bool? Evaluate(QueryItem item, KqlNode node, Property? scope, bool isWhole)
    {
        switch (node)
        {
            case MatchAll:
                return scope is null || HasValue(item, scope);
            case Words words:
                return isWhole ? HasWhole(item, scope!, words.Text, words.IsPrefix) : HasPhrase(TextsOf(item, scope), words.Text, words.IsPrefix);
            case Restriction restriction:
                return Restricted(item, restriction);
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
        if (_schema.FindOrNull(restriction.Property) is not { IsQueryable: true } property)
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
            PropertyType.String => Text(item, property, restriction),
            PropertyType.Boolean => Any(item, property, value =>
                KqlNumbers.BooleanOrNull(((TextValue)restriction.Value).Text) == (bool)value),
            PropertyType.DateTime => Any(item, property, value => Date(Ticks((string)value), restriction)),
            _ => Any(item, property, value => Number(value, restriction)),
        };
        return isNegated ? isPresent && !isEqual : isEqual;
    }

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

    private KqlInterval? Interval(string text) => KqlDates.IntervalOrNull(text, now, DayOfWeek.Monday);

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

    private static bool HasWhole(QueryItem item, Property property, string text, bool isPrefix) => Any(item, property, value => isPrefix
        ? Fold((string)value).StartsWith(Fold(text), StringComparison.Ordinal)
        : Fold((string)value) == Fold(text));

    private IEnumerable<string> TextsOf(QueryItem item, Property? scope)
    {
        IEnumerable<Property> properties = scope is null ? _schema.Properties.Where(property => property.IsSearchable) : [scope];
        IEnumerable<string> texts = properties.SelectMany(property => item.Values.GetValueOrDefault(property.Name) ?? []).Cast<string>();
        return scope is null && item.Content is not null ? texts.Append(item.Content) : texts;
    }

    private static bool? HasPhrase(IEnumerable<string> texts, string phrase, bool isPrefix)
    {
        string[] words = WordsOf(phrase);
        return words.Length == 0 ? null : texts.Any(text => Occurrences(WordsOf(text), words, isPrefix).Any());
    }

    /// <summary>Operands may overlap, as "beta gamma" and "gamma" do; the specification does not say, and Lucene lets them.</summary>
    private static bool? IsNear(IEnumerable<string> texts, Near near)
    {
        string[][] operands = [.. near.Operands.Cast<Words>().Select(words => WordsOf(words.Text)).Where(words => words.Length > 0)];
        if (operands.Length < 2)
        {
            return operands.Length == 0 ? null : texts.Any(text => Occurrences(WordsOf(text), operands[0], isPrefix: false).Any());
        }

        return texts.Any(text =>
        {
            string[] words = WordsOf(text);
            return Occurrences(words, operands[0], false).Any(first => Occurrences(words, operands[1], false).Any(second =>
            {
                int firstEnd = first + operands[0].Length;
                int secondEnd = second + operands[1].Length;
                if (near.IsOrdered)
                {
                    return (second > first || (second == first && secondEnd > firstEnd)) && second - firstEnd <= near.Distance;
                }

                return Math.Max(firstEnd, secondEnd) - Math.Min(first, second) - operands[0].Length - operands[1].Length <= near.Distance;
            }));
        });
    }

    private static bool NearIsAsked(Near near) => near.Operands.Cast<Words>().Any(words => WordsOf(words.Text).Length > 0);

    private static IEnumerable<int> Occurrences(string[] words, string[] phrase, bool isPrefix) => Enumerable.Range(0, words.Length).Where(start =>
        start + phrase.Length <= words.Length && phrase.Select((word, index) => (Word: word, Index: index)).All(part =>
            isPrefix && part.Index == phrase.Length - 1
                ? words[start + part.Index].StartsWith(part.Word, StringComparison.Ordinal)
                : words[start + part.Index] == part.Word));

    /// <summary>Runs of letters and digits, in lower case, without accents and of one width.</summary>
    private static string[] WordsOf(string text)
    {
        var words = new StringBuilder();
        foreach (char c in text.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                words.Append(char.IsLetterOrDigit(c) ? c : ' ');
            }
        }

        return words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static long Ticks(string date) => DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).UtcTicks;
}

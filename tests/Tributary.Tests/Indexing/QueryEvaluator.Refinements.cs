using System.Globalization;
using System.Text;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Indexing;

/// <content>Aggregation filters (search 12): each test is of one value.</content>
internal sealed partial class QueryEvaluator
{
    /// <summary>The key of the bucket that a value is counted in.</summary>
    public static string KeyOf(object value) => value switch
    {
        string text when Encoding.UTF8.GetByteCount(text) > 1000 => RefinedValue.KeyOf(text),
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => (number == 0 ? 0 : number).ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "True" : "False",
        DateTimeOffset date => date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + "Z",
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    /// <summary>The values of a property as they compare: of dates the instant.</summary>
    public static object[] ValuesOf(QueryItem item, Property? property) => property is not { IsRefinable: true } || !item.Values.TryGetValue(property.Name, out object[]? values)
        ? []
        : property.Type.Element() == PropertyType.DateTime ? [.. values.Select(value => (object)DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture))] : values;

    private bool Refined(QueryItem item, Refinement refinement)
    {
        if (_schema.FindOrNull(refinement.Property) is not { IsRefinable: true } property)
        {
            return false;
        }

        object[] values = ValuesOf(item, property);
        return refinement.Test switch
        {
            NoValue => values.Length == 0 || values.Contains(""),
            BucketValue bucket => values.Any(value => IsOfBucket(value, bucket.Key)),
            EqualValue equal => values.Any(value => IsEqual(property, value, equal.Text)),
            BetweenValues between => values.Any(value => IsBetween(value, between)),
            WordsOfValue words => values.OfType<string>().Any(value => property.IsExactMatchRequired ? Fold(value) == Fold(words.Text) : HasWords(value, words)),
            _ => throw new InvalidOperationException(refinement.Test.GetType().Name),
        };
    }

    public static string Fold(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>Text to the letter, everything else by what the key says, however it is written.</summary>
    private static bool IsOfBucket(object value, string key) => value switch
    {
        string => KeyOf(value) == KeyOf(key),
        long => Comparison(value, key) == 0,
        double number => KqlNumbers.DoubleOrNull(key) == number,
        bool truth => bool.TryParse(key, out bool other) && other == truth,
        _ => GraphDateTime.TryParse(key, out DateTimeOffset date) && date == (DateTimeOffset)value,
    };

    private bool IsEqual(Property property, object value, string text) => value switch
    {
        string own => Fold(own) == Fold(text),
        bool own => KqlNumbers.BooleanOrNull(text) == own,
        DateTimeOffset own => Interval(text) is { } interval && own.UtcTicks >= interval.From && own.UtcTicks < interval.To,
        _ => Comparison(value, text) == 0,
    };

    /// <summary>Whether a value is between two bounds, or in the range of a bucket: lower bound in, upper bound out.</summary>
    public bool IsBetween(object value, BetweenValues between)
    {
        switch (value)
        {
            case DateTimeOffset date:
                KqlInterval? from = between.From is null ? null : Interval(between.From);
                KqlInterval? to = between.To is null ? null : Interval(between.To);
                bool isReadable = (between.From is null || from is not null) && (between.To is null || to is not null);
                return isReadable
                    && (from is null || (between.IsFromIncluded ? date.UtcTicks >= from.Value.From : date.UtcTicks >= from.Value.To))
                    && (to is null || (between.IsToIncluded ? date.UtcTicks < to.Value.To : date.UtcTicks < to.Value.From));
            case long or double:
                int? low = between.From is null ? 1 : Comparison(value, between.From);
                int? high = between.To is null ? -1 : Comparison(value, between.To);
                return low is { } above && high is { } below && (above > 0 || (above == 0 && between.IsFromIncluded)) && (below < 0 || (below == 0 && between.IsToIncluded));
            default:
                return false;
        }
    }

    private static bool HasWords(string value, WordsOfValue asked)
    {
        string[] own = WordsOf(value);
        string[] words = WordsOf(asked.Text);
        return words.Length > 0 && asked.Mode switch
        {
            WordsMode.Phrase => Occurrences(own, words, false).Any(),
            WordsMode.All => words.All(own.Contains),
            WordsMode.Any => words.Any(own.Contains),
            WordsMode.Beginning => own.Take(words.Length).SequenceEqual(words),
            WordsMode.End => own.TakeLast(words.Length).SequenceEqual(words),
            _ => throw new InvalidOperationException(),
        };
    }
}

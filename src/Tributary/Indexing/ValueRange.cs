using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>Values from the one to the other, both in, as the numbers that the index orders them by: for filters and for the buckets of ranges alike.</summary>
internal readonly record struct ValueRange(long Min, long Max)
{
    /// <summary>Null when nothing can lie there: a bound is none of the property's type, or the type has no order.</summary>
    public static ValueRange? Of(PropertyType element, BetweenValues between, QueryTime time)
    {
        KqlOperator above = between.IsFromIncluded ? KqlOperator.GreaterOrEqual : KqlOperator.Greater;
        KqlOperator below = between.IsToIncluded ? KqlOperator.LessOrEqual : KqlOperator.Less;
        ValueRange? from = between.From is null ? new(long.MinValue, long.MaxValue) : Of(element, above, between.From, time);
        ValueRange? to = between.To is null ? new(long.MinValue, long.MaxValue) : Of(element, below, between.To, time);
        return from is { } low && to is { } high && low.Min <= high.Max && element is PropertyType.Int64 or PropertyType.Double or PropertyType.DateTime
            ? new ValueRange(low.Min, high.Max)
            : null;
    }

    private static ValueRange? Of(PropertyType element, KqlOperator sign, string text, QueryTime time)
    {
        switch (element)
        {
            case PropertyType.DateTime:
                // No date has the extremes of a long, so one tick less is no underflow.
                return KqlDates.IntervalOrNull(text, time)?.Satisfying(sign) is var (from, to) ? new(from, to - 1) : null;
            case PropertyType.Int64:
                return WholeNumbers.Satisfying(sign, text) is var (min, max) ? new(min, max) : null;
            case PropertyType.Double when KqlNumbers.DoubleOrNull(text) is { } number:
                long sortable = RefinedValue.Sortable(number);
                return sign switch
                {
                    KqlOperator.Less => new(long.MinValue, sortable - 1),
                    KqlOperator.LessOrEqual => new(long.MinValue, sortable),
                    KqlOperator.Greater => new(sortable + 1, long.MaxValue),
                    _ => new(sortable, long.MaxValue),
                };
            default:
                return null;
        }
    }
}

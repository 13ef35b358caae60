using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>
/// The whole numbers that satisfy a comparison with any number: <c>priority&lt;1.5</c> begins at 1, <c>priority=1.5</c> is none of them, and what lies beyond
/// an int64 is beyond every value.
/// </summary>
internal static class WholeNumbers
{
    /// <summary>Far beyond every int64, and within what a decimal holds.</summary>
    private const double Beyond = 1e28;

    /// <summary>Both ends included; null when there are none, or <paramref name="text"/> is no number.</summary>
    public static (long Min, long Max)? Satisfying(KqlOperator sign, string text)
    {
        if (NumberOrNull(text) is not { } number)
        {
            return null;
        }

        // The greatest whole number that is not above it, and the least that is not below.
        (decimal floor, decimal ceiling) = (Math.Floor(number), Math.Ceiling(number));
        return sign switch
        {
            KqlOperator.Less => Within(long.MinValue, ceiling - 1),
            KqlOperator.LessOrEqual => Within(long.MinValue, floor),
            KqlOperator.Greater => Within(floor + 1, long.MaxValue),
            KqlOperator.GreaterOrEqual => Within(ceiling, long.MaxValue),
            _ => Within(ceiling, floor),
        };
    }

    /// <summary>To the last digit where an int64 is near, which a double does not have.</summary>
    private static decimal? NumberOrNull(string text)
    {
        if (KqlNumbers.Int64OrNull(text) is { } whole)
        {
            return whole;
        }

        if (KqlNumbers.DoubleOrNull(text) is not { } number)
        {
            return null;
        }

        bool isExact = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact);
        return isExact && (exact != 0 || number == 0) ? exact
            : Math.Abs(number) >= 1 ? (decimal)Math.Clamp(number, -Beyond, Beyond)
            : Math.Sign(number) * 0.5m;
    }

    private static (long Min, long Max)? Within(decimal min, decimal max)
    {
        (min, max) = (Math.Max(min, long.MinValue), Math.Min(max, long.MaxValue));
        return min <= max ? ((long)min, (long)max) : null;
    }
}

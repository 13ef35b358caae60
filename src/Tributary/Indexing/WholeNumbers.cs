using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <summary>
/// The whole numbers that satisfy a comparison with any number: <c>priority&lt;1.5</c> begins at 1, <c>priority=1.5</c> is none of them, and what lies beyond
/// an int64 is beyond every value.
/// </summary>
internal static class WholeNumbers
{
    private const double TwoTo63 = 9223372036854775808.0;

    /// <summary>Both ends included; null when there are none, or <paramref name="text"/> is no number.</summary>
    public static (long Min, long Max)? Satisfying(KqlOperator sign, string text)
    {
        if (KqlNumbers.Int64OrNull(text) is { } exact)
        {
            return Satisfying(sign, exact, exact);
        }

        if (KqlNumbers.DoubleOrNull(text) is not { } number)
        {
            return null;
        }

        if (number is >= TwoTo63 or < -TwoTo63)
        {
            bool isAll = sign is KqlOperator.Less or KqlOperator.LessOrEqual ? number > 0 : sign is KqlOperator.Greater or KqlOperator.GreaterOrEqual && number < 0;
            return isAll ? (long.MinValue, long.MaxValue) : null;
        }

        return Satisfying(sign, (long)Math.Floor(number), (long)Math.Ceiling(Math.Min(number, TwoTo63 - 1024)));
    }

    /// <param name="sign">The comparison.</param>
    /// <param name="floor">The greatest whole number that is not above the one compared with.</param>
    /// <param name="ceiling">The least that is not below; the same when it is whole.</param>
    private static (long Min, long Max)? Satisfying(KqlOperator sign, long floor, long ceiling) => sign switch
    {
        KqlOperator.Less => ceiling == long.MinValue ? null : (long.MinValue, ceiling - 1),
        KqlOperator.LessOrEqual => (long.MinValue, floor),
        KqlOperator.Greater => floor == long.MaxValue ? null : (floor + 1, long.MaxValue),
        KqlOperator.GreaterOrEqual => (ceiling, long.MaxValue),
        _ => floor == ceiling ? (floor, floor) : null,
    };
}

namespace Tributary.Search.Kql;

/// <summary>
/// What a date in a query covers: from its first tick up to, not including, the first after it. UTC ticks, because the end of
/// <c>9999-12-31</c> and of <see cref="DateTime.MaxValue"/>, which clients send for "never", lies outside <see cref="DateTimeOffset"/>.
/// </summary>
/// <param name="From">The first tick covered.</param>
/// <param name="To">The first tick no longer covered.</param>
/// <param name="IsWhole">A day or a keyword; false for an instant, which covers one tick.</param>
internal readonly record struct KqlInterval(long From, long To, bool IsWhole)
{
    /// <summary>
    /// The ticks that satisfy <c>name op this</c> (search 7.6): a comparison takes the start or the end of the interval so that, for a day D,
    /// <c>&gt;D</c> begins after D and <c>&lt;=D</c> ends with it. Open sides are the extremes of <see cref="long"/>. For
    /// <see cref="KqlOperator.NotEqual"/> these are the ticks that do not satisfy it, since no element of a collection may lie in them.
    /// </summary>
    public (long From, long To) Satisfying(KqlOperator sign) => sign switch
    {
        KqlOperator.Less => (long.MinValue, From),
        KqlOperator.LessOrEqual => (long.MinValue, To),
        KqlOperator.Greater => (To, long.MaxValue),
        KqlOperator.GreaterOrEqual => (From, long.MaxValue),
        _ => (From, To),
    };

    /// <summary><c>this..end</c>: from the start of the one to the end of the other.</summary>
    public KqlInterval Through(KqlInterval end) => new(From, end.To, IsWhole: true);
}

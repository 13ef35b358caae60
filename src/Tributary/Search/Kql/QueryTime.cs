namespace Tributary.Search.Kql;

/// <summary>What date words are relative to: the same for all of a call, its queries, filters, ranges and rules of templates.</summary>
/// <param name="Now">When it is asked.</param>
/// <param name="FirstDayOfWeek">Where <c>this week</c> begins; it depends on the culture of the query (<see cref="QueryCulture"/>).</param>
internal readonly record struct QueryTime(DateTimeOffset Now, DayOfWeek FirstDayOfWeek);

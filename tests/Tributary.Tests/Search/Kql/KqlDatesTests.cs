using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search.Kql;

public class KqlDatesTests
{
    /// <summary>A Wednesday.</summary>
    private static readonly DateTimeOffset Now = new(2026, 7, 15, 13, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-31", "2026-01-31", "2026-02-01")]
    [InlineData("2024-02-29", "2024-02-29", "2024-03-01")]
    [InlineData(" 2026-01-31 ", "2026-01-31", "2026-02-01")]
    [InlineData("today", "2026-07-15", "2026-07-16")]
    [InlineData("TODAY", "2026-07-15", "2026-07-16")]
    [InlineData("yesterday", "2026-07-14", "2026-07-15")]
    [InlineData("this week", "2026-07-13", "2026-07-20")]
    [InlineData("this month", "2026-07-01", "2026-08-01")]
    [InlineData("Last Month", "2026-06-01", "2026-07-01")]
    [InlineData("this year", "2026-01-01", "2027-01-01")]
    [InlineData("last year", "2025-01-01", "2026-01-01")]
    public void Days_and_keywords_are_whole_intervals(string text, string from, string to) =>
        Assert.Equal(new KqlInterval(Ticks(from), Ticks(to), IsWhole: true), Read(text));

    [Theory]
    [InlineData("2026-01-31T10:20:30", "2026-01-31T10:20:30")]
    [InlineData("2026-01-31T10:20:30Z", "2026-01-31T10:20:30")]
    [InlineData("2026-01-31T10:20:30.5", "2026-01-31T10:20:30.5")]
    [InlineData("2026-01-31T10:20:30.123Z", "2026-01-31T10:20:30.123")]
    [InlineData("2026-01-31T10:20:30.1234567Z", "2026-01-31T10:20:30.1234567")]
    [InlineData("2026-01-31T10:20:30+02:00", "2026-01-31T08:20:30")]
    [InlineData("2026-01-31T23:20:30.25-05:30", "2026-02-01T04:50:30.25")]
    [InlineData("2026-01-31t10:20:30z", "2026-01-31T10:20:30")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999")]
    public void A_time_is_an_instant_in_UTC(string text, string expected) =>
        Assert.Equal(new KqlInterval(Ticks(expected), Ticks(expected) + 1, IsWhole: false), Read(text));

    [Fact]
    public void The_last_day_of_the_calendar_has_an_end()
    {
        var day = Read("9999-12-31");
        Assert.Equal(DateTime.MaxValue.Ticks + 1, day?.To);
    }

    [Theory]
    [InlineData("")]
    [InlineData("26-01-31")]
    [InlineData("2026-1-31")]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-01")]
    [InlineData("2026-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("2026/01/31")]
    [InlineData("31.01.2026")]
    [InlineData("2026-01-31T")]
    [InlineData("2026-01-31T10:20")]
    [InlineData("2026-01-31 10:20:30")]
    [InlineData("2026-01-31T24:00:00")]
    [InlineData("2026-01-31T10:60:30")]
    [InlineData("2026-01-31T10:20:60")]
    [InlineData("2026-01-31T10:20:30.")]
    [InlineData("2026-01-31T10:20:30.Z")]
    [InlineData("2026-01-31T10:20:30.12345678")]
    [InlineData("2026-01-31T10:20:30+0200")]
    [InlineData("2026-01-31T10:20:30+14:01")]
    [InlineData("2026-01-31T10:20:30+02:60")]
    [InlineData("2026-01-31T10:20:30ZZ")]
    [InlineData("2026-01-31Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("٢٠٢٦-01-31")]
    [InlineData("tomorrow")]
    [InlineData("thisweek")]
    [InlineData("this  week")]
    public void Other_text_is_no_date(string text) => Assert.Null(Read(text));

    [Theory]
    [InlineData(DayOfWeek.Sunday, "2026-07-12")]
    [InlineData(DayOfWeek.Monday, "2026-07-13")]
    [InlineData(DayOfWeek.Wednesday, "2026-07-15")]
    [InlineData(DayOfWeek.Thursday, "2026-07-09")]
    [InlineData(DayOfWeek.Saturday, "2026-07-11")]
    public void This_week_begins_on_the_first_day_of_the_culture(DayOfWeek first, string from) =>
        Assert.Equal(
            new KqlInterval(Ticks(from), Ticks(from) + (7 * TimeSpan.TicksPerDay), IsWhole: true),
            KqlDates.IntervalOrNull("this week", new QueryTime(Now, first)));

    /// <summary>Open sides are empty.</summary>
    [Theory]
    [InlineData("today", "2026-07-15", "2026-07-16")]
    [InlineData("yesterday", "2026-07-14", "2026-07-15")]
    [InlineData("this week", "2026-07-13", "2026-07-20")]
    [InlineData("this month", "2026-07-01", "2026-08-01")]
    [InlineData("last month", "2026-06-01", "2026-07-01")]
    [InlineData("this year", "2026-01-01", "2027-01-01")]
    [InlineData("last year", "2025-01-01", "2026-01-01")]
    [InlineData("2026-07-15", "2026-07-15", "2026-07-16")]
    public void Each_comparison_takes_the_start_or_the_end_of_a_day_or_keyword(string text, string start, string next)
    {
        var interval = Assert.NotNull(Read(text));
        Assert.Equal((Ticks(start), Ticks(next)), interval.Satisfying(KqlOperator.Contains));
        Assert.Equal((Ticks(start), Ticks(next)), interval.Satisfying(KqlOperator.Equal));
        Assert.Equal((Ticks(start), Ticks(next)), interval.Satisfying(KqlOperator.NotEqual));
        Assert.Equal((long.MinValue, Ticks(start)), interval.Satisfying(KqlOperator.Less));
        Assert.Equal((long.MinValue, Ticks(next)), interval.Satisfying(KqlOperator.LessOrEqual));
        Assert.Equal((Ticks(next), long.MaxValue), interval.Satisfying(KqlOperator.Greater));
        Assert.Equal((Ticks(start), long.MaxValue), interval.Satisfying(KqlOperator.GreaterOrEqual));
    }

    [Theory]
    [InlineData("2026-01-31T10:20:30.1Z", 1_000_000)]
    [InlineData("2026-01-31T10:20:30.12Z", 1_200_000)]
    [InlineData("2026-01-31T10:20:30.123Z", 1_230_000)]
    [InlineData("2026-01-31T10:20:30.1234Z", 1_234_000)]
    [InlineData("2026-01-31T10:20:30.12345Z", 1_234_500)]
    [InlineData("2026-01-31T10:20:30.123456Z", 1_234_560)]
    [InlineData("2026-01-31T10:20:30.1234567Z", 1_234_567)]
    [InlineData("2026-01-31T10:20:30.0000001", 1)]
    public void Fractions_have_one_to_seven_digits(string text, long ticks) =>
        Assert.Equal(Ticks("2026-01-31T10:20:30") + ticks, Read(text)?.From);

    [Theory]
    [InlineData("2026-01-31T10:20:30+14:00", "2026-01-30T20:20:30")]
    [InlineData("2026-01-31T10:20:30-14:00", "2026-02-01T00:20:30")]
    [InlineData("2026-01-31T10:20:30+00:00", "2026-01-31T10:20:30")]
    [InlineData("2026-01-31T10:20:30.5+05:45", "2026-01-31T04:35:30.5")]
    public void Offsets_reach_fourteen_hours_either_way(string text, string expected) => Assert.Equal(Ticks(expected), Read(text)?.From);

    [Fact]
    public void This_week_begins_today_on_its_first_day_and_ends_today_on_its_last()
    {
        var monday = new DateTimeOffset(2026, 7, 13, 0, 0, 0, TimeSpan.Zero);
        var sunday = new DateTimeOffset(2026, 7, 19, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(KqlDates.IntervalOrNull("this week", new QueryTime(monday, DayOfWeek.Monday)), KqlDates.IntervalOrNull("this week", new QueryTime(sunday, DayOfWeek.Monday)));
        Assert.Equal(Ticks("2026-07-13"), KqlDates.IntervalOrNull("this week", new QueryTime(monday, DayOfWeek.Monday))?.From);
        Assert.Equal(Ticks("2026-07-19"), KqlDates.IntervalOrNull("this week", new QueryTime(sunday, DayOfWeek.Sunday))?.From);
    }

    [Fact]
    public void Keywords_are_days_of_UTC_whatever_the_offset_of_now() =>
        Assert.Equal(
            Ticks("2026-07-14"),
            KqlDates.IntervalOrNull("today", new QueryTime(new DateTimeOffset(2026, 7, 15, 1, 0, 0, TimeSpan.FromHours(2)), DayOfWeek.Monday))?.From);

    [Fact]
    public void Months_turn_at_the_year()
    {
        var january = KqlDates.IntervalOrNull("last month", new QueryTime(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero), DayOfWeek.Monday));
        Assert.Equal((Ticks("2025-12-01"), Ticks("2026-01-01")), (january?.From, january?.To));
    }

    private static KqlInterval? Read(string text) => KqlDates.IntervalOrNull(text, new QueryTime(Now, DayOfWeek.Monday));

    private static long Ticks(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture).Ticks;
}

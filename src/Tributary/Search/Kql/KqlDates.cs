namespace Tributary.Search.Kql;

/// <summary>The dates of restriction values (search 7.6). Always UTC; offsets are accepted because real clients send them.</summary>
internal static class KqlDates
{
    /// <summary>
    /// Reads <c>YYYY-MM-DD</c>, <c>YYYY-MM-DDThh:mm:ss[.f][Z|±hh:mm]</c> with 1 to 7 fractional digits, or an interval keyword.
    /// </summary>
    /// <param name="text">The value, without quotes.</param>
    /// <param name="time">What the keywords are relative to.</param>
    /// <returns>Null when the text is no date.</returns>
    public static KqlInterval? IntervalOrNull(string text, QueryTime time)
    {
        var today = DateOnly.FromDateTime(time.Now.UtcDateTime);
        var month = new DateOnly(today.Year, today.Month, 1);
        var year = new DateOnly(today.Year, 1, 1);
        return text.Trim().ToLowerInvariant() switch
        {
            "today" => Days(today, today.AddDays(1)),
            "yesterday" => Days(today.AddDays(-1), today),
            "this week" => Week(today, time.FirstDayOfWeek),
            "this month" => Days(month, month.AddMonths(1)),
            "last month" => Days(month.AddMonths(-1), month),
            "this year" => Days(year, year.AddYears(1)),
            "last year" => Days(year.AddYears(-1), year),
            _ => WrittenOrNull(text.AsSpan().Trim()),
        };
    }

    /// <summary>Whether a text is a date or an interval keyword, whenever it is asked.</summary>
    public static bool IsDate(string text) => IntervalOrNull(text, new QueryTime(DateTimeOffset.UnixEpoch, DayOfWeek.Monday)) is not null;

    private static KqlInterval Week(DateOnly today, DayOfWeek firstDayOfWeek)
    {
        var first = today.AddDays(-((today.DayOfWeek - firstDayOfWeek + 7) % 7));
        return Days(first, first.AddDays(7));
    }

    private static KqlInterval Days(DateOnly first, DateOnly next) => new(Midnight(first), Midnight(next), IsWhole: true);

    private static long Midnight(DateOnly day) => day.DayNumber * TimeSpan.TicksPerDay;

    /// <summary>By hand, since the formats of the framework also take what is no form of 7.6, such as <c>+0200</c> or a missing fraction.</summary>
    private static KqlInterval? WrittenOrNull(ReadOnlySpan<char> text)
    {
        if (!TryTakeDay(ref text, out var day))
        {
            return null;
        }

        if (text.IsEmpty)
        {
            return new KqlInterval(Midnight(day), Midnight(day) + TimeSpan.TicksPerDay, IsWhole: true);
        }

        if (!TryTakeTime(ref text, out var time) || !TryTakeOffset(ref text, out var offset) || !text.IsEmpty)
        {
            return null;
        }

        var ticks = Midnight(day) + time - offset;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? new KqlInterval(ticks, ticks + 1, IsWhole: false) : null;
    }

    private static bool TryTakeDay(ref ReadOnlySpan<char> text, out DateOnly day)
    {
        day = default;
        if (!TryTakeNumber(ref text, 4, out var year) || !TryTake(ref text, "-") || !TryTakeNumber(ref text, 2, out var month)
            || !TryTake(ref text, "-") || !TryTakeNumber(ref text, 2, out var number))
        {
            return false;
        }

        if (year == 0 || month is 0 or > 12 || number == 0 || number > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        day = new DateOnly(year, month, number);
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (!TryTake(ref text, "T") || !TryTakeNumber(ref text, 2, out var hour) || !TryTake(ref text, ":")
            || !TryTakeNumber(ref text, 2, out var minute) || !TryTake(ref text, ":") || !TryTakeNumber(ref text, 2, out var second)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ticks = new TimeSpan(hour, minute, second).Ticks;
        if (!TryTake(ref text, "."))
        {
            return true;
        }

        var digits = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; unit > 0 && TryTakeNumber(ref text, 1, out var digit); unit /= 10, digits++)
        {
            ticks += digit * unit;
        }

        return digits > 0;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || TryTake(ref text, "Z"))
        {
            return true;
        }

        var sign = TryTake(ref text, "+") ? 1 : TryTake(ref text, "-") ? -1 : 0;
        if (sign == 0 || !TryTakeNumber(ref text, 2, out var hours) || !TryTake(ref text, ":") || !TryTakeNumber(ref text, 2, out var minutes)
            || minutes > 59)
        {
            return false;
        }

        ticks = sign * new TimeSpan(hours, minutes, 0).Ticks;
        return Math.Abs(ticks) <= 14 * TimeSpan.TicksPerHour;
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, ReadOnlySpan<char> expected)
    {
        if (!text.StartsWith(expected, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        text = text[expected.Length..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, int digits, out int number)
    {
        number = 0;
        if (text.Length < digits || text[..digits].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        foreach (var digit in text[..digits])
        {
            number = (number * 10) + digit - '0';
        }

        text = text[digits..];
        return true;
    }
}

using System.Text;

namespace Tributary.Items;

/// <summary>
/// The dates that an item may hold: ISO 8601 in its extended form.
/// <list type="bullet">
/// <item><c>2026-01-10T08:00:00.1234567+01:00</c>: one to seven digits of a second, which is what a tick holds; the offset is <c>Z</c> or up to 14 hours.</item>
/// <item><c>2026-01-10T08:00:00</c>, <c>2026-01-10T08:00</c>: without offset it is UTC (external-connectors 6.7); seconds may be left out, as in OData.</item>
/// <item><c>2026-01-10</c>: midnight UTC. Nothing published says whether the service takes a date alone. It is ISO 8601, only one instant can be meant once a
/// missing offset is UTC, and the value is echoed as sent, so refusing it would protect nobody.</item>
/// </list>
/// Everything else is refused: blanks, <c>24:00</c>, second 60, <c>+0100</c>, week and ordinal dates, and instants outside of the years 1 to 9999 in UTC.
/// The framework's own parsers take more than these, and not the same on each path, hence a parser of our own.
/// </summary>
internal static class GraphDateTime
{
    private const int MaxLength = 33;
    private const int MaxFractionDigits = 7;

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset value)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        if (text.Length <= MaxLength && Encoding.UTF8.TryGetBytes(text, utf8, out int length))
        {
            return TryParse(utf8[..length], out value);
        }

        value = default;
        return false;
    }

    /// <summary>Parses <paramref name="utf8"/> into an instant with offset zero.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DateTimeOffset value)
    {
        value = default;
        var text = new Text(utf8);
        if (!text.TryNumber(4, out int year) || !text.TrySkip('-')
            || !text.TryNumber(2, out int month) || !text.TrySkip('-')
            || !text.TryNumber(2, out int day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        long ticks = new DateTime(year, month, day).Ticks;
        if (!text.IsAtEnd)
        {
            if (!text.TrySkip('T', 't') || !TryReadTime(ref text, out long ticksOfDay) || !TryReadOffset(ref text, out long offsetTicks) || !text.IsAtEnd)
            {
                return false;
            }

            ticks += ticksOfDay - offsetTicks;
        }

        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryReadTime(ref Text text, out long ticks)
    {
        ticks = 0;
        int second = 0;
        int fraction = 0;
        if (!text.TryNumber(2, out int hour) || !text.TrySkip(':') || !text.TryNumber(2, out int minute))
        {
            return false;
        }

        if (text.TrySkip(':'))
        {
            if (!text.TryNumber(2, out second) || (text.TrySkip('.') && !text.TryFraction(out fraction)))
            {
                return false;
            }
        }

        if (hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ticks = (((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond) + fraction;
        return true;
    }

    private static bool TryReadOffset(ref Text text, out long ticks)
    {
        ticks = 0;
        if (text.IsAtEnd || text.TrySkip('Z', 'z'))
        {
            return true;
        }

        bool isNegative = text.TrySkip('-');
        if ((!isNegative && !text.TrySkip('+')) || !text.TryNumber(2, out int hours) || !text.TrySkip(':') || !text.TryNumber(2, out int minutes))
        {
            return false;
        }

        int total = (hours * 60) + minutes;
        if (minutes > 59 || total > 14 * 60)
        {
            return false;
        }

        ticks = (isNegative ? -total : total) * TimeSpan.TicksPerMinute;
        return true;
    }

    private ref struct Text(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public bool TrySkip(char character) => TrySkip(character, character);

        public bool TrySkip(char character, char or)
        {
            if (_rest.IsEmpty || (_rest[0] != character && _rest[0] != or))
            {
                return false;
            }

            _rest = _rest[1..];
            return true;
        }

        public bool TryNumber(int digits, out int number)
        {
            number = 0;
            if (_rest.Length < digits)
            {
                return false;
            }

            for (int i = 0; i < digits; i++)
            {
                int digit = _rest[i] - '0';
                if (digit is < 0 or > 9)
                {
                    return false;
                }

                number = (number * 10) + digit;
            }

            _rest = _rest[digits..];
            return true;
        }

        /// <summary>The digits behind the point, in ticks.</summary>
        public bool TryFraction(out int ticks)
        {
            ticks = 0;
            int digits = 0;
            while (digits < _rest.Length && _rest[digits] is >= (byte)'0' and <= (byte)'9')
            {
                if (digits == MaxFractionDigits)
                {
                    return false;
                }

                ticks = (ticks * 10) + (_rest[digits] - '0');
                digits++;
            }

            _rest = _rest[digits..];
            for (int i = digits; i < MaxFractionDigits; i++)
            {
                ticks *= 10;
            }

            return digits > 0;
        }
    }
}

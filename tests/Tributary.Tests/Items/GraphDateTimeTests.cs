using System.Globalization;
using System.Text;
using CsCheck;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class GraphDateTimeTests
{
    [Theory]
    [InlineData("2026-01-10T08:00:00Z", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10t08:00:00z", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00Z", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10", "2026-01-10T00:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00+00:00", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00-00:00", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00+01:00", "2026-01-10T07:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00-05:30", "2026-01-10T13:30:00.0000000Z")]
    [InlineData("2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00.0000000Z")]
    [InlineData("2026-01-01T00:00:00-14:00", "2026-01-01T14:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00+01:00", "2026-01-10T07:00:00.0000000Z")]
    [InlineData("2026-01-10T08:00:00.1Z", "2026-01-10T08:00:00.1000000Z")]
    [InlineData("2026-01-10T08:00:00.123Z", "2026-01-10T08:00:00.1230000Z")]
    [InlineData("2026-01-10T08:00:00.1234567Z", "2026-01-10T08:00:00.1234567Z")]
    [InlineData("2026-01-10T08:00:00.1234567+01:00", "2026-01-10T07:00:00.1234567Z")]
    [InlineData("2026-01-10T08:00:00.0000000", "2026-01-10T08:00:00.0000000Z")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.0000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void Iso_8601_is_read_as_utc(string text, string utc)
    {
        Assert.True(GraphDateTime.TryParse(text, out DateTimeOffset value));
        Assert.Equal(TimeSpan.Zero, value.Offset);
        Assert.Equal(utc, value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Assert.True(GraphDateTime.TryParse(Encoding.UTF8.GetBytes(text), out DateTimeOffset same));
        Assert.Equal(value, same);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("now")]
    [InlineData("2026")]
    [InlineData("2026-01")]
    [InlineData("2026-1-10")]
    [InlineData("20260110T080000Z")]
    [InlineData("2026-01-10Z")]
    [InlineData("2026-01-10+01:00")]
    [InlineData("2026-01-10T")]
    [InlineData("2026-01-10T08")]
    [InlineData("2026-01-10T08Z")]
    [InlineData("2026-01-10T8:00:00Z")]
    [InlineData("2026-01-10 08:00:00Z")]
    [InlineData(" 2026-01-10T08:00:00Z")]
    [InlineData("2026-01-10T08:00:00Z ")]
    [InlineData("2026-01-10T08:00:00ZZ")]
    [InlineData("2026-01-10T08:00:00.Z")]
    [InlineData("2026-01-10T08:00:00,5Z")]
    [InlineData("2026-01-10T08:00:00.12345678Z")]
    [InlineData("2026-01-10T08:00.5Z")]
    [InlineData("2026-01-10T08:00:Z")]
    [InlineData("2026-01-10T24:00:00Z")]
    [InlineData("2026-01-10T08:60:00Z")]
    [InlineData("2026-01-10T23:59:60Z")]
    [InlineData("2026-01-10T08:00:00+0100")]
    [InlineData("2026-01-10T08:00:00+01")]
    [InlineData("2026-01-10T08:00:00+1:00")]
    [InlineData("2026-01-10T08:00:00+01:60")]
    [InlineData("2026-01-10T08:00:00+14:01")]
    [InlineData("2026-01-10T08:00:00-15:00")]
    [InlineData("2026-01-10T08:00:00 +01:00")]
    [InlineData("2026-01-10T08:00:00CET")]
    [InlineData("2026-00-10T08:00:00Z")]
    [InlineData("2026-13-10T08:00:00Z")]
    [InlineData("2026-01-00T08:00:00Z")]
    [InlineData("2026-01-32T08:00:00Z")]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("1900-02-29")]
    [InlineData("0000-01-01")]
    [InlineData("10000-01-01")]
    [InlineData("-2026-01-10")]
    [InlineData("2026-W02-6")]
    [InlineData("2026-010")]
    [InlineData("01/10/2026")]
    [InlineData("10.01.2026 08:00")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("２０２６-01-10")]
    [InlineData("Sat, 10 Jan 2026 08:00:00 GMT")]
    [InlineData("/Date(1768032000000)/")]
    public void Everything_else_is_refused(string text)
    {
        Assert.False(GraphDateTime.TryParse(text, out _));
        Assert.False(GraphDateTime.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Every_instant_that_the_framework_prints_is_read_back() =>
        Gen.DateTimeOffset.Sample(instant =>
            GraphDateTime.TryParse(instant.ToString("O", CultureInfo.InvariantCulture), out DateTimeOffset read)
            && read.UtcTicks == instant.UtcTicks);

    [Fact]
    public void What_is_read_is_what_the_framework_reads_in_it_where_it_reads_it() =>
        Gen.Char["0123456789-:T.Z+"].Array[8, 33].Select(characters => new string(characters)).Sample(text =>
            !GraphDateTime.TryParse(text, out DateTimeOffset read)
            || (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset other) && other == read));

    [Fact]
    public void Random_text_never_throws() =>
        Gen.String.Sample(text =>
        {
            _ = GraphDateTime.TryParse(text, out _);
            _ = GraphDateTime.TryParse("2026-01-10T" + text, out _);
            return true;
        });
}

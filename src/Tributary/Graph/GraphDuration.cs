using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace Tributary.Graph;

/// <summary><c>Edm.Duration</c>: ISO 8601 in days and less, such as <c>P1DT2H</c> or <c>PT0.5S</c>. Years and months have no fixed length and are refused.</summary>
internal static partial class GraphDuration
{
    /// <summary>What TimeSpan holds with room to add.</summary>
    private const double LongestSeconds = 1e11;

    public static string ToText(TimeSpan duration) => XmlConvert.ToString(duration);

    /// <summary>Parses a duration, also a negative one; false for everything else.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length > 40 || !Form().IsMatch(text))
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is OverflowException or FormatException)
        {
            return false;
        }
    }

    /// <summary>A member that is a duration or a number of seconds; null, with a problem added if it is neither, when there is none.</summary>
    public static TimeSpan? OrNull(GraphObject body, string name, Problems problems)
    {
        if (body.ValueOrNull(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && Math.Abs(seconds) <= LongestSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        if (value.ValueKind == JsonValueKind.String && body.StringOf(value, body.PathOf(name)) is { } text && TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        problems.Rule(
            body.PathOf(name),
            "InvalidDuration",
            string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a duration of days and less, such as \"PT90S\" or \"P1DT2H\", or a number of seconds."));
        return null;
    }

    [GeneratedRegex(@"^-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,7})?S)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

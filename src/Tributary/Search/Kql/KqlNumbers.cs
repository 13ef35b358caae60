using System.Globalization;

namespace Tributary.Search.Kql;

/// <summary>The numbers and booleans of restriction values (search 7.5). Null when the text is none; cultures do not matter.</summary>
internal static class KqlNumbers
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Whether a text can be compared with a property of numbers, whole ones or not: <c>size&lt;1.5</c> is a question to whole numbers too.</summary>
    public static bool IsNumber(string text) => Int64OrNull(text) is not null || DoubleOrNull(text) is not null;

    public static long? Int64OrNull(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static double? DoubleOrNull(string text) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary><c>true</c> and <c>false</c>, and the usual other ways to say so.</summary>
    public static bool? BooleanOrNull(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        _ => null,
    };
}

using System.Globalization;

namespace Tributary.Graph;

/// <summary>
/// The wire names of an enum: lower camel on output; any letter case, or the metadata's number, on input (external-connectors 2.5, protocol 6.3).
/// Enum members therefore carry the numbers of the metadata (external-connectors 11).
/// </summary>
internal static class WireNames<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Names = Enum.GetValues<T>()
        .ToDictionary(value => value, value => LowerCamel(value.ToString()));

    private static readonly Dictionary<string, T> Values = Names
        .ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> All => Names.Values;

    public static string Get(T value) => Names[value];

    /// <summary>Parses a member name in any case, or its number as text; false for everything else, so no undefined value ever gets in.</summary>
    public static bool TryParse(string text, out T value)
    {
        if (Values.TryGetValue(text, out value))
        {
            return true;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && TryFromNumber(number, out value);
    }

    public static bool TryFromNumber(int number, out T value)
    {
        foreach (T candidate in Names.Keys)
        {
            if (Convert.ToInt32(candidate, CultureInfo.InvariantCulture) == number)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static string LowerCamel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

namespace Tributary;

/// <summary>What somebody may have meant by a name that there is not.</summary>
internal static class NearestName
{
    /// <summary>The name that the fewest single letters set apart from what was typed, ignoring case; null where it would be no more than a guess.</summary>
    public static string? OfOrNull(string typed, IEnumerable<string> names)
    {
        (string name, int distance)[] near =
        [
            .. names.Select(name => (name, distance: Distance(typed.ToUpperInvariant(), name.ToUpperInvariant())))
                .Where(candidate => candidate.distance <= Math.Max(1, Math.Min(typed.Length, candidate.name.Length) / 4))
                .OrderBy(candidate => candidate.distance),
        ];
        return near.Length == 0 ? null : near[0].name;
    }

    /// <summary><c>; did you mean X?</c>, or else what there is.</summary>
    /// <param name="typed">What there is not.</param>
    /// <param name="names">What there is.</param>
    /// <param name="prefix">What stands before each of them when it is written out.</param>
    public static string Advice(string typed, IReadOnlyCollection<string> names, string prefix = "") =>
        OfOrNull(typed, names) is { } near ? $"; did you mean {prefix}{near}?" : $"; there are {string.Join(", ", names)}.";

    /// <summary>Letters to add, take away, exchange, or swap with their neighbour: Damerau's and Levenshtein's, each letter touched once.</summary>
    private static int Distance(string one, string other)
    {
        int[,] distances = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                bool isSwapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                distances[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1,
                    Math.Min(distances[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1), isSwapped ? distances[i - 2, j - 2] + 1 : int.MaxValue));
            }
        }

        return distances[one.Length, other.Length];
    }
}

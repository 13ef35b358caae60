namespace Tributary.Benchmarks.Measuring;

/// <summary>How well one measurement tells two things apart.</summary>
internal static class Distinction
{
    /// <summary>
    /// The probability that a time of <paramref name="ones"/> is longer than one of <paramref name="others"/>, equal ones counted half (Mann and Whitney's U by all pairs):
    /// 0.5 tells nothing, 1 and 0 tell for certain with a single measurement.
    /// </summary>
    public static double Probability(IReadOnlyList<double> ones, IReadOnlyList<double> others)
    {
        double[] sorted = [.. others.Order()];
        double pairs = 0;
        foreach (double one in ones)
        {
            int below = LowerBound(sorted, one);
            int upTo = LowerBound(sorted, Math.BitIncrement(one));
            pairs += below + ((upTo - below) / 2.0);
        }

        return pairs / ones.Count / sorted.Length;
    }

    /// <summary>
    /// About how many measurements of each are needed until their means of ranks differ by 2.6 standard errors, which chance does once in a hundred times: Noether's formula, 2.6² / (6 (p − ½)²).
    /// Infinite where a difference is not seen.
    /// </summary>
    public static double MeasurementsNeeded(double probability) => 6.76 / (6 * (probability - 0.5) * (probability - 0.5));

    /// <summary>What <see cref="Probability"/> strays by when there is nothing to tell.</summary>
    public static double StandardError(int ones, int others) => Math.Sqrt((ones + others + 1) / (12.0 * ones * others));

    private static int LowerBound(double[] sorted, double value)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

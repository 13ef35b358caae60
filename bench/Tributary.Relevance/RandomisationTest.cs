namespace Tributary.Relevance;

/// <summary>
/// Fisher's paired randomisation test, two-sided, as information retrieval uses it (Smucker, Allan and Carterette, 2007): how often the mean difference is as large as
/// the one seen when for each query chance decides which ranking had which figure. It assumes nothing of how differences are distributed.
/// </summary>
internal static class RandomisationTest
{
    private const int Seed = 20261128;
    private const int Draws = 20_000;

    /// <summary>The probability of a difference like this without cause, at least 1 / 20,001; the same for the same differences.</summary>
    public static double PValue(IEnumerable<double> differences)
    {
        // Queries without a difference change no sum.
        double[] some = [.. differences.Where(difference => difference != 0)];
        double seen = Math.Abs(some.Sum());

        // Sums in another order differ in their last digits.
        double least = seen - (1e-9 * Math.Max(1, seen));
        var chance = new Random(Seed);
        int asLarge = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            double sum = 0;
            foreach (double difference in some)
            {
                sum += chance.Next(2) == 0 ? difference : -difference;
            }

            asLarge += Math.Abs(sum) >= least ? 1 : 0;
        }

        return (asLarge + 1.0) / (Draws + 1);
    }
}

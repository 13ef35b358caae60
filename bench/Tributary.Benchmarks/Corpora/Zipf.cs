namespace Tributary.Benchmarks.Corpora;

/// <summary>Ranks from 0, of which the first is the most frequent: rank r has a share of 1 / (r + 1)^exponent.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulated;

    public Zipf(int count, double exponent)
    {
        _cumulated = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Pow(i + 1, -exponent);
            _cumulated[i] = sum;
        }
    }

    public int Next(ref Rng rng)
    {
        int found = Array.BinarySearch(_cumulated, rng.NextDouble() * _cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _cumulated.Length - 1);
    }
}

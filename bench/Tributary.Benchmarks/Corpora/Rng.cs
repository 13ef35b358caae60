namespace Tributary.Benchmarks.Corpora;

/// <summary>SplitMix64: the same numbers for the same seed in every version of every runtime, and cheap to seed, so that each item can have its own.</summary>
internal struct Rng(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>At least 0, below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Both bounds included.</summary>
    public int Between(int least, int most) => least + (int)(NextDouble() * (most - least + 1));
}

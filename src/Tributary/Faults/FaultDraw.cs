namespace Tributary.Faults;

/// <summary>
/// The lots that a rule with a probability draws. One is a function of seed and call number (SplitMix64), not the next of a sequence: how the calls before
/// were interleaved leaves no trace.
/// </summary>
internal static class FaultDraw
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>A number from 0 to below 1.</summary>
    public static double At(int seed, long call) => (Mix(Mix(unchecked((uint)seed + Step)) + unchecked((ulong)call * Step)) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Quirks;

/// <summary>
/// Chance that can be played again. What is drawn follows from the seed and from what it is drawn for, not from the order of the draws, so that requests that
/// race each other still get the same waits in the next run.
/// </summary>
internal sealed class Chance(int seed)
{
    public const string Setting = "RandomSeed";

    /// <exception cref="ArgumentException">The setting is no whole number.</exception>
    public static Chance From(IConfiguration configuration)
    {
        string text = configuration[Setting] ?? "0";
        return int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int seed)
            ? new Chance(seed)
            : throw new ArgumentException($"{Setting} is '{text}'; it must be a whole number.");
    }

    /// <summary>A wait within the bounds. Costs nothing while the bounds are one.</summary>
    /// <param name="range">The bounds.</param>
    /// <param name="occasion">What the wait is for, such as the names of a connection and an item.</param>
    public TimeSpan Draw(DurationRange range, params ReadOnlySpan<string> occasion) =>
        range.Least == range.Most ? range.Least : range.At(Place(occasion));

    private double Place(ReadOnlySpan<string> occasion)
    {
        // No name holds U+0000, so no two occasions run together to the same text.
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\0{string.Join('\0', occasion)}"));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}

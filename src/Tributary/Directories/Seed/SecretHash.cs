using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Directories.Seed;

/// <summary>
/// A secret as a file may keep it: <c>sha256:</c> and hexadecimal digits, which is enough for long random ones, or <c>pbkdf2-sha256:</c>, iterations, salt and key in
/// base64 with colons between them, for passwords that people choose.
/// </summary>
internal static class SecretHash
{
    public const string Forms = "sha256:{64 hexadecimal digits}, pbkdf2-sha256:{iterations, at most 1000000}:{salt in base64}:{32 bytes in base64}";

    private const string Sha256 = "sha256:";
    private const string Pbkdf2 = "pbkdf2-sha256:";

    /// <summary>Some seconds of work; more would let one request hold a processor.</summary>
    private const int MostIterations = 1_000_000;

    public static bool IsWellFormed(string hash) => TryRead(hash, out _, out _, out _);

    /// <summary>Whether it is of the form that takes long to compute; so that many at once take all processors.</summary>
    public static bool IsSlow(string? hash) => hash?.StartsWith(Pbkdf2, StringComparison.Ordinal) is true;

    /// <summary>In constant time as to what the secret is.</summary>
    public static bool Matches(string hash, string secret)
    {
        if (!TryRead(hash, out int iterations, out byte[] salt, out byte[] key))
        {
            return false;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(secret);
        byte[] made = iterations == 0 ? SHA256.HashData(utf8) : Rfc2898DeriveBytes.Pbkdf2(utf8, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return CryptographicOperations.FixedTimeEquals(made, key);
    }

    /// <summary>Of two plain texts; of their hashes, so that the length tells nothing either.</summary>
    public static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));

    private static bool TryRead(string hash, out int iterations, out byte[] salt, out byte[] key)
    {
        (iterations, salt, key) = (0, [], []);
        try
        {
            if (hash.StartsWith(Sha256, StringComparison.Ordinal))
            {
                key = Convert.FromHexString(hash.AsSpan(Sha256.Length));
                return key.Length == SHA256.HashSizeInBytes;
            }

            if (!hash.StartsWith(Pbkdf2, StringComparison.Ordinal)
                || hash[Pbkdf2.Length..].Split(':') is not [string count, string saltText, string keyText]
                || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out iterations))
            {
                return false;
            }

            salt = Convert.FromBase64String(saltText);
            key = Convert.FromBase64String(keyText);
            return iterations is > 0 and <= MostIterations && salt.Length > 0 && key.Length == SHA256.HashSizeInBytes;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

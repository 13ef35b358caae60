using System.Security.Cryptography;
using System.Text;

namespace Tributary.Directories;

/// <summary>
/// A version for a group that nobody counts the changes of: another text as soon as it has other members, and the same one when it has the same again. 64 bits of a
/// SHA-256, which tell apart and protect nothing.
/// </summary>
internal static class MembersDigest
{
    private const int Bytes = 8;

    /// <param name="members">Each with its kind, in an order that does not depend on how they came.</param>
    public static string Of(IEnumerable<string> members)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string member in members)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(member));
            hash.AppendData("\n"u8);
        }

        return "members-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }
}

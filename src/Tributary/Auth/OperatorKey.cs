using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth;

/// <summary>
/// The key of the operator, for those whose issuer gives out no <c>Tributary.Operate</c> role: whoever may read the data directory operates the
/// server. Made at first need.
/// </summary>
internal sealed class OperatorKey(string dataDirectory)
{
    public const string FileName = "operator.key";

    // No dot in it, so that it is never taken for a JWT.
    private const string Prefix = "tributary-operator-";

    private readonly Lazy<byte[]> _hash = new(() => Hash(Read(dataDirectory)), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The key itself, for the commands that run on the server's machine.</summary>
    public static string Read(string dataDirectory) => OwnerOnlyFile.ReadOrCreate(Path.Combine(dataDirectory, FileName), Make).Trim();

    /// <summary>In constant time; of hashes, so that the length tells nothing either.</summary>
    public bool Matches(ReadOnlySpan<char> bearer) =>
        bearer.StartsWith(Prefix, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Hash(bearer), _hash.Value);

    private static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static byte[] Hash(ReadOnlySpan<char> key)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        return SHA256.HashData(utf8.AsSpan(0, Encoding.UTF8.GetBytes(key, utf8)));
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth;

/// <summary>
/// The key of the operator, for those whose issuer gives out no <c>Tributary.Operate</c> role: whoever may read the data directory operates the
/// server. Made when a server starts, so that the operator finds it before the first request, and a damaged file stops the start.
/// </summary>
internal sealed class OperatorKey(string dataDirectory)
{
    public const string FileName = "operator.key";

    // No dot in it, so that it is never taken for a JWT.
    private const string Prefix = "tributary-operator-";

    private const int SecretBytes = 32;

    /// <summary>Of the secret in base64url.</summary>
    private const int SecretLength = 43;

    private readonly Lazy<byte[]> _hash = new(() => Hash(Read(dataDirectory)), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The key itself, for the commands that run on the server's machine.</summary>
    /// <exception cref="InvalidDataException">The file is no key; the message names it and says what to do.</exception>
    public static string Read(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, FileName);
        string key = OwnerOnlyFile.ReadOrCreate(path, Make).Trim();

        // A shortened key would be a weak one, so what is left of one is none.
        return key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length >= Prefix.Length + SecretLength && !key.Any(char.IsWhiteSpace)
            ? key
            : throw new InvalidDataException(
                $"The key file {path} holds no operator key, which is {Prefix} and {SecretLength} characters or more: it is damaged. "
                + "Restore it from a backup, or delete it to have a new key made at its next need.");
    }

    /// <summary>In constant time; of hashes, so that the length tells nothing either.</summary>
    public bool Matches(ReadOnlySpan<char> bearer) =>
        bearer.StartsWith(Prefix, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Hash(bearer), _hash.Value);

    private static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    private static byte[] Hash(ReadOnlySpan<char> key)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetMaxByteCount(key.Length)];
        return SHA256.HashData(utf8.AsSpan(0, Encoding.UTF8.GetBytes(key, utf8)));
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// What a program sends as <c>X-IDENTITY-HEADER</c>: <c>identity.key</c> in the data directory, for its owner only, made when a server starts that answers to it.
/// </summary>
internal sealed class ManagedIdentitySecret(string dataDirectory)
{
    public const string FileName = "identity.key";

    private const int SecretBytes = 32;

    private readonly Lazy<string> _secret = new(() => Read(dataDirectory), LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="InvalidDataException">The file is no key; the message names it and says what to do.</exception>
    public static string Read(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, FileName);
        string secret = OwnerOnlyFile.ReadOrCreate(path, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))).Trim();
        return secret.Length >= Base64Url.GetEncodedLength(SecretBytes) && Base64Url.IsValid(secret)
            ? secret
            : throw new InvalidDataException(
                $"The key file {path} holds no secret of managed identities: it is damaged. Delete it to have a new one made; programs that run have to be told the new one.");
    }

    /// <summary>Reads the secret if there is one, so that a damaged file stops the start and not, much later, a request.</summary>
    /// <exception cref="InvalidDataException">As from <see cref="Read"/>.</exception>
    public static void CheckIfMade(string dataDirectory)
    {
        if (Path.Exists(Path.Combine(dataDirectory, FileName)))
        {
            Read(dataDirectory);
        }
    }

    /// <summary>The environment by which a program finds its managed identity in App Service, and here.</summary>
    /// <param name="server">The plain address of the server on this machine.</param>
    public IReadOnlyDictionary<string, string> VariablesFor(Uri server) => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = server.GetLeftPart(UriPartial.Authority) + ManagedIdentityEndpoints.AppServicePath,
        ["IDENTITY_HEADER"] = _secret.Value,
    };

    public bool Matches(string header) => SecretHash.AreEqual(header, _secret.Value);
}

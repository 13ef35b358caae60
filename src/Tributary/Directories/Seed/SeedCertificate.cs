using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.Directories.Seed;

/// <summary>A certificate by which an application proves itself: whole, or by its thumbprint, when the application has to send it along (<c>x5c</c>).</summary>
internal static class SeedCertificate
{
    public static bool IsWellFormed(string text)
    {
        if (IsThumbprint(text))
        {
            return true;
        }

        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(text);
            using RSA? key = certificate.GetRSAPublicKey();
            return key is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The certificate if it is whole; null for a thumbprint.</summary>
    public static X509Certificate2? ReadOrNull(string text) => IsThumbprint(text) ? null : X509Certificate2.CreateFromPem(text);

    /// <summary>Whether a thumbprint of the file is that of <paramref name="certificate"/>.</summary>
    public static bool IsThumbprintOf(string text, X509Certificate2 certificate) => IsThumbprint(text)
        && text.Equals(certificate.GetCertHashString(text.Length == 40 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256), StringComparison.OrdinalIgnoreCase);

    private static bool IsThumbprint(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);
}

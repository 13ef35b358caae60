using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Running;

/// <summary>
/// A PKCS #12 file of trusted roots as Java reads it. Java takes a certificate in such a file for a root only if it has an attribute of Oracle's that names what
/// it is trusted for; <c>keytool</c> writes it, other tools do not.
/// </summary>
internal static class JavaTrustStore
{
    /// <summary>Nothing in the file is secret; Java wants a password to check the file with.</summary>
    public const string Password = "changeit";

    private const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
    private const string AnyExtendedKeyUsage = "2.5.29.37.0";
    private const string FriendlyName = "1.2.840.113549.1.9.20";
    private const int MacIterations = 10_000;

    public static byte[] Make(X509Certificate2Collection system, X509Certificate2Collection own)
    {
        var contents = new Pkcs12SafeContents();
        int number = 0;
        foreach (X509Certificate2 certificate in system)
        {
            Add(contents, certificate, $"system-{++number}");
        }

        foreach (X509Certificate2 certificate in own)
        {
            Add(contents, certificate, $"tributary-{++number}");
        }

        var builder = new Pkcs12Builder();
        builder.AddSafeContentsUnencrypted(contents);
        builder.SealWithMac(Password, HashAlgorithmName.SHA256, MacIterations);
        return builder.Encode();
    }

    private static void Add(Pkcs12SafeContents contents, X509Certificate2 certificate, string alias)
    {
        Pkcs12CertBag bag = contents.AddCertificate(certificate);
        bag.Attributes.Add(new CryptographicAttributeObject(new Oid(TrustedKeyUsage), [new AsnEncodedData(TrustedKeyUsage, Oid(AnyExtendedKeyUsage))]));
        bag.Attributes.Add(new CryptographicAttributeObject(new Oid(FriendlyName), [new AsnEncodedData(FriendlyName, BmpString(alias))]));
    }

    private static byte[] Oid(string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(value);
        return writer.Encode();
    }

    private static byte[] BmpString(string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.BMPString, value);
        return writer.Encode();
    }
}

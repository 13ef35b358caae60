using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Certificates;

/// <summary>
/// The extension that binds an authority to names (RFC 5280 4.2.1.10), which .NET neither reads nor writes. Each host is permitted and what lies below it is
/// excluded, so that an authority for the container <c>app</c> is none for everything under the top level domain of that name.
/// </summary>
internal static class NameConstraints
{
    public const string Oid = "2.5.29.30";

    private const int HostBytesLongest = 253;

    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Excluded = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    /// <summary>Critical: who does not understand the constraints must not trust the authority.</summary>
    public static X509Extension Write(IReadOnlyCollection<string> hosts, IReadOnlyCollection<IPAddress> addresses)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Permitted))
            {
                foreach (string host in hosts)
                {
                    WriteDns(writer, host);
                }

                foreach (IPAddress address in addresses)
                {
                    byte[] bytes = address.GetAddressBytes();
                    using (writer.PushSequence())
                    {
                        // The address, and a mask of the same length that leaves nothing open.
                        writer.WriteOctetString([.. bytes, .. Enumerable.Repeat((byte)0xFF, bytes.Length)], IpAddress);
                    }
                }
            }

            string[] below = [.. hosts.Select(host => "." + host).Where(suffix => !hosts.Any(host => host.EndsWith(suffix, StringComparison.Ordinal)))];
            if (below.Length > 0)
            {
                using (writer.PushSequence(Excluded))
                {
                    foreach (string suffix in below)
                    {
                        WriteDns(writer, suffix);
                    }
                }
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>The hosts that a certificate's constraints permit; null when it has none, or others than <see cref="Write"/> makes.</summary>
    public static IReadOnlyList<string>? ReadHostsOrNull(X509Certificate2 certificate)
    {
        if (certificate.Extensions[Oid] is not { } extension)
        {
            return null;
        }

        try
        {
            List<string> hosts = [];
            AsnReader permitted = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence(Permitted);
            while (permitted.HasData)
            {
                AsnReader subtree = permitted.ReadSequence();
                if (subtree.PeekTag() == DnsName)
                {
                    hosts.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, DnsName));
                }
            }

            // The same names, written anew, must give the same bytes: then nothing else is permitted.
            bool isOurs = hosts.All(host => host.Length <= HostBytesLongest)
                && extension.Critical
                && Write(hosts, CertifiedNames.Addresses).RawData.AsSpan().SequenceEqual(extension.RawData);
            return isOurs ? hosts : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static void WriteDns(AsnWriter writer, string name)
    {
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tributary.TakeOver.Certificates;

/// <summary>
/// A certificate authority of one data directory. Programs are told to trust it, so it is held short: for a year, for servers only, for exactly its
/// <see cref="Names"/>, and its key never leaves the data directory.
/// </summary>
internal sealed class LocalAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const int SerialBytes = 16;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <summary>Of server certificates, from first to last second.</summary>
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(90);

    /// <summary>Clocks of containers and of this machine may differ a little.</summary>
    private static readonly TimeSpan BeforeNow = TimeSpan.FromMinutes(5);

    /// <summary>Shorter than this, no server certificate of a useful life can be made any more.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromDays(7);

    private LocalAuthority(X509Certificate2 certificate, CertifiedNames names)
    {
        Certificate = certificate;
        Names = names;
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public CertifiedNames Names { get; }

    /// <summary>By which trust stores call it: the same for every authority of one data directory, so that what was trusted can be found and removed.</summary>
    public static string CommonName(string dataDirectory) =>
        $"Tributary local CA {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataDirectory))))[..8]}";

    public static LocalAuthority Make(string commonName, CertifiedNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("Tributary");
        name.AddCommonName(commonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.Write(names.All, CertifiedNames.Addresses));
        return new LocalAuthority(request.CreateSelfSigned(now - BeforeNow, now - BeforeNow + Life), names);
    }

    /// <summary>Null for what is no authority as <see cref="Make"/> makes them, whatever else it may be.</summary>
    public static LocalAuthority? ReadOrNull(string pem, string commonName)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }

        bool isBound = certificate.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault()
                is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0, Critical: true }
            && certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == commonName
            && certificate.NotAfter - certificate.NotBefore <= Life;
        if (isBound && NameConstraints.ReadHostsOrNull(certificate) is { } hosts)
        {
            return new LocalAuthority(certificate, CertifiedNames.Read(hosts));
        }

        certificate.Dispose();
        return null;
    }

    /// <summary>Whether it can still certify; else another must take its place, and be trusted anew.</summary>
    public bool IsFit(DateTimeOffset now) => now >= Certificate.NotBefore && now <= Certificate.NotAfter - ShortestRest;

    /// <summary>A certificate for a server of these names with a key of its own.</summary>
    /// <exception cref="ArgumentException">The authority may not certify one of them.</exception>
    public X509Certificate2 Issue(IReadOnlyCollection<string> hosts, bool withAddresses, DateTimeOffset now)
    {
        if (hosts.FirstOrDefault(host => !Names.All.Contains(host)) is { } foreign)
        {
            throw new ArgumentException($"The authority may not certify {foreign}.", nameof(hosts));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts.First()}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            names.AddDnsName(host);
        }

        foreach (System.Net.IPAddress address in withAddresses ? CertifiedNames.Addresses : [])
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        DateTimeOffset begin = Later(now - BeforeNow, Certificate.NotBefore);
        DateTimeOffset end = Earlier(begin + ServerLife, Certificate.NotAfter);
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        using X509Certificate2 certificate = request.Create(Certificate, begin, end, serial);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>The certificate and its key; for the data directory only.</summary>
    public string ExportPemWithKey() => ExportPemWithKey(Certificate);

    public static string ExportPemWithKey(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    public void Dispose() => Certificate.Dispose();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

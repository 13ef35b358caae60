using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Auth;
using Tributary.ConformanceTests.Durability;
using Tributary.TakeOver.Certificates;

namespace Tributary.ConformanceTests.TakeOver;

/// <summary>The certificates held to OpenSSL, by which curl, Python, Node.js, Ruby and PHP verify.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly DataFolder _data = new();
    private readonly CertificateSet _set;
    private readonly CertificateFolder _folder;

    public OpenSslTests()
    {
        Programs.Need("openssl");
        _folder = new CertificateFolder(_data.Path);
        _set = _folder.Ensure(_ => CertifiedNames.Of(["app"], NationalCloud.All), DateTimeOffset.UtcNow);
    }

    public void Dispose()
    {
        _set.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task The_servers_certificates_are_good_for_every_name_that_they_are_for()
    {
        foreach (string host in _set.Authority.Names.LocalHosts)
        {
            await VerifyAsync(_set.Local!, null, "-verify_hostname", host);
        }

        await VerifyAsync(_set.Local!, null, "-verify_ip", "127.0.0.1");
        await VerifyAsync(_set.Local!, null, "-verify_ip", "::1");
        foreach (string host in _set.Authority.Names.CloudHosts)
        {
            await VerifyAsync(_set.Cloud!, null, "-verify_hostname", host);
        }

        await VerifyAsync(_set.Local!, "hostname mismatch", "-verify_hostname", "graph.microsoft.com");
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("graph.microsoft.us", true)]
    [InlineData("example.com", false)]
    [InlineData("microsoft.com", false)]
    [InlineData("www.graph.microsoft.com", false)]
    [InlineData("x.app", false)]
    public async Task A_certificate_that_somebody_makes_with_its_key_is_good_for_its_names_only(string host, bool good)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions = { names.Build(), KeyOf(_set.Authority.Certificate) },
        };
        using X509Certificate2 forged = request.Create(_set.Authority.Certificate, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);

        await VerifyAsync(forged, good ? null : "subtree violation");
    }

    [Fact]
    public async Task An_authority_below_it_is_none()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=below", key, HashAlgorithmName.SHA256)
        {
            CertificateExtensions = { X509BasicConstraintsExtension.CreateForCertificateAuthority(), new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true), KeyOf(_set.Authority.Certificate) },
        };
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 below = request.Create(_set.Authority.Certificate, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        using X509Certificate2 withKey = below.CopyWithPrivateKey(key);
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var server = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build(), KeyOf(below) } };
        using X509Certificate2 certificate = server.Create(withKey, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1), [2]);
        string chain = Path.Combine(_data.Path, "below.pem");
        await File.WriteAllTextAsync(chain, below.ExportCertificatePem());

        await VerifyAsync(certificate, "path length constraint exceeded", "-untrusted", chain);
    }

    private static X509AuthorityKeyIdentifierExtension KeyOf(X509Certificate2 issuer) =>
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false);

    /// <param name="reason">Why it must fail; null when it must not.</param>
    private async Task VerifyAsync(X509Certificate2 certificate, string? reason, params string[] options)
    {
        string file = Path.Combine(_data.Path, "leaf.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        (int exitCode, string output, string error) = await Programs.RunAsync(
            "openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-no-CApath", "-no-CAstore", "-CAfile", _folder.AuthorityFile, .. options, file]);
        Assert.True((exitCode == 0) == reason is null, $"{string.Join(' ', options)}: {output}{error}");
        Assert.Contains(reason ?? "", output + error, StringComparison.Ordinal);
    }
}

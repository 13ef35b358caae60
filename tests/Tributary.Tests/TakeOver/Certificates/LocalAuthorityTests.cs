using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.Auth;
using Tributary.TakeOver.Certificates;

namespace Tributary.Tests.TakeOver.Certificates;

/// <summary>Held to .NET's own verification; OpenSSL's is in the conformance tests.</summary>
public sealed class LocalAuthorityTests : IDisposable
{
    private const string Name = "Tributary local CA 01234567";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly LocalAuthority _authority = LocalAuthority.Make(Name, CertifiedNames.Of(["app"], [NationalCloud.Global]), Now);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void It_is_for_servers_only_ends_within_a_year_and_makes_no_further_authority()
    {
        X509Certificate2 certificate = _authority.Certificate;

        Assert.True(certificate.NotAfter - certificate.NotBefore <= TimeSpan.FromDays(365));
        X509BasicConstraintsExtension basic = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(basic is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>()).Value);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
    }

    [Fact]
    public void Its_server_certificates_verify_and_live_ninety_days_at_most()
    {
        using X509Certificate2 certificate = _authority.Issue(_authority.Names.LocalHosts, withAddresses: true, Now);

        Assert.Equal(X509ChainStatusFlags.NoError, Verify(certificate));
        Assert.True(certificate.NotAfter - certificate.NotBefore <= TimeSpan.FromDays(90));
        X509SubjectAlternativeNameExtension names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["localhost", "app"], names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], names.EnumerateIPAddresses());
    }

    [Fact]
    public void No_server_certificate_outlives_it()
    {
        using X509Certificate2 certificate = _authority.Issue(["localhost"], withAddresses: false, Now.AddDays(350));

        Assert.Equal(_authority.Certificate.NotAfter, certificate.NotAfter);
    }

    [Fact]
    public void It_refuses_to_certify_other_names() => Assert.Throws<ArgumentException>(() => _authority.Issue(["localhost", "example.com"], withAddresses: false, Now));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("app", true)]
    [InlineData("graph.microsoft.com", true)]
    [InlineData("sts.windows.net", true)]
    [InlineData("example.com", false)]
    [InlineData("microsoft.com", false)]
    [InlineData("www.graph.microsoft.com", false)]
    [InlineData("x.app", false)]
    [InlineData("outlook.com", false)]
    public void Whoever_has_its_key_can_pose_as_its_names_and_no_other(string host, bool permitted)
    {
        using X509Certificate2 certificate = Forge(names => names.AddDnsName(host));

        Assert.Equal(permitted, Verify(certificate) == X509ChainStatusFlags.NoError);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("127.0.0.2", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::2", false)]
    public void Nor_as_another_address(string address, bool permitted)
    {
        using X509Certificate2 certificate = Forge(names => names.AddIpAddress(IPAddress.Parse(address)));

        Assert.Equal(permitted, Verify(certificate) == X509ChainStatusFlags.NoError);
    }

    [Fact]
    public void It_is_read_back_by_its_owner_and_by_nobody_else()
    {
        string pem = _authority.ExportPemWithKey();
        using LocalAuthority? read = LocalAuthority.ReadOrNull(pem, Name);

        Assert.Equal(_authority.Names, read!.Names);
        Assert.Null(LocalAuthority.ReadOrNull(pem, Name + "8"));
        Assert.Null(LocalAuthority.ReadOrNull(pem[..(pem.Length / 2)], Name));
        Assert.Null(LocalAuthority.ReadOrNull("", Name));
        using X509Certificate2 server = _authority.Issue(["localhost"], withAddresses: false, Now);
        Assert.Null(LocalAuthority.ReadOrNull(LocalAuthority.ExportPemWithKey(server), Name));
    }

    [Fact]
    public void It_is_fit_until_a_week_before_its_end()
    {
        DateTimeOffset end = _authority.Certificate.NotAfter;

        Assert.True(_authority.IsFit(Now));
        Assert.True(_authority.IsFit(end.AddDays(-7)));
        Assert.False(_authority.IsFit(end.AddDays(-7).AddSeconds(1)));
        Assert.False(_authority.IsFit(Now.AddDays(-1)));
    }

    /// <summary>What somebody makes who has the key and goes by no rule of ours.</summary>
    private X509Certificate2 Forge(Action<SubjectAlternativeNameBuilder> add)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        add(names);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(_authority.Certificate, Now, Now.AddDays(1), [1, 2, 3]);
    }

    private X509ChainStatusFlags Verify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.AddMinutes(1).DateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.Build(certificate);
        return chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
    }
}

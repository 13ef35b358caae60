using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.TakeOver.Certificates;

namespace Tributary.Tests.TakeOver.Certificates;

public sealed class NameConstraintsTests
{
    [Fact]
    public void What_is_written_is_read_back_and_is_critical()
    {
        X509Extension extension = NameConstraints.Write(["localhost", "a.example"], CertifiedNames.Addresses);
        using X509Certificate2 certificate = With(extension);

        Assert.True(extension.Critical);
        Assert.Equal(["localhost", "a.example"], NameConstraints.ReadHostsOrNull(certificate));
    }

    [Fact]
    public void A_host_below_another_is_not_shut_out_by_it()
    {
        byte[] below = NameConstraints.Write(["a.example", "b.a.example"], CertifiedNames.Addresses).RawData;

        Assert.Equal(-1, below.AsSpan().IndexOf("\u0082\u000a.a.example"u8));
        Assert.NotEqual(-1, below.AsSpan().IndexOf(".b.a.example"u8));
    }

    [Fact]
    public void Constraints_that_are_not_ours_are_none()
    {
        byte[] ours = NameConstraints.Write(["localhost"], CertifiedNames.Addresses).RawData;
        foreach (X509Extension foreign in (X509Extension[])
        [
            new(NameConstraints.Oid, ours, critical: false),
            NameConstraints.Write(["localhost"], [IPAddress.Any]),
            NameConstraints.Write(["localhost"], []),
            new(NameConstraints.Oid, ours[..^1], critical: true),
            new(NameConstraints.Oid, [0x30, 0x00], critical: true),
        ])
        {
            using X509Certificate2 certificate = With(foreign);
            Assert.Null(NameConstraints.ReadHostsOrNull(certificate));
        }

        using X509Certificate2 without = With(new X509KeyUsageExtension(X509KeyUsageFlags.None, critical: false));
        Assert.Null(NameConstraints.ReadHostsOrNull(without));
    }

    private static X509Certificate2 With(X509Extension extension)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
    }
}

using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tributary.Auth;
using Tributary.TakeOver;
using Tributary.TakeOver.Certificates;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.TakeOver.Certificates;

public sealed class ServerCertificatesTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-certs-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("graph.microsoft.com", "graph.microsoft.com")]
    [InlineData("LOGIN.microsoftonline.com", "graph.microsoft.com")]
    [InlineData("sts.windows.net", "graph.microsoft.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("example.com", "localhost")]
    [InlineData(null, "localhost")]
    public void The_clouds_certificate_is_shown_to_those_who_ask_for_its_hosts(string? name, string subject)
    {
        using ServerCertificates certificates = Create(new TakenOverHosts(NationalCloud.Global, withLogin: true));

        Assert.Equal(subject, certificates.Select(name).GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    [Fact]
    public void It_is_shown_to_nobody_while_the_hosts_are_not_taken_over()
    {
        Create(new TakenOverHosts(NationalCloud.Global, withLogin: true)).Dispose();
        using ServerCertificates certificates = Create(null);

        Assert.Equal("localhost", certificates.Select("graph.microsoft.com").GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    [Fact]
    public async Task A_server_that_runs_for_months_renews_in_time()
    {
        using ServerCertificates certificates = Create(null);
        string first = certificates.Select(null).Thumbprint;
        await certificates.StartAsync(CancellationToken.None);

        _time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(first, certificates.Select(null).Thumbprint);
        await Eventually.IsTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromHours(12));
                return Task.FromResult(certificates.Select(null).Thumbprint != first);
            },
            "The certificate is renewed");

        Assert.True(certificates.Select(null).NotAfter > _time.GetUtcNow());
        await certificates.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void What_somebody_made_meanwhile_is_taken_up()
    {
        using ServerCertificates certificates = Create(null);
        using CertificateSet made = new CertificateFolder(_data).Ensure(_ => CertifiedNames.Of(["app"], []), _time.GetUtcNow());

        certificates.Refresh();

        Assert.Equal(made.Local!.Thumbprint, certificates.Select("app").Thumbprint);
    }

    [Fact]
    public void What_cannot_be_renewed_stays_in_use()
    {
        using ServerCertificates certificates = Create(null);
        string first = certificates.Select(null).Thumbprint;
        Directory.Delete(certificates.Folder.Path, recursive: true);
        File.WriteAllText(certificates.Folder.Path, "in the way");

        certificates.Refresh();

        Assert.Equal(first, certificates.Select(null).Thumbprint);
    }

    [Fact]
    public void Taking_over_a_cloud_widens_an_authority_that_lacks_it_and_keeps_its_other_names()
    {
        new CertificateFolder(_data).Ensure(_ => CertifiedNames.Of(["app"], []), _time.GetUtcNow()).Dispose();
        using ServerCertificates certificates = Create(new TakenOverHosts(NationalCloud.China, withLogin: true));

        Assert.Equal(CertifiedNames.Of(["app"], [NationalCloud.China]), certificates.Current.Authority.Names);
    }

    private ServerCertificates Create(TakenOverHosts? hosts) => new(new CertificateFolder(_data), hosts, _time, NullLogger<ServerCertificates>.Instance);
}

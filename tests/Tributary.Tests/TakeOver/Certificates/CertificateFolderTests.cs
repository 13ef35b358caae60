using System.Security.Cryptography.X509Certificates;
using Tributary.Auth;
using Tributary.TakeOver.Certificates;

namespace Tributary.Tests.TakeOver.Certificates;

public sealed class CertificateFolderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _data = Directory.CreateTempSubdirectory("tributary-certs-").FullName;

    private CertificateFolder Folder => new(_data);

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Keys_are_readable_by_their_owner_only_and_the_public_file_has_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using CertificateSet set = Ensure(Now);

        if (!OperatingSystem.IsWindows())
        {
            foreach (string name in (string[])["ca.key", "local.key", "cloud.key"])
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder.Path, name)));
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder.Path));
        }

        Assert.DoesNotContain("PRIVATE", File.ReadAllText(Folder.AuthorityFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca.key")]
    [InlineData("local.key")]
    [InlineData("cloud.key")]
    public void A_key_that_somebody_opened_to_others_is_refused_and_left_as_it_is(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        Ensure(Now).Dispose();
        string key = Path.Combine(Folder.Path, name);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.OtherRead;
            File.SetUnixFileMode(key, open);

            Assert.StartsWith($"The key file {key} may be read or written by other users (mode 404)", Assert.Throws<InvalidDataException>(() => Ensure(Now)).Message, StringComparison.Ordinal);
            Assert.Equal(open, File.GetUnixFileMode(key));
        }
    }

    [Fact]
    public void What_fits_is_kept()
    {
        using CertificateSet first = Ensure(Now);
        using CertificateSet second = Ensure(Now.AddDays(59));

        Assert.True(first.IsNewAuthority);
        Assert.False(second.IsNewAuthority);
        Assert.Equal(Prints(first), Prints(second));
    }

    [Fact]
    public void Server_certificates_are_renewed_thirty_days_before_their_end_under_the_same_authority()
    {
        using CertificateSet first = Ensure(Now);
        DateTimeOffset end = first.Local!.NotAfter;
        using CertificateSet before = Ensure(end.AddDays(-30));
        using CertificateSet after = Ensure(end.AddDays(-30).AddSeconds(1));

        Assert.Equal(first.Local.Thumbprint, before.Local!.Thumbprint);
        Assert.NotEqual(first.Local.Thumbprint, after.Local!.Thumbprint);
        Assert.NotEqual(first.Cloud!.Thumbprint, after.Cloud!.Thumbprint);
        Assert.Equal(first.Authority.Certificate.Thumbprint, after.Authority.Certificate.Thumbprint);
    }

    [Fact]
    public void An_authority_that_nears_its_end_is_made_anew_and_so_is_what_it_certified()
    {
        using CertificateSet first = Ensure(Now);
        using CertificateSet last = Ensure(((DateTimeOffset)first.Authority.Certificate.NotAfter).AddDays(-6));

        Assert.True(last.IsNewAuthority);
        Assert.Empty(Prints(first).Intersect(Prints(last)));
        Assert.Equal(first.Authority.Names, last.Authority.Names);
    }

    [Fact]
    public void An_authority_for_other_names_is_made_anew()
    {
        using CertificateSet first = Ensure(Now);
        using CertificateSet wider = Folder.Ensure(_ => CertifiedNames.Of(["app"], [NationalCloud.Global]), Now);
        using CertificateSet narrower = Folder.Ensure(_ => CertifiedNames.Of([], []), Now);

        Assert.True(wider.IsNewAuthority && narrower.IsNewAuthority);
        Assert.Equal(["localhost", "app"], wider.Local!.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
        Assert.Null(narrower.Cloud);
        Assert.False(File.Exists(Path.Combine(Folder.Path, "cloud.key")));
    }

    [Theory]
    [InlineData("ca.key", true)]
    [InlineData("local.key", false)]
    [InlineData("cloud.key", false)]
    public void A_damaged_file_is_made_anew(string name, bool isAuthority)
    {
        using CertificateSet first = Ensure(Now);
        string file = Path.Combine(Folder.Path, name);
        File.WriteAllText(file, File.ReadAllText(file)[..100]);
        using CertificateSet second = Ensure(Now);

        Assert.Equal(isAuthority, second.IsNewAuthority);
        Assert.Equal(isAuthority ? 3 : 1, Prints(first).Except(Prints(second)).Count());
    }

    [Fact]
    public void A_certificate_of_another_authority_is_made_anew()
    {
        using CertificateSet first = Ensure(Now);
        using LocalAuthority other = LocalAuthority.Make(Folder.CommonName, CertifiedNames.Default, Now);
        using X509Certificate2 foreign = other.Issue(["localhost"], withAddresses: true, Now);
        File.WriteAllText(Path.Combine(Folder.Path, "local.key"), LocalAuthority.ExportPemWithKey(foreign));
        using CertificateSet second = Ensure(Now);

        Assert.NotEqual(foreign.Thumbprint, second.Local!.Thumbprint);
        Assert.Equal(first.Authority.Certificate.Thumbprint, second.Authority.Certificate.Thumbprint);
    }

    [Fact]
    public void Authorities_of_two_directories_have_two_names_and_of_one_directory_one()
    {
        Assert.Equal(Folder.CommonName, new CertificateFolder(Path.Combine(_data, "x", "..")).CommonName);
        Assert.NotEqual(Folder.CommonName, new CertificateFolder(Path.Combine(_data, "x")).CommonName);
    }

    [Fact]
    public void Reading_changes_nothing_and_removing_leaves_nothing()
    {
        Assert.Null(Folder.ReadOrNull());
        Assert.False(Directory.Exists(Folder.Path));
        Assert.False(Folder.Remove());
        Ensure(Now).Dispose();
        using (CertificateSet? read = Folder.ReadOrNull())
        {
            Assert.Equal(CertifiedNames.Default, read!.Authority.Names);
        }

        Assert.True(Folder.Remove());
        Assert.False(Folder.Exists);
    }

    private CertificateSet Ensure(DateTimeOffset now) => Folder.Ensure(existing => existing ?? CertifiedNames.Default, now);

    private static string[] Prints(CertificateSet set) => [set.Authority.Certificate.Thumbprint, set.Local!.Thumbprint, set.Cloud!.Thumbprint];
}

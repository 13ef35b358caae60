using System.Security.Cryptography.X509Certificates;
using Tributary.Auth;

namespace Tributary.TakeOver.Certificates;

/// <summary>
/// The folder <c>certs</c> of a data directory: <c>ca.key</c>, <c>local.key</c> and <c>cloud.key</c> hold a certificate with its key, each readable by its owner
/// only; <c>ca.pem</c> is the authority's certificate alone, for those who are to trust it. What does not fit, by names, time or damage, is made anew.
/// </summary>
internal sealed class CertificateFolder(string dataDirectory)
{
    private const string AuthorityKey = "ca.key";
    private const string LocalKey = "local.key";
    private const string CloudKey = "cloud.key";

    /// <summary>As it was said.</summary>
    public string DataDirectory => dataDirectory;

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataDirectory), "certs");

    /// <summary>The certificate to trust.</summary>
    public string AuthorityFile => In("ca.pem");

    public string CommonName { get; } = LocalAuthority.CommonName(dataDirectory);

    public bool Exists => File.Exists(In(AuthorityKey));

    /// <summary>What is there and of which the authority is whole; null when there is none. Changes nothing.</summary>
    public CertificateSet? ReadOrNull()
    {
        if (ReadAuthorityOrNull() is not { } authority)
        {
            return null;
        }

        X509Certificate2? local = ReadServerOrNull(LocalKey);
        return new CertificateSet(authority, local, ReadServerOrNull(CloudKey), IsNewAuthority: false);
    }

    /// <summary>Makes what lacks, does not fit or is soon to expire.</summary>
    /// <param name="wanted">What the authority is to certify, given what it does now; null when there is none.</param>
    /// <param name="now">By the clock of the machine: those who verify go by theirs.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public CertificateSet Ensure(Func<CertifiedNames?, CertifiedNames> wanted, DateTimeOffset now)
    {
        CreateFolder();
        LocalAuthority? authority = ReadAuthorityOrNull();
        CertifiedNames names = wanted(authority?.Names);
        bool isNew = authority is null || !authority.IsFit(now) || !authority.Names.Equals(names);
        if (isNew)
        {
            authority?.Dispose();
            authority = LocalAuthority.Make(CommonName, names, now);
            Replace(AuthorityKey, authority.ExportPemWithKey());
        }

        string certificate = authority!.Certificate.ExportCertificatePem() + "\n";
        if (isNew || !File.Exists(AuthorityFile) || File.ReadAllText(AuthorityFile) != certificate)
        {
            WritePublic(certificate);
        }

        return new CertificateSet(
            authority,
            EnsureServer(LocalKey, authority, names.LocalHosts, withAddresses: true, now),
            names.Clouds.Count == 0 ? RemoveServer(CloudKey) : EnsureServer(CloudKey, authority, names.CloudHosts, withAddresses: false, now),
            isNew);
    }

    /// <summary>Removes authority and certificates; whether there was anything.</summary>
    public bool Remove()
    {
        if (!Directory.Exists(Path))
        {
            return false;
        }

        Directory.Delete(Path, recursive: true);
        return true;
    }

    private LocalAuthority? ReadAuthorityOrNull() => Exists ? LocalAuthority.ReadOrNull(ReadKey(AuthorityKey), CommonName) : null;

    private X509Certificate2? ReadServerOrNull(string name) => File.Exists(In(name)) ? ServerCertificate.ReadOrNull(ReadKey(name)) : null;

    private X509Certificate2 EnsureServer(string name, LocalAuthority authority, IReadOnlyList<string> hosts, bool withAddresses, DateTimeOffset now)
    {
        if (ReadServerOrNull(name) is { } certificate)
        {
            if (ServerCertificate.Fits(certificate, authority, hosts, now))
            {
                return certificate;
            }

            certificate.Dispose();
        }

        using X509Certificate2 made = authority.Issue(hosts, withAddresses, now);
        Replace(name, LocalAuthority.ExportPemWithKey(made));
        return ReadServerOrNull(name) ?? throw new InvalidDataException($"{In(name)} was written and cannot be read back.");
    }

    private X509Certificate2? RemoveServer(string name)
    {
        File.Delete(In(name));
        return null;
    }

    /// <summary>Empty, and so no key, when the file has gone meanwhile.</summary>
    private string ReadKey(string name) => OwnerOnlyFile.ReadOrNull(In(name)) ?? "";

    /// <summary>Whoever dies between the two steps leaves nothing, and nothing is made anew.</summary>
    private void Replace(string name, string text)
    {
        File.Delete(In(name));
        OwnerOnlyFile.ReadOrCreate(In(name), () => text);
    }

    private void WritePublic(string text)
    {
        string temporary = $"{AuthorityFile}.{Guid.NewGuid():N}.new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, AuthorityFile, overwrite: true);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            // The data directory may not be there yet; a parent that is made along the way would be open to others.
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, OwnerOnly);
            Directory.CreateDirectory(Path, OwnerOnly);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>What a <see cref="CertificateFolder"/> holds.</summary>
/// <param name="Local">For this machine and containers; null when its file lacks or is damaged, which <see cref="CertificateFolder.Ensure"/> does not leave so.</param>
/// <param name="Cloud">For the hosts of clouds; null when the authority is for none.</param>
/// <param name="IsNewAuthority">Whether the authority was made just now, so that nobody trusts it yet.</param>
internal sealed record CertificateSet(LocalAuthority Authority, X509Certificate2? Local, X509Certificate2? Cloud, bool IsNewAuthority) : IDisposable
{
    public void Dispose()
    {
        Authority.Dispose();
        Local?.Dispose();
        Cloud?.Dispose();
    }
}

using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Running;

/// <summary>
/// Files that a program is pointed to, in a directory that only this user may enter and that is removed at the end. All of them are public knowledge: the keys
/// stay in the data directory.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    /// <summary>Where distributions keep the roots that they trust, in one file.</summary>
    private static readonly string[] SystemBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    private RunFiles(string path) => Path = path;

    public string Path { get; }

    /// <summary>The roots of the system, those that the user's own environment names, and ours: for programs that trust one file and nothing else.</summary>
    public string Bundle => In("roots.pem");

    /// <summary>What Node.js is to trust beside its own roots.</summary>
    public string NodeExtra => In("node.pem");

    /// <summary>The same roots as in <see cref="Bundle"/>, for Java.</summary>
    public string JavaTrustStore => In("roots.p12");

    /// <param name="authorityFile">Our authority's certificate.</param>
    /// <param name="environment">The user's own variables, of which some name files of roots.</param>
    public static RunFiles Create(string authorityFile, Func<string, string?> environment)
    {
        var files = new RunFiles(Directory.CreateTempSubdirectory("tributary-run-").FullName);
        string authority = File.ReadAllText(authorityFile);
        string system = SystemRoots(environment("SSL_CERT_FILE") ?? environment("REQUESTS_CA_BUNDLE") ?? environment("CURL_CA_BUNDLE"));
        File.WriteAllText(files.Bundle, Joined(system, authority));
        File.WriteAllText(files.NodeExtra, Joined(TextOrEmpty(environment("NODE_EXTRA_CA_CERTS")), authority));
        File.WriteAllBytes(files.JavaTrustStore, Running.JavaTrustStore.Make(CertificatesOf(system), CertificatesOf(authority)));
        return files;
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string SystemRoots(string? named)
    {
        if (new[] { named }.Concat(SystemBundles).FirstOrDefault(File.Exists) is { } bundle)
        {
            return TextOrEmpty(bundle);
        }

        // macOS and Windows have a store instead of a file.
        IEnumerable<X509Certificate2> roots = new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine }.SelectMany(location =>
        {
            using var store = new X509Store(StoreName.Root, location, OpenFlags.ReadOnly);
            return store.Certificates.ToArray();
        });
        return string.Join('\n', roots.Select(root => root.ExportCertificatePem()).Distinct());
    }

    private static X509Certificate2Collection CertificatesOf(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }

    private static string TextOrEmpty(string? file)
    {
        try
        {
            return file is null ? "" : File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Joined(string first, string second) => first.Length == 0 || first[^1] == '\n' ? first + second : $"{first}\n{second}";
}

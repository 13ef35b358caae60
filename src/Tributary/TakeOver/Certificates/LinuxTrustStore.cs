using System.Runtime.Versioning;

namespace Tributary.TakeOver.Certificates;

/// <summary>
/// A folder of certificates and a program that makes bundles of it: <c>update-ca-certificates</c> of Debian and Ubuntu, <c>update-ca-trust</c> of Fedora and Red
/// Hat. Both need the right to write there.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LinuxTrustStore(string anchors, string extension, string program, IReadOnlyList<string> arguments) : ITrustStore
{
    public string Effect =>
        $"Every program on this machine that goes by {program} trusts it from then on, for every user, until it is taken back. "
        + "Firefox, Chromium, Node.js and Java have lists of their own.";

    public static LinuxTrustStore? FindOrNull() =>
        Directory.Exists("/usr/local/share/ca-certificates") ? new("/usr/local/share/ca-certificates", ".crt", "update-ca-certificates", [])
        : Directory.Exists("/etc/pki/ca-trust/source/anchors") ? new("/etc/pki/ca-trust/source/anchors", ".pem", "update-ca-trust", ["extract"])
        : null;

    public async Task<string?> TrustAsync(CertificateFolder folder, CancellationToken cancellation)
    {
        string file = FileOf(folder);
        try
        {
            File.Copy(folder.AuthorityFile, file, overwrite: true);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return $"{exception.Message} With the rights for it: sudo cp {folder.AuthorityFile} {file} && sudo {CommandLine}";
        }

        return await SystemCommand.RunAsync(program, arguments, cancellation);
    }

    public async Task<string?> UntrustAsync(CertificateFolder folder, CancellationToken cancellation)
    {
        string file = FileOf(folder);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return $"{exception.Message} With the rights for it: sudo rm {file} && sudo {CommandLine}";
        }

        return await SystemCommand.RunAsync(program, arguments, cancellation);
    }

    private string CommandLine => string.Join(' ', arguments.Prepend(program));

    /// <summary>One for each data directory, so that a new authority takes the place of the one before.</summary>
    private string FileOf(CertificateFolder folder) => Path.Combine(anchors, folder.CommonName.ToLowerInvariant().Replace(' ', '-') + extension);
}

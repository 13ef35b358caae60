using System.CommandLine;
using Tributary.TakeOver.Certificates;

namespace Tributary.Cli;

/// <summary><c>tributary certs trust</c> and <c>untrust</c>: say in plain words what they do, do it as far as the system lets them, and how it is undone.</summary>
internal static class CertsTrust
{
    public static async Task<int> TrustAsync(CertificateFolder folder, ITrustStore? store, InvocationConfiguration console, CancellationToken cancellation)
    {
        using CertificateSet set = folder.Ensure(existing => existing ?? CertifiedNames.Default, DateTimeOffset.UtcNow);
        await console.Output.WriteLineAsync(
            $"""
            This makes the machine trust '{folder.CommonName}' ({folder.AuthorityFile}).
            Whoever has its key, which is in {folder.Path} and readable by you only, can then pose to this machine as:
              {string.Join(", ", set.Authority.Names.All)}
            and as no other host: the certificate itself says so. It ends on {set.Authority.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}.
            {store?.Effect ?? "This system's list of trusted certificates is not known to tributary; nothing is changed."}
            To undo it: tributary certs untrust
            """);
        string? problem = store is null ? "Trust the file with the means of your system." : await store.TrustAsync(folder, cancellation);
        if (problem is null)
        {
            await console.Output.WriteLineAsync("Done.");
            return 0;
        }

        await console.Error.WriteLineAsync(problem);
        await console.Output.WriteLineAsync(TrustAdvice.Text(folder.AuthorityFile));
        return 1;
    }

    public static async Task<int> UntrustAsync(CertificateFolder folder, ITrustStore? store, InvocationConfiguration console, CancellationToken cancellation)
    {
        string? problem = store is null ? $"This system's list of trusted certificates is not known to tributary; remove '{folder.CommonName}' with the means of your system."
            : await store.UntrustAsync(folder, cancellation);
        if (problem is null)
        {
            await console.Output.WriteLineAsync($"This machine does not trust '{folder.CommonName}' any more. Programs that were given {folder.AuthorityFile} themselves still do.");
            return 0;
        }

        await console.Error.WriteLineAsync(problem);
        return 1;
    }
}

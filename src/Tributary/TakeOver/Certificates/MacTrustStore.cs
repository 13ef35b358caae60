namespace Tributary.TakeOver.Certificates;

/// <summary>The login keychain of the user; macOS asks for the password.</summary>
internal sealed class MacTrustStore : ITrustStore
{
    private const string Security = "/usr/bin/security";

    /// <summary>More authorities of one data directory than this were never trusted: each is remade after most of a year.</summary>
    private const int MostRemoved = 100;

    public string Effect => "Safari, Chrome, curl, .NET, Go and whatever else goes by your login keychain trust it from then on, for your user, until it is taken back.";

    public Task<string?> TrustAsync(CertificateFolder folder, CancellationToken cancellation) => SystemCommand.RunAsync(
        Security,
        ["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k", Keychain, folder.AuthorityFile],
        cancellation);

    public async Task<string?> UntrustAsync(CertificateFolder folder, CancellationToken cancellation)
    {
        // Deleting with -t takes the trust settings along. It deletes one at a time and fails when there is none.
        for (int i = 0; i < MostRemoved; i++)
        {
            if (await SystemCommand.RunAsync(Security, ["find-certificate", "-c", folder.CommonName, Keychain], cancellation) is not null)
            {
                return null;
            }

            if (await SystemCommand.RunAsync(Security, ["delete-certificate", "-c", folder.CommonName, "-t", Keychain], cancellation) is { } problem)
            {
                return $"{problem} Remove '{folder.CommonName}' in Keychain Access.";
            }
        }

        return $"There are still certificates called '{folder.CommonName}'; remove them in Keychain Access.";
    }

    private static string Keychain => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Keychains", "login.keychain-db");
}

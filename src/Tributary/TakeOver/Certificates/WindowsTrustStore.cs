using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Certificates;

/// <summary>The trusted roots of the current user; Windows asks whether that is meant.</summary>
internal sealed class WindowsTrustStore : ITrustStore
{
    public string Effect => "Edge, Chrome, .NET, Go, curl and whatever else goes by Windows' trusted roots trust it from then on, for your user, until it is taken back.";

    public Task<string?> TrustAsync(CertificateFolder folder, CancellationToken cancellation) => Task.FromResult(InStore(store =>
    {
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(folder.AuthorityFile);
        Remove(store, folder);
        store.Add(authority);
    }));

    public Task<string?> UntrustAsync(CertificateFolder folder, CancellationToken cancellation) => Task.FromResult(InStore(store => Remove(store, folder)));

    private static void Remove(X509Store store, CertificateFolder folder)
    {
        foreach (X509Certificate2 certificate in store.Certificates.Where(certificate => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == folder.CommonName))
        {
            store.Remove(certificate);
        }
    }

    private static string? InStore(Action<X509Store> change)
    {
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
            change(store);
            return null;
        }
        catch (CryptographicException exception)
        {
            return $"Windows' store was not changed: {exception.Message}";
        }
    }
}

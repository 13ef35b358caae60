namespace Tributary.TakeOver.Certificates;

/// <summary>The certificates that an operating system trusts, as far as a program may change them.</summary>
internal interface ITrustStore
{
    /// <summary>What trusting does to this machine, in plain words.</summary>
    string Effect { get; }

    /// <summary>Null when done; else why not, and what to do.</summary>
    Task<string?> TrustAsync(CertificateFolder folder, CancellationToken cancellation);

    /// <summary>Takes back every authority of this data directory, older ones too. Null when done or when there is none; else why not, and what to do.</summary>
    Task<string?> UntrustAsync(CertificateFolder folder, CancellationToken cancellation);
}

internal static class TrustStores
{
    /// <summary>Null on systems whose store we do not know.</summary>
    public static ITrustStore? OfThisSystem() =>
        OperatingSystem.IsWindows() ? new WindowsTrustStore()
        : OperatingSystem.IsMacOS() ? new MacTrustStore()
        : LinuxTrustStore.FindOrNull();
}

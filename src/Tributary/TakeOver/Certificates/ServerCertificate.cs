using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tributary.TakeOver.Certificates;

/// <summary>A certificate of this server with its key, as TLS takes it on this operating system.</summary>
internal static class ServerCertificate
{
    /// <summary>Before its end, so that a machine that sleeps a while still wakes with a valid one.</summary>
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    /// <summary>Null for what is no certificate with its key.</summary>
    public static X509Certificate2? ReadOrNull(string pem)
    {
        try
        {
            return Usable(X509Certificate2.CreateFromPem(pem, pem));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether the authority made it, for exactly these hosts, and it need not be made anew yet.</summary>
    public static bool Fits(X509Certificate2 certificate, LocalAuthority authority, IReadOnlyCollection<string> hosts, DateTimeOffset now)
    {
        bool isDue = now > certificate.NotAfter - RenewedBefore && certificate.NotAfter < authority.Certificate.NotAfter;
        return now >= certificate.NotBefore && now < certificate.NotAfter && !isDue
            && certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault()?.EnumerateDnsNames().SequenceEqual(hosts) is true
            && IsOf(certificate, authority);
    }

    private static bool IsOf(X509Certificate2 certificate, LocalAuthority authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // The times were looked at already, by the clock that this process goes by.
        chain.ChainPolicy.VerificationTime = certificate.NotBefore.AddSeconds(1);
        return chain.Build(certificate);
    }

    /// <summary>Windows serves TLS with keys of its own store only.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        }
    }
}

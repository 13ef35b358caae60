using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.ConformanceTests.Durability;

namespace Tributary.ConformanceTests.Clients;

/// <summary>The certificate by which a connector proves itself.</summary>
internal static class ConnectorCertificate
{
    /// <summary>With its key, valid for a day before and after now.</summary>
    public static X509Certificate2 Make()
    {
        using RSA key = RSA.Create(2048);
        return new CertificateRequest("CN=connector", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A new one and its key in one file, as the credentials of all languages take it; the file's path.</summary>
    public static async Task<string> WriteAsync(DataFolder data)
    {
        using X509Certificate2 certificate = Make();
        using RSA key = certificate.GetRSAPrivateKey()!;
        string file = Path.Combine(data.Path, "connector.pem");
        await File.WriteAllTextAsync(file, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return file;
    }
}

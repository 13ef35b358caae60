using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tributary.ConformanceTests.Durability;

namespace Tributary.ConformanceTests.Clients;

/// <summary>A connector's key and its certificate in one file, as the credentials of all languages take it.</summary>
internal static class ConnectorCertificate
{
    public static async Task<string> WriteAsync(DataFolder data)
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=connector", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = Path.Combine(data.Path, "connector.pem");
        await File.WriteAllTextAsync(file, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return file;
    }
}

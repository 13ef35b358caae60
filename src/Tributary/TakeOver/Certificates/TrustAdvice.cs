namespace Tributary.TakeOver.Certificates;

/// <summary>What to do so that programs trust the authority, for those that do not ask the operating system, or where it cannot be told.</summary>
internal static class TrustAdvice
{
    public static string Text(string authorityFile) =>
        $"""
        How programs are told to trust {authorityFile}, each for itself:
          Node.js     NODE_EXTRA_CA_CERTS={authorityFile}
          Python      REQUESTS_CA_BUNDLE (requests, azure-identity) or SSL_CERT_FILE (urllib, httpx): a file with the system's roots and this one
          curl        curl --cacert {authorityFile} …, or CURL_CA_BUNDLE
          .NET        Linux: SSL_CERT_FILE with the system's roots and this one; Windows and macOS: the system's store
          Go          Linux: SSL_CERT_FILE with the system's roots and this one; Windows and macOS: the system's store
          Java        keytool -importcert -noprompt -alias tributary -file {authorityFile} -keystore trust.p12 -storepass changeit,
                      then java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit
        Or let tributary set all of it for one program and nothing else: tributary run -- PROGRAM
        """;
}

using Tributary.Auth;

namespace Tributary.TakeOver.Running;

/// <summary>
/// The environment in which a program speaks to this server instead of Microsoft's cloud: each language's own variables for a proxy and for roots. Where a
/// variable replaces what the system trusts, the file holds the system's roots as well.
/// </summary>
internal static class RunEnvironment
{
    private const string LocalNames = "localhost,127.0.0.1,::1";

    /// <param name="server">Where to go.</param>
    /// <param name="files">What to trust.</param>
    /// <param name="environment">The user's own variables.</param>
    public static IReadOnlyDictionary<string, string> Variables(RunningServer server, RunFiles files, Func<string, string?> environment)
    {
        string proxy = server.Proxy.GetLeftPart(UriPartial.Authority);
        Dictionary<string, string> variables = new()
        {
            ["TRIBUTARY_URL"] = server.Url.GetLeftPart(UriPartial.Authority),

            // Programs differ in which letter case they read.
            ["HTTPS_PROXY"] = proxy,
            ["https_proxy"] = proxy,
            ["HTTP_PROXY"] = proxy,
            ["http_proxy"] = proxy,
            ["NO_PROXY"] = LocalNames,
            ["no_proxy"] = LocalNames,

            // OpenSSL, and so Python, Ruby, .NET on Linux; Go reads it too.
            ["SSL_CERT_FILE"] = files.Bundle,
            ["REQUESTS_CA_BUNDLE"] = files.Bundle,
            ["CURL_CA_BUNDLE"] = files.Bundle,

            // From 22.21 and 24.5 on Node.js itself goes by the proxy's variables when this one says so.
            ["NODE_EXTRA_CA_CERTS"] = files.NodeExtra,
            ["NODE_USE_ENV_PROXY"] = "1",
            ["JAVA_TOOL_OPTIONS"] = JavaOptions(server.Proxy, files, environment("JAVA_TOOL_OPTIONS")),
        };
        if (server.HasLogin)
        {
            variables["AZURE_AUTHORITY_HOST"] = NationalCloud.FindOrNull(server.Cloud)!.LoginRoot;
        }

        foreach ((string name, string value) in server.Identity)
        {
            variables[name] = value;
        }

        return variables;
    }

    /// <summary>Ours come last: of an option that is given twice Java takes the last.</summary>
    private static string JavaOptions(Uri proxy, RunFiles files, string? existing)
    {
        string[] options =
        [
            $"-Djavax.net.ssl.trustStore={files.JavaTrustStore}",
            "-Djavax.net.ssl.trustStoreType=PKCS12",
            $"-Djavax.net.ssl.trustStorePassword={JavaTrustStore.Password}",
            $"-Dhttps.proxyHost={proxy.Host}",
            $"-Dhttps.proxyPort={proxy.Port}",
            $"-Dhttp.proxyHost={proxy.Host}",
            $"-Dhttp.proxyPort={proxy.Port}",
            "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
        ];
        return string.Join(' ', string.IsNullOrWhiteSpace(existing) ? options : options.Prepend(existing));
    }
}

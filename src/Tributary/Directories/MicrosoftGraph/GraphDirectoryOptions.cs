using Tributary.Auth;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>Section <c>Directory:Graph</c>: how Microsoft Graph is asked who is in which group.</summary>
internal sealed class GraphDirectoryOptions : ICheckedOptions
{
    public const string Section = "Directory:Graph";

    /// <summary>The application that asks, in each tenant with application permissions of its own; see docs/directory.md.</summary>
    public string? ClientId { get; set; }

    /// <summary>Its secret. From the environment, never from the command line, where everybody on the machine could read it.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A file that holds the secret and nothing else; read again for every token, so that a new secret needs no restart.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>A PEM file of a certificate and its private key, in place of a secret; read again for every token.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Which of Microsoft's clouds (<see cref="NationalCloud"/>): where <see cref="Endpoint"/> and <see cref="Login"/> are unless they are set.</summary>
    public string Cloud { get; set; } = NationalCloud.Global.Name;

    /// <summary>The root of Graph, without its version. Null: the cloud's.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The root of the token issuer. Null: the cloud's.</summary>
    public string? Login { get; set; }

    /// <summary>No answer rests on a membership that was read longer ago; zero asks every time. Up to an hour.</summary>
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much memory remembered memberships may take.</summary>
    public long MaxCacheBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>A user in more groups cannot be answered, as his groups are never cut short.</summary>
    public int MaxGroups { get; set; } = 10_000;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    internal Uri EndpointUri => new(Root(Endpoint, cloud => cloud.GraphRoot));

    internal Uri LoginUri => new(Root(Login, cloud => cloud.LoginRoot));

    /// <summary>Nothing is wrong with what nobody uses.</summary>
    public IEnumerable<string> Problems() => [];

    /// <summary>What is wrong where Graph is the source of a tenant.</summary>
    public IEnumerable<string> ProblemsOfUse()
    {
        if (!GuidText.TryRead(ClientId, out _))
        {
            yield return $"Directory:Graph:ClientId is '{ClientId}'; it must be the GUID of the application that asks Microsoft Graph.";
        }

        string?[] secrets = [ClientSecret, ClientSecretFile, CertificateFile];
        if (secrets.Count(secret => !string.IsNullOrEmpty(secret)) != 1)
        {
            yield return "One of Directory:Graph:ClientSecretFile, Directory:Graph:CertificateFile and (from the environment) Directory:Graph:ClientSecret must be set.";
        }

        foreach ((string name, string? file) in ((string, string?)[])[("ClientSecretFile", ClientSecretFile), ("CertificateFile", CertificateFile)])
        {
            if (!string.IsNullOrEmpty(file) && !File.Exists(file))
            {
                yield return $"Directory:Graph:{name} is '{file}', which is no file that can be read.";
            }
        }

        if (NationalCloud.FindOrNull(Cloud) is null)
        {
            yield return $"Directory:Graph:Cloud is '{Cloud}'; it must be one of {string.Join(", ", NationalCloud.All.Select(cloud => cloud.Name))}.";
        }

        foreach ((string name, string? url) in ((string, string?)[])[("Endpoint", Endpoint), ("Login", Login)])
        {
            if (url is not null && !IsRoot(url))
            {
                yield return $"Directory:Graph:{name} is '{url}'; it must be scheme and host, https (http only for this machine), such as https://graph.microsoft.com.";
            }
        }

        if (MaxStaleness < TimeSpan.Zero || MaxStaleness > TimeSpan.FromHours(1))
        {
            yield return $"Directory:Graph:MaxStaleness is '{MaxStaleness}'; it must be from 00:00:00 to 01:00:00.";
        }

        if (MaxCacheBytes is < 1024 * 1024 or > 16L * 1024 * 1024 * 1024)
        {
            yield return $"Directory:Graph:MaxCacheBytes is {MaxCacheBytes}; it must be from 1048576 (1 MB) to 17179869184 (16 GB).";
        }

        if (MaxGroups is < 1 or > 100_000)
        {
            yield return $"Directory:Graph:MaxGroups is {MaxGroups}; it must be from 1 to 100000.";
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1))
        {
            yield return $"Directory:Graph:Timeout is '{Timeout}'; it must be from 00:00:01 to 00:01:00.";
        }
    }

    private string Root(string? set, Func<NationalCloud, string> ofCloud) =>
        (set ?? ofCloud(NationalCloud.FindOrNull(Cloud) ?? NationalCloud.Global)).TrimEnd('/');

    private static bool IsRoot(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}

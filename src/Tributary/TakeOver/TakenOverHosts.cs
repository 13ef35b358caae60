using Tributary.Auth;

namespace Tributary.TakeOver;

/// <summary>What a host name stands for while it is taken over.</summary>
internal enum HostKind
{
    /// <summary>Not taken over: <c>localhost</c>, a container, anything else.</summary>
    Other,

    /// <summary>Graph's own paths and <c>/oidc/userinfo</c>.</summary>
    Graph,

    /// <summary>The paths of Microsoft Entra ID.</summary>
    Login,

    /// <summary>The address at which machines in Azure ask for their identity, over plain http.</summary>
    InstanceMetadata,
}

/// <summary>The names under which the server answers beside its own. In the container only while take-over is on.</summary>
/// <param name="cloud">Whose names.</param>
/// <param name="withLogin">Whether the development issuer is on; another authority keeps its own names.</param>
internal sealed class TakenOverHosts(NationalCloud cloud, bool withLogin)
{
    public const string InstanceMetadataHost = "169.254.169.254";

    private readonly string[] _login = withLogin ? [.. cloud.LoginHosts, cloud.StsHost] : [];

    public NationalCloud Cloud => cloud;

    public bool HasLogin => withLogin;

    /// <summary>Host names for which there is a certificate.</summary>
    public IReadOnlyList<string> Names => [cloud.GraphHost, .. _login];

    /// <param name="host">Without port; letter case does not matter.</param>
    public HostKind KindOf(string host) =>
        host.Equals(cloud.GraphHost, StringComparison.OrdinalIgnoreCase) ? HostKind.Graph
        : Array.Exists(_login, name => name.Equals(host, StringComparison.OrdinalIgnoreCase)) ? HostKind.Login
        : withLogin && host == InstanceMetadataHost ? HostKind.InstanceMetadata
        : HostKind.Other;

    /// <summary>Whether a request may reach the development issuer by its host: as the real ones, over https, but for the instance metadata.</summary>
    public bool IsIssuersHost(HttpRequest request) => KindOf(request.Host.Host) switch
    {
        HostKind.Graph or HostKind.Login => request.IsHttps,
        HostKind.InstanceMetadata => !request.IsHttps,
        _ => false,
    };
}

using Tributary.Auth;

namespace Tributary.TakeOver;

/// <summary>Section <c>TakeOver</c>: answering under the host names of Microsoft's cloud, for programs on this machine that know no other.</summary>
internal sealed class TakeOverOptions : ICheckedOptions
{
    public const string Section = "TakeOver";

    private const int LargestPort = 65535;

    /// <summary><c>--take-over</c>: answers as the hosts of <see cref="Cloud"/>, over https with certificates of the local authority.</summary>
    public bool Enabled { get; set; }

    /// <summary>A name of <see cref="NationalCloud.All"/>. Default <c>Global</c>.</summary>
    public string Cloud { get; set; } = NationalCloud.Global.Name;

    /// <summary>
    /// <c>--proxy PORT</c>: where a proxy listens, on 127.0.0.1 only, that ends TLS for the hosts that are taken over. Null: there is none. 0: any free port.
    /// </summary>
    public int? ProxyPort { get; set; }

    /// <summary>Lets the proxy connect to other hosts, on the ports 443 and 80; without, it refuses them.</summary>
    public bool Tunnel { get; set; }

    /// <summary>Lets a server that others can reach answer under these names. The development issuer still answers to this machine only.</summary>
    public bool AllowRemote { get; set; }

    public NationalCloud ChosenCloud => NationalCloud.FindOrNull(Cloud)!;

    public IEnumerable<string> Problems()
    {
        if (NationalCloud.FindOrNull(Cloud) is null)
        {
            yield return $"TakeOver:Cloud is '{Cloud}'; it must be one of {string.Join(", ", NationalCloud.All.Select(cloud => cloud.Name))}.";
        }

        if (ProxyPort is < 0 or > LargestPort)
        {
            yield return $"TakeOver:ProxyPort is {ProxyPort}; it must be from 0 (any free port) to {LargestPort}.";
        }

        if (ProxyPort is not null && !Enabled)
        {
            yield return "TakeOver:ProxyPort is set and TakeOver:Enabled is not; the proxy is for hosts that are taken over, so set both, or start with --take-over.";
        }

        if (Tunnel && ProxyPort is null)
        {
            yield return "TakeOver:Tunnel is true and there is no proxy that could tunnel; set TakeOver:ProxyPort, or start with --proxy PORT.";
        }
    }
}

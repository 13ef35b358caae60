using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Batch;

/// <summary>
/// The schemes, hosts and ports by which an absolute URL inside of a batch means this server (protocol 11.1): under any of its names a client finds the same paths. That
/// of another server is refused, as nothing is ever sent on.
/// </summary>
internal sealed class OwnOrigins
{
    /// <summary>What clients leave in who were written for the service itself; whoever sends their batch here means here.</summary>
    private static readonly HashSet<string> GraphHosts = new(StringComparer.OrdinalIgnoreCase)
    {
        "graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", "graph.microsoft.de",
    };

    private readonly HostString _host;
    private readonly Uri? _public;
    private readonly PublicUrlOptions _links;
    private readonly TakenOverHosts? _takenOver;
    private readonly HashSet<(string Scheme, int Port)> _doors;

    /// <param name="batch">The request of the batch: how it was reached is one of the ways.</param>
    public OwnOrigins(HttpRequest batch)
    {
        IServiceProvider services = batch.HttpContext.RequestServices;
        _host = batch.Host;
        _links = services.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        _public = _links.PublicUrl is { } url ? new Uri(url) : null;
        _takenOver = services.GetService<TakenOverHosts>();

        // The port of the request is that of a mapping, where there is one; the others are those that the server listens on.
        _doors = [.. Listened(services.GetService<IServer>()), (batch.Scheme, batch.Host.Port ?? DefaultPort(batch.Scheme))];
    }

    public bool Contains(Uri url) => IsGraphs(url) || IsOfRequest(url) || IsPublic(url) || (IsName(url) && _doors.Contains((url.Scheme, url.Port)));

    private static bool IsGraphs(Uri url) => url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && GraphHosts.Contains(url.Host);

    /// <summary>Whatever the client calls this server and wherever its TLS ends.</summary>
    private bool IsOfRequest(Uri url) =>
        url.Host.Equals(_host.Host, StringComparison.OrdinalIgnoreCase) && (_host.Port is { } port ? url.Port == port : url.IsDefaultPort);

    private bool IsPublic(Uri url) =>
        _public is not null && url.Scheme == _public.Scheme && url.Port == _public.Port && url.Host.Equals(_public.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>The sign-in has names of its own, which have none of Graph's paths.</summary>
    private bool IsName(Uri url) =>
        (url.IsLoopback || _links.Allows(url.Host)) && _takenOver?.KindOf(url.Host) is not (HostKind.Login or HostKind.InstanceMetadata);

    private static IEnumerable<(string Scheme, int Port)> Listened(IServer? server) =>
        (server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(BindingAddress.Parse).Select(address => (address.Scheme.ToLowerInvariant(), address.Port));

    private static int DefaultPort(string scheme) => scheme == Uri.UriSchemeHttps ? 443 : 80;
}

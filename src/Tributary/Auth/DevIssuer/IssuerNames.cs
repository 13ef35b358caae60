using System.Globalization;
using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Auth.DevIssuer;

/// <summary>The name by which one request calls the issuer.</summary>
/// <param name="Origin">Scheme and host, lower-case: an issuer is compared letter by letter.</param>
/// <param name="Cloud">The cloud whose name that is; null for a name of our own.</param>
internal sealed record IssuerHost(string Origin, NationalCloud? Cloud)
{
    /// <summary>Where Graph is for whoever came by this name.</summary>
    public string GraphRoot => Cloud?.GraphRoot ?? Origin;

    public string IssuerOf(string tenantId, int version) => (Cloud, version) switch
    {
        (null, 1) => $"{Origin}/{tenantId}/",
        (null, _) => $"{Origin}/{tenantId}/v2.0",
        (_, 1) => Cloud.Version1IssuerOf(tenantId),
        _ => Cloud.IssuerOf(tenantId),
    };
}

/// <summary>Which names the issuer answers to and issues under: local ones, those of Microsoft's clouds when they are taken over, and, where other machines may ask, its public ones.</summary>
internal sealed class IssuerNames(DevIssuerOptions options, PublicUrlOptions publicUrl, TakenOverHosts? takenOver = null)
{
    /// <summary>Whether other machines may ask: nothing is given for the asking then.</summary>
    public bool AllowsRemote => options.AllowRemote;

    public IssuerHost Of(HttpRequest request)
    {
        string host = request.Host.Host;

        // Some clouds share hosts: the one that is taken over is meant.
        NationalCloud? cloud = NationalCloud.All.OrderByDescending(cloud => cloud == takenOver?.Cloud)
            .FirstOrDefault(cloud => cloud.Hosts().Contains(host, StringComparer.OrdinalIgnoreCase));

        // The address at which a machine in Azure asks names no cloud; the tokens that it gets there are those of its own one.
        cloud ??= takenOver?.KindOf(host) == HostKind.InstanceMetadata ? takenOver.Cloud : null;
        string origin = cloud is null && AllowsRemote && !LocalNames.IsLocalHost(request.Host.Value)
            ? publicUrl.OriginOf(request)
            : $"{request.Scheme}://{request.Host.Value}";
        return new IssuerHost(origin.ToLowerInvariant(), cloud);
    }

    /// <summary>Whether <paramref name="issuer"/> is one under which tokens of the tenant were issued; the signature says whether by this key.</summary>
    public bool IsIssuer(string issuer, string tenantId)
    {
        if (takenOver is { HasLogin: true, Cloud: var cloud } && (issuer == cloud.IssuerOf(tenantId) || issuer == cloud.Version1IssuerOf(tenantId)))
        {
            return true;
        }

        foreach (string path in (string[])[$"/{tenantId}/v2.0", $"/{tenantId}/"])
        {
            if (issuer.EndsWith(path, StringComparison.Ordinal))
            {
                string origin = issuer[..^path.Length];
                return LocalNames.IsLocalOrigin(origin) || (AllowsRemote && IsPublic(origin));
            }
        }

        return false;
    }

    /// <summary>By what address a client reaches the issuer of a server that listens on <paramref name="url"/>: under most names it does not answer.</summary>
    public string AddressFor(string url)
    {
        if (AllowsRemote && publicUrl.PublicUrl is { } named)
        {
            return named.TrimEnd('/');
        }

        var address = BindingAddress.Parse(url);
        if (address.IsUnixPipe || address.IsNamedPipe || (AllowsRemote ? IsPublicHost(new HostString(address.Host)) : LocalNames.IsLocalHost(address.Host)))
        {
            return url;
        }

        string host = AllowsRemote ? publicUrl.FirstAllowedHost : "localhost";
        return string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}");
    }

    /// <summary>Whether the request came by one of Microsoft's names that is taken over.</summary>
    public bool IsTakenOver(HttpRequest request) => takenOver?.IsIssuersHost(request) == true;

    /// <summary>Whether a host, with a port or not, is one that other machines may call this server by.</summary>
    public bool IsPublicHost(HostString host) =>
        (publicUrl.PublicUrl is { } url && new Uri(url).Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase))
        || publicUrl.AllowedHosts.Split(';', StringSplitOptions.TrimEntries).Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    private bool IsPublic(string origin) =>
        origin == publicUrl.PublicUrl?.TrimEnd('/').ToLowerInvariant()
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && !origin.Any(char.IsAsciiLetterUpper)
            && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && IsPublicHost(new HostString(uri.Authority)));
}

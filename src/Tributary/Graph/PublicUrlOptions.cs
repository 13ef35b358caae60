namespace Tributary.Graph;

/// <summary>Which host the links of answers carry. Bound from the root of the configuration.</summary>
internal sealed class PublicUrlOptions : ICheckedOptions
{
    /// <summary>Scheme and host that clients use, such as <c>https://graph.example.org</c>; null takes the request's host when that is an allowed one.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Hosts (without port) that links may carry, separated by <c>;</c>. Default: the loopback names, and Graph's in the cloud of <c>Auth:Cloud</c>.</summary>
    public string AllowedHosts { get; set; } = LoopbackNames;

    private const string LoopbackNames = "localhost;127.0.0.1;[::1]";

    /// <summary>Adds a host to those that hold while none is configured.</summary>
    public PublicUrlOptions WithDefaultHost(string host)
    {
        if (AllowedHosts == LoopbackNames)
        {
            AllowedHosts += ";" + host;
        }

        return this;
    }

    /// <summary>Lets links carry further hosts. They come after those that were set, of which the first stands for every host that is not allowed.</summary>
    public void Allow(IEnumerable<string> hosts) => AllowedHosts = string.Join(';', hosts.Prepend(AllowedHosts));

    /// <summary>
    /// The origin for links of this request. A host that is not allowed is answered with the first allowed one, so that a forged Host header never gets
    /// into a link.
    /// </summary>
    public string OriginOf(HttpRequest request)
    {
        if (PublicUrl is not null)
        {
            return PublicUrl.TrimEnd('/');
        }

        if (Allows(request.Host.Host))
        {
            return $"{request.Scheme}://{request.Host.Value}";
        }

        return $"{request.Scheme}://{FirstAllowedHost}:{request.HttpContext.Connection.LocalPort}";
    }

    /// <summary>Stands for every host that is not allowed.</summary>
    internal string FirstAllowedHost => AllowedHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];

    /// <param name="host">Without port; letter case does not matter.</param>
    public bool Allows(string host)
    {
        foreach (Range range in AllowedHosts.AsSpan().Split(';'))
        {
            if (AllowedHosts.AsSpan(range).Trim().Equals(host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public IEnumerable<string> Problems()
    {
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out Uri? url) && (url.Scheme is "http" or "https") && url.PathAndQuery == "/"))
        {
            yield return $"PublicUrl is '{PublicUrl}'; it must be scheme and host only, such as https://graph.example.org, as Graph clients need the API at the root of its host.";
        }

        if (AllowedHosts.Trim(';', ' ').Length == 0)
        {
            yield return "AllowedHosts names no host; it must hold at least one, such as localhost;graph.example.org.";
        }
    }
}

namespace Tributary.Auth.DevIssuer;

/// <summary>The names by which this machine calls itself, and nobody else can.</summary>
internal static class LocalNames
{
    /// <summary>As URLs spell them, lower-case.</summary>
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Whether <paramref name="host"/> is a local name, with any port or none. Ignores case, as host names do.</summary>
    public static bool IsLocalHost(ReadOnlySpan<char> host)
    {
        foreach (string name in Hosts)
        {
            if (host.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return IsPortOrNothing(host[name.Length..]);
            }
        }

        return false;
    }

    /// <summary>Whether <paramref name="origin"/> is <c>http(s)://</c>, a local name in lower case, a port or none, and nothing else.</summary>
    public static bool IsLocalOrigin(ReadOnlySpan<char> origin)
    {
        ReadOnlySpan<char> host =
            origin.StartsWith("http://", StringComparison.Ordinal) ? origin["http://".Length..]
            : origin.StartsWith("https://", StringComparison.Ordinal) ? origin["https://".Length..]
            : default;
        return IsLocalHost(host) && !host.ContainsAnyInRange('A', 'Z');
    }

    /// <summary>Whether what follows a host name is a port as URLs spell it, or nothing.</summary>
    public static bool IsPortOrNothing(ReadOnlySpan<char> rest) =>
        rest.IsEmpty || (rest.Length is >= 2 and <= 6 && rest[0] == ':' && rest[1] != '0' && !rest[1..].ContainsAnyExceptInRange('0', '9'));
}
